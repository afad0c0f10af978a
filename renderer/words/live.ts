import type { Notice } from '../../core/balancing/setpoint.ts';
import type { ControlState, HostState } from '../../core/host-api/contract.ts';
import type { EvseState } from '../../core/site/readings.ts';
import type { CircuitLive, EvseLive, LiveView } from '../screens/live/live-view.ts';
import { ageText } from './ages.ts';
import { listOf, type Names } from './names.ts';
import { noticeSentence } from './notices.ts';
import { asText, current, limit, setpointCurrent } from './numbers.ts';
import { reasonSentence, setpointSentence } from './reasons.ts';
import { clockTime, span } from './times.ts';
import type { StateKind } from './verdicts.ts';

export interface LiveSentence {
  readonly state: StateKind;
  readonly title: string;
  readonly detail: string;
}

export const CONTROL_WORDS: Readonly<Record<ControlState['kind'], string>> = {
  none: 'No site open',
  watching: 'Watching only',
  controlling: 'Chargebench',
  paused: 'Paused',
  leaving: 'Ending',
};

const findNotice = (view: LiveView, code: Notice['code']): Notice | undefined => view.notices.find((notice) => notice.code === code);

/** One sentence with a big state, the gravest thing first; `lastedS` is how long the gravest notice has been on. */
export function liveSentence(view: LiveView, control: ControlState, isConnected: boolean, lastedS: number | null): LiveSentence {
  const detail = liveDetail(view);
  const lasted = lastedS === null || lastedS < 1 ? '' : ` for ${span(lastedS)}`;
  if (!isConnected) return { state: 'unknown', title: 'No fresh values', detail: `Last known at ${clockTime(view.frame.wallMs, view.site.timeZone)}. ${detail}` };
  const rating = findNotice(view, 'above-rating');
  if (rating !== undefined) return { state: 'danger', title: `${aboutName(view, rating)} is above its rating${lasted}`, detail };
  const continuous = findNotice(view, 'above-continuous-limit');
  if (continuous !== undefined) return { state: 'attention', title: `${aboutName(view, continuous)} is above its continuous limit${lasted}`, detail };
  const over = view.circuits.find(({ phases, limitA }) => phases.some(({ totalA }) => totalA !== null && totalA > limitA + 0.25));
  if (over !== undefined) return { state: 'attention', title: `${over.circuit.name} is above its ${asText(limit(over.limitA))} limit`, detail };
  const stale = view.circuits.find(({ freshness }) => freshness === 'stale');
  if (stale !== undefined) return { state: 'attention', title: `${stale.meter?.name ?? stale.circuit.name} gives no value`, detail };
  return { ...calmSentence(view, control), detail };
}

