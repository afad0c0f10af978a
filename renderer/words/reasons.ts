import type { Ceiling, Contradiction, Reason, ReasonKind, Setpoint } from '../../core/balancing/setpoint.ts';
import type { PhaseIndex } from '../../core/quantities.ts';
import { listOf, type Names } from './names.ts';
import { asText, current, decimal, limit, setpointCurrent, settingPower } from './numbers.ts';
import { seconds, span } from './times.ts';

type ReasonOf<Kind extends ReasonKind> = Extract<Reason, { readonly kind: Kind }>;

/** What a reason is called: one sentence behind the number, and the short name that stands in a ladder. */
interface ReasonWords<Kind extends ReasonKind> {
  readonly sentence: (reason: ReasonOf<Kind>, names: Names) => string;
  readonly label: (reason: ReasonOf<Kind>, names: Names) => string;
}

const a = (currentA: number): string => asText(current(currentA));
const limitA = (currentA: number): string => asText(limit(currentA));
const w = (powerW: number): string => asText(settingPower(powerW));
const wait = (remainingMs: number): string => asText(seconds(Math.ceil(remainingMs / 1000)));

const percent = (ratio: number): string => asText({ value: decimal(100 * ratio, 0), unit: '%' });
const degrees = (temperatureC: number): string => asText({ value: decimal(temperatureC, 0), unit: '°C' });
const until = (wallMs: number | null, names: Names): string => (wallMs === null ? '' : ` until ${names.clock(wallMs)}`);

/** "EV circuit, L2": where on a single-phase supply the phase has no name. */
function place(circuitId: string, phase: PhaseIndex, names: Names): string {
  const letter = names.phase(phase);
  return letter === null ? names.circuit(circuitId) : `${names.circuit(circuitId)}, ${letter}`;
}

const LIMIT_NAMES: Readonly<Record<ReasonOf<'circuit'>['limitSource'], string>> = {
  continuous: 'continuous limit',
  contract: 'contract limit',
  cable: 'cable limit',
  operator: 'limit set by a person',
  capacity: 'capacity limit',
  'grid-operator': 'limit set by the grid operator',
  'grid-relay': 'limit while the grid relay is open',
  schedule: 'limit of the schedule',
  unbalance: 'limit between phases',
};

/** A breaker that may be loaded fully without end is called by its own name. */
function limitName(reason: ReasonOf<'circuit'>, names: Names): string {
  const circuit = names.circuitOf(reason.circuitId);
  const isWholeBreaker = reason.limitSource === 'continuous' && circuit?.continuousFactor === 1;
  return isWholeBreaker ? 'breaker' : LIMIT_NAMES[reason.limitSource];
}

const CONTRADICTIONS: Readonly<Record<Contradiction, string>> = {
  frozen: 'repeats the same value while the EVSEs draw more',
  reversed: 'counts backwards while the EVSEs draw more',
  'too-low': 'shows less than the EVSEs report',
};

const EXPIRED: Readonly<Record<ReasonOf<'model-ttl-expired'>['then'], string>> = {
  'offline-limit': 'the limit for a lost connection holds',
  stays: 'it stays',
  maximum: 'the charger is released to its maximum',
};

const SMARTEVSE_RULES: Readonly<Record<ReasonOf<'model-smartevse'>['rule'], string>> = {
  share: 'its part of the set point',
  maximum: 'its MAX',
  'paused-at-6a': 'paused, but the pilot falls back to 6 A',
  'no-power': 'no power available',
  'meter-silent': 'no data from its meter',
  delay: 'charge delay',
  'no-access': 'nobody has let it in',
  stopping: 'the vehicle is asked to stop',
  'no-vehicle': 'no vehicle',
  'awaits-grant': 'waits to be let in',
  'not-drawing': 'the vehicle does not draw',
};

