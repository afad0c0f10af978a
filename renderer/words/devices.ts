/** A device in a sentence: whether it answers, how old its values are, and why something may not be done with it now. */
import type { DeviceConnection, HostState } from '../../core/host-api/contract.ts';
import type { EvseState } from '../../core/site/readings.ts';
import { failureSentence } from './errors.ts';
import { listOf } from './names.ts';
import { asText, setpointCurrent } from './numbers.ts';
import { seconds, span } from './times.ts';
import type { StateKind } from './verdicts.ts';

/** "0.4 s", "14 s": an age where its column says what it is. */
export const shortAge = (ageMs: number): string => (ageMs < 10_000 ? asText(seconds(Math.max(0.1, ageMs / 1000), true)) : span(ageMs / 1000));

export function deviceState({ answers, unreachable }: Pick<DeviceConnection, 'answers' | 'unreachable'>): StateKind {
  if (unreachable !== null) return 'danger';
  return answers ? 'good' : 'unknown';
}

/** At the end of its line in the list. */
export function deviceAge({ answers, ageMs, unreachable }: DeviceConnection): string {
  if (unreachable !== null) return 'not reachable';
  if (ageMs === null) return 'silent';
  return answers ? shortAge(ageMs) : `silent ${span(ageMs / 1000)}`;
}

/** "Eastron SDM630, unit 10". */
export const devicePlace = ({ address }: DeviceConnection, modelName: string): string => [modelName, address].filter((text) => text !== '').join(', ');

export interface AgeFacts {
  readonly ageMs: number | null;
  readonly allowedAgeMs: number;
}

export function answersSentence(device: DeviceConnection, { ageMs, allowedAgeMs }: AgeFacts): string {
  if (device.unreachable !== null) return failureSentence(device.unreachable);
  if (ageMs === null) return 'Nothing has been received from it yet.';
  const allowed = Number.isFinite(allowedAgeMs) ? `, ${span(allowedAgeMs / 1000)} are allowed` : '';
  if (ageMs > allowedAgeMs || !device.answers) return `Silent for ${span(ageMs / 1000)}${allowed}: what it said before is no value any more.`;
  return `Answers: its newest value is ${shortAge(ageMs)} old${allowed}.`;
}

export const EVSE_STATES: Readonly<Record<EvseState, string>> = {
  starting: 'Starting up',
  idle: 'No vehicle',
  connected: 'Vehicle connected, not charging',
  charging: 'Charging',
  paused: 'Paused',
  fault: 'Fault',
};

/** Why nothing can be asked of a device by hand; null when it can. */
export function readLock({ leads, control, devices }: Pick<HostState, 'leads' | 'control' | 'devices'>, device: DeviceConnection): string | null {
  if (!leads) return 'This window only shows: another one leads.';
  if (device.unreachable !== null) return failureSentence(device.unreachable);
  if (control.kind !== 'none') return null;
  const missing = devices.filter(({ unreachable }) => unreachable !== null).map(({ name }) => name);
  return missing.length === 0 ? 'The devices of this site are not connected.' : `The whole site rests, because ${listOf(missing)} cannot be reached.`;
}

/** Why nothing can be offered by hand; null when it can. */
export function offerLock(host: Pick<HostState, 'leads' | 'control' | 'devices'>, device: DeviceConnection): string | null {
  const { kind } = host.control;
  if (kind === 'controlling') return 'Chargebench controls and would take an offer by hand back within a second: hand back control first.';
  if (kind === 'leaving') return 'Offers are being brought to where control can end: wait for it.';
  return readLock(host, device);
}

export const offerText = (currentA: number, stepA: number): string => asText(setpointCurrent(currentA, stepA));

/** Before an offer: what moves, by how much, and how it ends. */
export function offerBefore(name: string, currentA: number, stepA: number, failSafeA: number): string {
  const act = currentA === 0 ? `${name} is told to stop charging, once.` : `${name} is offered ${offerText(currentA, stepA)} on each phase, once.`;
  return `${act} It stays so until somebody says otherwise, or until it falls back to its fail-safe current of ${offerText(failSafeA, stepA)}.`;
}

export function offerAfter(name: string, requestedA: number, readBackA: number, stepA: number): string {
  const isSame = Math.abs(requestedA - readBackA) < stepA / 2;
  if (isSame) return requestedA === 0 ? `${name} has stopped: it offers nothing.` : `${name} confirms: it offers ${offerText(readBackA, stepA)}.`;
  return `${name} was asked for ${offerText(requestedA, stepA)} and offers ${offerText(readBackA, stepA)}. A limit of its own, or somebody else, decides.`;
}

export const UNPROVEN_WORDS = 'Register table only: nobody here has seen such a device answer. Verify on site.';

export const KNOWN_WORDS = 'Checked against frames from its maker or from the field.';

/** "Unit 3 has never answered": the first thing to look at is its address. */
export function wrongUnitText(address: string, others: readonly number[]): string {
  const whom = others.length === 0 ? '' : ` Unit ${others.join(', unit ')} ${others.length === 1 ? 'answers' : 'answer'} on this link and ${others.length === 1 ? 'is' : 'are'} not in the site.`;
  return `Nothing has ever answered as ${address}: perhaps it has another address.${whom}`;
}

export const FOREIGN_WORDS = 'Another master asks on this pair of wires. Two of them disturb each other: only one may ask.';
export const LISTENER_WORDS = 'Only listening here: another master asks, nothing is asked or written by this program.';