function aboutName(view: LiveView, notice: Notice): string {
  const name = notice.about === null ? 'the site' : view.names.thing(notice.about);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function calmSentence(view: LiveView, control: ControlState): Pick<LiveSentence, 'state' | 'title'> {
  if (control.kind === 'paused') return { state: 'attention', title: 'Every EVSE is paused' };
  if (control.kind === 'leaving') return { state: 'now', title: 'Control is ending' };
  if (control.kind === 'watching') return { state: 'unknown', title: 'Watching only: the devices decide' };
  const isCharging = view.evses.some(({ report }) => report?.state === 'charging');
  return { state: 'good', title: isCharging ? 'All circuits within their limits' : 'Nothing is charging' };
}

function liveDetail(view: LiveView): string {
  const { tightest } = view;
  const sentences: string[] = [];
  if (tightest !== null) {
    const letter = view.names.phase(tightest.phase.phase);
    const place = letter === null ? view.names.circuit(tightest.circuit.circuit.id) : `${view.names.circuit(tightest.circuit.circuit.id)}, ${letter}`;
    sentences.push(`Tightest: ${place}, ${headroomText(tightest.headroomA)}.`);
  }
  const silent = view.evses.filter(({ freshness, report }) => freshness === 'stale' && report !== null).map(({ evse }) => evse.name);
  if (silent.length > 0) sentences.push(`${listOf(silent)} ${silent.length === 1 ? 'is silent; what it may draw' : 'are silent; what they may draw'} is reserved.`);
  return sentences.join(' ');
}

/** Headroom below nothing is said as what is too much. */
export function headroomText(headroomA: number): string {
  return headroomA < -0.05 ? `${asText(current(-headroomA))} more than may flow` : `${asText(current(Math.max(0, headroomA)))} headroom`;
}

/** Notices that the big sentence does not say already. */
export function otherNotices(view: LiveView): readonly { readonly key: string; readonly state: StateKind; readonly text: string }[] {
  return view.notices
    .filter(({ severity, code }) => severity !== 'info' || code === 'starting')
    .map((notice) => ({ key: `${notice.code} ${notice.about ?? ''}`, state: notice.severity === 'info' ? ('now' as const) : notice.severity, text: noticeSentence(notice, view.names) }));
}

/** Wishes that ended by themselves while nobody may have looked, newest first. */
export function endedWishLines(ended: HostState['endedWishes'], names: Names): readonly { readonly key: string; readonly state: StateKind; readonly text: string }[] {
  return ended.toReversed().map(({ notice, wallMs }) => ({ key: `ended ${wallMs} ${notice.about ?? ''}`, state: 'now', text: `${names.clock(wallMs)}: ${noticeSentence(notice, names)}` }));
}

const STATE_WORDS: Readonly<Record<EvseState, { readonly text: string; readonly state: StateKind }>> = {
  starting: { text: 'Starting', state: 'now' },
  idle: { text: 'No vehicle', state: 'open' },
  connected: { text: 'Not charging', state: 'open' },
  charging: { text: 'Charging', state: 'good' },
  paused: { text: 'Paused', state: 'attention' },
  fault: { text: 'Fault', state: 'danger' },
};

export function evseBadge({ report, freshness, ageMs }: EvseLive): { readonly text: string; readonly state: StateKind } {
  if (report === null || ageMs === null) return { text: 'Not heard yet', state: 'unknown' };
  if (freshness === 'stale') return { text: `Silent ${span(ageMs / 1000)}`, state: 'unknown' };
  return report.state === null ? { text: 'State not known', state: 'unknown' } : STATE_WORDS[report.state];
}

/** Why this EVSE has what it has; without a decision of ours, who decides. */
export function evseWhy(live: EvseLive, view: LiveView): string {
  const { setpoint, confirmation, evse } = live;
  if (setpoint === null) return 'No setpoint: the EVSE decides by itself.';
  if (live.freshness === 'stale') {
    const where = live.phases.map((phase) => view.names.phase(phase)).filter((name) => name !== null);
    const on = where.length === 0 ? '' : ` on ${listOf(where)}`;
    return setpoint.reason.kind === 'silent'
      ? `${asText(current(setpoint.reason.reservedA))} reserved${on}: what it may draw by itself, because it does not answer.`
      : `${reasonSentence(setpoint.reason, view.names)}.`;
  }
  const asked = confirmation?.state === 'differs' ? ` It was asked for ${asText(setpointCurrent(confirmation.requestedA, evse.stepA))} and answers ${asText(setpointCurrent(confirmation.readBackA, evse.stepA))}.` : '';
  return `${setpointSentence(setpoint, view.names)}${asked}`;
}

/** Under a circuit's name: breaker, who measures it, how old that is. */
export function circuitLine({ circuit, meter, meterAgeMs, limitA, ratingA }: CircuitLive): string {
  const parts = [`${asText(limit(ratingA))} breaker`];
  if (limitA < ratingA) parts.push(`${asText(limit(limitA))} limit`);
  if (meter === null) parts.push(circuit.assumedLoadA > 0 ? `${asText(limit(circuit.assumedLoadA))} assumed, not measured` : 'sum of EVSEs');
  else parts.push(meter.name, meterAgeMs === null ? 'nothing received yet' : ageText(meterAgeMs));
  return parts.join(', ');
}

export function lastReport(live: EvseLive, view: LiveView): string {
  if (live.report === null) return 'no report yet';
  const wallMs = view.frame.wallMs - (view.frame.timeMs - live.report.timeMs);
  return `last report ${clockTime(wallMs, view.site.timeZone)}`;
}
