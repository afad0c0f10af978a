/** What was sent to the devices: when it is due again, what became of it, and what of it a person should know. */
import type { Notice } from '../balancing/setpoint.ts';
import type { Failure } from '../errors.ts';
import type { EvseId } from '../quantities.ts';
import type { Confirmation } from '../runs/frame.ts';
import type { EvseReport, Offer } from '../site/readings.ts';

/** An offer that the device has not taken is sent again after this time, each time after twice as long. */
const RESEND_FIRST_MS = 3000;
const RESEND_LONGEST_MS = 30_000;

/** The newest offer to one EVSE. */
export interface Sent {
  readonly currentA: number;
  readonly timeMs: number;
  readonly attempts: number;
  readonly restartCount: number;
  readonly failure: Failure | null;
}

/**
 * An offer is sent when it is new, when the device has restarted since, and again when the device does not show it. A
 * device that has never told its present offer, or that somebody else commands, is not asked for anything.
 */
export function isDue(report: EvseReport | undefined, before: Sent | undefined, currentA: number, timeMs: number, ttlMs: number | undefined): boolean {
  if (report === undefined || report.offeredCurrentA === null || report.otherCommander !== null) return false;
  if (before === undefined || before.currentA !== currentA || before.restartCount !== report.restartCount) return true;
  // An offer that the device lets go after a time is repeated at a third of it, also when nothing has changed.
  if (ttlMs !== undefined && timeMs - before.timeMs >= ttlMs / 3) return true;
  // Where an offer has a time to live, one that did not reach the device is sent again though the device shows the same.
  if (report.offeredCurrentA === currentA && (before.failure === null || ttlMs === undefined)) return false;
  return timeMs - before.timeMs >= Math.min(RESEND_LONGEST_MS, RESEND_FIRST_MS * 2 ** (before.attempts - 1));
}

export function decreasesFirst(offers: readonly Offer[], reports: ReadonlyMap<EvseId, EvseReport>): readonly Offer[] {
  if (offers.length < 2) return offers;
  const rise = ({ evseId, currentA }: Offer): number => (currentA <= (reports.get(evseId)?.offeredCurrentA ?? 0) ? 0 : 1);
  return [...offers].sort((a, b) => rise(a) - rise(b));
}

export function confirmationsOf(sent: ReadonlyMap<EvseId, Sent>, reports: ReadonlyMap<EvseId, EvseReport>, timeMs: number): readonly Confirmation[] {
  const confirmations: Confirmation[] = [];
  for (const [evseId, { currentA, timeMs: sentMs, failure }] of sent) {
    const readBackA = reports.get(evseId)?.offeredCurrentA ?? null;
    const ageMs = timeMs - sentMs;
    const state = failure !== null ? 'not-sent' : readBackA === currentA ? 'confirmed' : ageMs < RESEND_FIRST_MS ? 'sent' : readBackA === null ? 'timed-out' : 'differs';
    confirmations.push({ evseId, requestedA: currentA, readBackA, state, ageMs });
  }
  return confirmations;
}

/** The same, as old as they are so much later. */
export const laterBy = (elapsedMs: number, confirmations: readonly Confirmation[]): readonly Confirmation[] =>
  confirmations.map(({ evseId, requestedA, readBackA, state, ageMs }) => ({ evseId, requestedA, readBackA, state, ageMs: ageMs + elapsedMs }));

export function failureNotices(sent: ReadonlyMap<EvseId, Sent>): readonly Notice[] {
  const notices: Notice[] = [];
  for (const [evseId, { failure, currentA }] of sent) {
    if (failure !== null) notices.push({ code: 'offer-not-sent', severity: 'danger', about: evseId, context: { requestedA: currentA, error: failure.code } });
  }
  return notices;
}
