import type { DeviceConnection, HostState } from '../../core/host-api/contract.ts';
import { asText, decimal, megabytes } from './numbers.ts';
import type { StateKind } from './verdicts.ts';

/** "3 of 4 devices answer", and which icon stands before it. */
export function devicesLine(devices: readonly DeviceConnection[]): string {
  const answering = devices.filter(({ answers }) => answers).length;
  const noun = devices.length === 1 ? 'device' : 'devices';
  return answering === devices.length ? `${devices.length} ${noun}` : `${answering} of ${devices.length} ${noun} answer`;
}

const LINK_WORDS: Readonly<Record<HostState['link']['state'], string>> = {
  connecting: 'connecting',
  connected: '',
  lost: 'link lost',
  closed: 'closed',
};

export function linkLine(host: HostState): string {
  return [host.link.text, LINK_WORDS[host.link.state]].filter((part) => part !== '').join(', ');
}

export function linkState(host: HostState): StateKind {
  if (host.link.state === 'lost') return 'danger';
  if (host.link.state === 'closed') return 'unknown';
  if (host.link.state === 'connecting') return 'now';
  return host.devices.every(({ answers }) => answers) ? 'good' : 'attention';
}

/** Quiet figures about the host itself. */
export function hostDelayLine(host: HostState): string {
  return `host delay ${asText({ value: decimal(host.eventLoopDelayMs, 1), unit: 'ms' })}`;
}

export function hostMemoryLine(host: HostState): string {
  return asText(megabytes(host.residentBytes));
}

export const SOURCE_WORDS: Readonly<Record<HostState['source'], string>> = { simulated: 'Simulated', hardware: 'Hardware', replay: 'Replay' };
