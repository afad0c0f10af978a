/** What a scan is doing and what it has found out, in the order in which a screwdriver would try things. */
import type { ScanProgress, ScannedLine } from '../../core/commissioning/bus-scan.ts';
import type { Candidate } from '../../core/commissioning/identify-unit.ts';
import type { LineHintKind } from '../../core/commissioning/line-hints.ts';
import type { ScanState } from '../../core/host-api/bench-devices.ts';
import { lineWords, linkPlace } from './links.ts';
import { comparedOf } from './numbers.ts';

const at = (line: ScanProgress['line']): string => (line === null ? '' : ` at ${lineWords(line)}`);

/** "Asking address 21 at 9600 8N1". */
export function scanAct({ act, line, unitId }: ScanProgress): string {
  if (act === 'listening') return `Listening${at(line)} for another master`;
  const who = unitId === null ? '' : ` address ${unitId}`;
  return act === 'asking' ? `Asking${who}${at(line)}` : `Finding out what answers at${who}${at(line)}`;
}

export const scanStep = ({ asked, total }: ScanProgress): string => `${comparedOf(asked, total)} addresses`;

export const scanPlace = (state: Exclude<ScanState, { readonly kind: 'none' }>): string => linkPlace(state.target);

export function foundText(count: number): string {
  return count === 0 ? 'Nothing found so far' : `${count} ${count === 1 ? 'device' : 'devices'} found so far`;
}

export function scanTitle(state: Extract<ScanState, { readonly kind: 'ended' }>): string {
  if (state.hearsMaster) return 'Another master talks on this line';
  if (state.failure !== null && state.found.length === 0) return 'The scan could not go on';
  const { length } = state.found;
  if (length === 0) return state.isComplete ? 'Nobody answers here' : 'Stopped; nobody has answered so far';
  return `${length} ${length === 1 ? 'device answers' : 'devices answer'}${state.isComplete ? '' : ', stopped before the end'}`;
}

export const MASTER_WORDS = 'Two masters on one pair disturb each other, so nothing was asked. Make this one a listener, give it a pair of its own, or switch the other master off: a SmartEVSE with PWR SHARE set to Master is one.';

export const HINT_WORDS: Readonly<Record<LineHintKind, { readonly title: string; readonly todo: string }>> = {
  'a-b-exchanged': { title: 'A and B exchanged', todo: 'Swap the two wires at the adapter; makers name them differently, and nothing breaks.' },
  baud: { title: 'Another speed', todo: 'Look into the device’s menu: 9600, 19200 and 2400 are usual.' },
  parity: { title: 'Another parity or number of stop bits', todo: 'Look into the device’s menu: 8N1 and 8E1 are usual.' },
  termination: { title: 'Termination', todo: '120 ohm at both ends of the line and nowhere else; no long stubs.' },
  'two-masters': { title: 'Two masters', todo: 'Somebody else asks on this pair: only one may.' },
  'address-clash': { title: 'Two devices with one address', todo: 'Unplug one after the other and see when the answers become whole.' },
};

/** Nothing came at all: no wire, no power, or a line that everybody leaves alone. */
export const SILENT_WORDS = 'Not one byte came. Check power, that A and B go to the device’s bus and not to another terminal, and the common wire.';

export const hasBytes = (lines: readonly ScannedLine[]): boolean => lines.some(({ hints }) => hints.length > 0);

export const LATENCY_TITLE = 'This adapter hands bytes over every 16 ms';
/** How its latency timer is set to 1 ms, by system; `target` as it was scanned. */
export function latencyCures(target: string): readonly { readonly system: string; readonly cure: string }[] {
  const name = /^serial:\/dev\/(ttyUSB\d+)$/.exec(target)?.[1] ?? 'ttyUSB0';
  return [
    { system: 'Linux', cure: `echo 1 | sudo tee /sys/bus/usb-serial/devices/${name}/latency_timer` },
    { system: 'Windows', cure: 'Device Manager, the port, Port settings, Advanced: latency timer 1 ms' },
    { system: 'macOS', cure: 'nothing to set with Apple’s driver; the one from FTDI reads LatencyTimer from its Info.plist' },
  ];
}

/** The likeliest first; how sure that is by its distance to the next. */
export function likelihood(candidates: readonly Candidate[], place: number): string {
  const score = candidates[place]?.score ?? 0;
  if (place > 0) return score >= (candidates[0]?.score ?? 0) ? 'as likely' : 'less likely';
  const next = candidates[1]?.score ?? 0;
  if (candidates.length === 1) return score > 1 ? 'very likely' : 'likely';
  return score >= 2 * next && score > 1 ? 'very likely' : score > next ? 'likely' : 'one of several';
}