export const REASON_WORDS: { readonly [Kind in ReasonKind]: ReasonWords<Kind> } = {
  circuit: {
    sentence: (reason, names) => {
      const parts = [place(reason.circuitId, reason.phase, names), `${limitA(reason.limitA)} ${limitName(reason, names)}`, `${a(reason.otherA)} other load`];
      if (reason.otherEvsesA > 0.05) parts.push(`${a(reason.otherEvsesA)} other EVSEs`);
      if (reason.sharers > 1) parts.push(`shared by ${reason.sharers}`);
      return parts.join(', ');
    },
    label: (reason, names) => `${place(reason.circuitId, reason.phase, names)}, ${limitA(reason.limitA)}`,
  },
  'meter-uncertainty': {
    sentence: (reason, names) => {
      const parts = [`${names.circuit(reason.circuitId)}, ${limitA(reason.limitA)} limit`, `${a(reason.otherA)} other load`];
      if (reason.otherEvsesA > 0.05) parts.push(`${a(reason.otherEvsesA)} other EVSEs`);
      parts.push(`${a(reason.currentA)} kept free for what ${names.meter(reason.meterId)} may be wrong by`);
      return parts.join(', ');
    },
    label: (reason, names) => `Uncertainty of ${names.meter(reason.meterId)}`,
  },
  'evse-rating': {
    sentence: (reason) => `rating of this EVSE, ${limitA(reason.ratingA)}`,
    label: () => 'EVSE rating',
  },
  'configured-max': {
    sentence: (reason) => `configured limit of this EVSE, ${limitA(reason.configuredMaxA)}`,
    label: () => 'Configured limit',
  },
  'draws-less': {
    sentence: (reason) => `the vehicle draws ${a(reason.measuredA)}; the rest is of use elsewhere`,
    label: () => 'What the vehicle draws',
  },
  'not-charging': {
    sentence: (reason) => `no vehicle charges; kept at the minimum of ${limitA(reason.minCurrentA)}, because one would start by itself`,
    label: () => 'Minimum while not charging',
  },
  'awaits-decrease': {
    sentence: (reason, names) => `not raised until ${listOf(reason.evseIds.map((id) => names.evse(id)))} confirmed a lower offer on ${names.circuit(reason.circuitId)}`,
    label: (reason, names) => `Waits for ${listOf(reason.evseIds.map((id) => names.evse(id)))}`,
  },
  settling: {
    sentence: (reason) => `not raised for another ${wait(reason.remainingMs)}, until the last change has taken effect and been measured`,
    label: () => 'Settling',
  },
  'headroom-hold': {
    sentence: (reason, names) => `not raised for another ${wait(reason.remainingMs)}, until the headroom on ${names.circuit(reason.circuitId)} has lasted`,
    label: () => 'Headroom has to last',
  },
  'meter-stale': {
    sentence: (reason, names) => {
      const since = reason.ageMs === null ? `${names.meter(reason.meterId)} has not sent a value` : `${names.meter(reason.meterId)} is silent for ${span(reason.ageMs / 1000)}`;
      return `${since}, so ${reason.isFailSafe ? 'the circuit is at its fail-safe sum' : 'nothing is raised'}`;
    },
    label: (reason, names) => `${names.meter(reason.meterId)} is stale`,
  },
  'meter-contradicts': {
    sentence: (reason, names) => `${names.meter(reason.meterId)} ${CONTRADICTIONS[reason.how]}, so the circuit is at its fail-safe sum`,
    label: (reason, names) => `${names.meter(reason.meterId)} contradicts the EVSEs`,
  },
  starting: {
    sentence: (reason, names) =>
      reason.awaited.length === 0
        ? 'start: nothing is raised until everything has been read'
        : `start: waits for ${listOf(reason.awaited.map((id) => names.thing(id)))} before anything is raised`,
    label: () => 'Starting',
  },
  shortage: {
    sentence: (reason, names) => `paused, because ${place(reason.circuitId, reason.phase, names)} leaves ${a(reason.leftA)} and the minimum is ${limitA(reason.minCurrentA)}`,
    label: (reason, names) => `${place(reason.circuitId, reason.phase, names)}, less than the minimum`,
  },
  silent: {
    sentence: (reason) => `it does not answer; ${a(reason.reservedA)} is kept free for it`,
    label: () => 'Does not answer',
  },
  'other-commander': {
    sentence: (reason) => `${reason.commander} commands this EVSE`,
    label: (reason) => `Commanded by ${reason.commander}`,
  },
  'paused-by-person': {
    sentence: () => 'paused by a person',
    label: () => 'Paused by a person',
  },
  'mode-off': {
    sentence: () => 'mode Off: nothing is offered and no vehicle starts',
    label: () => 'Mode Off',
  },
  'solar-surplus': {
    sentence: (reason) => `solar mode, ${a(reason.surplusA)} surplus${reason.importA > 0 ? ` and ${limitA(reason.importA)} allowed import` : ''} over all phases`,
    label: (reason) => `Surplus, ${a(reason.surplusA)}`,
  },
  'solar-waits': {
    sentence: (reason) =>
      reason.remainingMs === null
        ? `solar mode waits to start: ${a(reason.surplusA)} surplus over all phases, ${a(reason.neededA)} needed`
        : `solar mode stops in ${span(Math.ceil(reason.remainingMs / 1000))} unless the surplus returns: ${a(reason.surplusA)} over all phases, ${a(reason.neededA)} needed`,
    label: (reason) => (reason.remainingMs === null ? 'Waits for surplus' : 'Surplus is too small'),
  },
  divert: {
    sentence: (reason) => `divert mode, ${a(reason.availableA)} available, ${a(reason.smoothedA)} smoothed`,
    label: (reason) => `Divert, ${a(reason.smoothedA)}`,
  },
  'start-delay': {
    sentence: (reason) => `smart mode starts in ${wait(reason.remainingMs)}, if there is room for one more until then`,
    label: () => 'Waits to start',
  },
  capacity: {
    sentence: (reason) => `capacity tariff, ${w(reason.limitW)} allowed, ${w(reason.meanW)} used`,
    label: (reason) => `Capacity, ${w(reason.limitW)}`,
  },
  'grid-operator': {
    sentence: (reason) => `dimmed by the grid operator, ${w(reason.limitW)} left for this one${reason.devices > 1 ? ` of ${reason.devices} EVSEs` : ''}`,
    label: (reason) => `Dimmed, ${w(reason.limitW)}`,
  },
  temperature: {
    sentence: (reason) => `too warm, ${degrees(reason.temperatureC)}; charges again at ${degrees(reason.limitC)}`,
    label: () => 'Too warm',
  },
  schedule: {
    sentence: (reason, names) => `limit of the schedule${until(reason.untilWallMs, names)}`,
    label: (reason, names) => `Schedule${until(reason.untilWallMs, names)}`,
  },
  'operator-limit': {
    sentence: (reason, names) => `limit set by a person, ${limitA(reason.limitA)}${until(reason.untilWallMs, names)}`,
    label: (reason, names) => `Set by a person${until(reason.untilWallMs, names)}`,
  },
  queue: {
    sentence: (reason) => `waits in the queue, place ${reason.place}${reason.expectedMs === null ? '' : `, expected in ${span(Math.max(0, reason.expectedMs) / 1000)}`}`,
    label: (reason) => `Queue, place ${reason.place}`,
  },
  'ride-through': {
    sentence: (reason, names) =>
      `stays at its minimum for another ${wait(reason.remainingMs)} at most: ${place(reason.circuitId, reason.phase, names)} carries ${a(reason.currentA)} of ${limitA(reason.limitA)}, and its breaker is at ${percent(reason.loadRatio)} of its earliest trip`,
    label: (reason, names) => `${place(reason.circuitId, reason.phase, names)}, rides through`,
  },
  'minimum-off': {
    sentence: (reason) => `paused for at least another ${wait(reason.remainingMs)}: a pause holds for a minimum time`,
    label: () => 'A pause has to last',
  },
  'minimum-on': {
    sentence: (reason) => `charges at its minimum for at least another ${wait(reason.remainingMs)}, although the surplus is too small: a charge holds for a minimum time`,
    label: () => 'A charge has to last',
  },
  'current-unknown': {
    sentence: () => 'not raised: it does not tell its current, and no meter has shown yet what it draws',
    label: () => 'Its current is not known',
  },
  contested: {
    sentence: (reason) => `somebody else sets this EVSE as well: it was told ${a(reason.oursA)} and offers ${a(reason.theirsA)}. It is left to them, and the larger of both is kept free`,
    label: () => 'Set by somebody else as well',
  },
  'phase-switch': {
    sentence: (reason) => `changes to ${reason.toPhases === 1 ? 'one phase' : 'three phases'}, which is never done under load: paused for another ${wait(reason.remainingMs)}`,
    label: (reason) => `Changes to ${reason.toPhases === 1 ? 'one phase' : 'three phases'}`,
  },
  unbalance: {
    sentence: (reason, names) => `${names.phase(reason.phase) ?? 'its phase'} may carry ${limitA(reason.limitA)} more than the others`,
    label: (reason) => `Between phases, ${limitA(reason.limitA)}`,
  },
  leaving: {
    sentence: () => 'control ends; this is what it may stay at without this program',
    label: () => 'Control ends',
  },
  'device-configured-max': {
    sentence: () => 'configured limit of this EVSE. It does not look at the circuit',
    label: () => 'Configured limit',
  },
  'device-shaper': {
    sentence: (reason) => `its own shaper, ${w(reason.maxPowerW)} allowed, ${w(reason.livePowerW)} metered, ${a(reason.measuredA)} of it its own`,
    label: (reason) => `Its shaper, ${w(reason.maxPowerW)}`,
  },
  'device-shaper-pause': {
    sentence: (reason) => `paused by its own shaper, ${w(reason.maxPowerW)} allowed, ${w(reason.livePowerW)} metered: too little is left for its minimum`,
    label: (reason) => `Its shaper, ${w(reason.maxPowerW)}`,
  },
  'device-stale-feed': {
    sentence: (reason) => `paused by its own shaper, because its feed sent nothing for ${asText(seconds(reason.maxIntervalS))}`,
    label: () => 'Its feed is stale',
  },
  'device-heartbeat-lost': {
    sentence: (reason) => `its controller lost the gateway and fell back to ${limitA(reason.fallbackA)}`,
    label: () => 'Heartbeat lost',
  },
  'device-claim': {
    sentence: (reason) => `asked for by ${reason.client}, ${a(reason.currentA)}`,
    label: (reason) => `Asked for by ${reason.client}`,
  },
  'device-power-up': {
    sentence: () => 'what it offers after its own restart until it is told otherwise',
    label: () => 'After its restart',
  },
  'model-ev-load-balancing': {
    sentence: (reason, names) => {
      const parts = [`EV Load Balancing, ${reason.output} from ${names.phase(reason.phase) ?? 'the mains'}`, `${limitA(reason.limitA)} limit`, `${a(reason.mainsA)} metered`];
      parts.push(`${a(reason.previousA)} before`);
      if (reason.deviationA > 0.05) parts.push(`${a(reason.deviationA)} deviation`);
      if (reason.boundA !== null) parts.push(`not above ${limitA(reason.boundA)}`);
      return parts.join(', ');
    },
    label: (reason, names) => `${reason.output} from ${names.phase(reason.phase) ?? 'the mains'}`,
  },
  'model-ttl-expired': {
    sentence: (reason) => `the limit was not renewed for ${span(reason.ttlMin * 60)}: ${EXPIRED[reason.then]}, ${limitA(reason.currentA)}`,
    label: () => 'Limit ran out',
  },
  'model-most-loaded-phase': {
    sentence: (reason, names) => {
      const parts = [`most loaded phase${names.phase(reason.phase) === null ? '' : ` ${names.phase(reason.phase) ?? ''}`}`, `${limitA(reason.limitA)} limit`, `${a(reason.measuredA)} metered`];
      parts.push(reason.previousA === null ? 'not charging' : `${a(reason.previousA)} before`);
      if (reason.boundA !== null) parts.push(`held at ${a(reason.boundA)}`);
      return parts.join(', ');
    },
    label: () => 'Most loaded phase',
  },
  'model-offered-cap': {
    sentence: (reason) => `never more than the EVSE says it offers, ${a(reason.offeredA)}; ${a(reason.measuredA)} metered on the most loaded phase`,
    label: () => 'What the EVSE offers',
  },
  'model-static-split': {
    sentence: (reason, names) => `fixed part of ${place(reason.circuitId, reason.phase, names)}, ${limitA(reason.limitA)} for ${reason.sharers === 1 ? 'one EVSE' : `${reason.sharers} EVSEs`}`,
    label: (reason, names) => `Part of ${names.circuit(reason.circuitId)}`,
  },
  'model-smartevse': {
    sentence: (reason) => {
      const parts = [`SmartEVSE, ${SMARTEVSE_RULES[reason.rule]}`];
      if (reason.remainingS !== null) parts.push(`${span(reason.remainingS)} left`);
      parts.push(`${a(reason.setPointA)} set point${reason.active > 1 ? ` for ${reason.active} EVSEs` : ''}`, `${a(reason.mainsA)} metered`, `MAINS ${limitA(reason.limitA)}`);
      return parts.join(', ');
    },
    label: (reason) => `SmartEVSE: ${SMARTEVSE_RULES[reason.rule]}`,
  },
};

export function reasonSentence(reason: Reason, names: Names): string {
  return (REASON_WORDS[reason.kind] as ReasonWords<ReasonKind>).sentence(reason, names);
}

export function reasonLabel(reason: Reason, names: Names): string {
  return (REASON_WORDS[reason.kind] as ReasonWords<ReasonKind>).label(reason, names);
}

/** The one sentence of a setpoint, number first. */
export function setpointSentence(setpoint: Setpoint, names: Names): string {
  const value = asText(setpointCurrent(setpoint.offeredCurrentA, names.stepA(setpoint.evseId)));
  return `${value}: ${reasonSentence(setpoint.reason, names)}.`;
}

/** Whether this rung of the ladder is the one that binds. */
export function isBinding(ceiling: Ceiling, setpoint: Setpoint): boolean {
  return JSON.stringify(ceiling.reason) === JSON.stringify(setpoint.reason);
}
