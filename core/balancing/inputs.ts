/** The gate of the step: what names nothing known, is no number or comes from the future is refused, never used. */
import { isFiniteNumber } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { isForeignChange, watchContest } from './contests.ts';
import { takeReport, updateExposure } from './evse-memory.ts';
import { tellsCurrent, withOwnMeter } from './inferred-current.ts';
import { drawAt, inferredFrom, isInferred, type SampleDraw } from './inferred-from-meter.ts';
import { takeReading } from './meter-memory.ts';
import type { MeterPlan, SitePlan } from './plan.ts';
import type { Notice } from './setpoint.ts';
import { initialState, type BalancerState, type EvseMemory, type StepInputs } from './state.ts';

/** Takes in what has come since the last step; every refusal is added to `refused`. */
export function takeInputs(plan: SitePlan, site: Site, state: BalancerState, inputs: StepInputs, refused: Notice[]): BalancerState {
  const { timeMs } = inputs;
  const base = inputs.isDiscontinuous === true ? afterGap(site, state) : state;
  const evses = [...base.evses];
  let { contests } = base;
  for (const report of inputs.reports) {
    const index = isUsableReport(report, timeMs) ? (plan.evseIndex.get(report.evseId) ?? -1) : -1;
    const evse = plan.evses[index];
    const memory = evses[index];
    if (evse === undefined || memory === undefined) refused.push(refusalOf(report, 'evseId'));
    else {
      const told = evse.ownMeter < 0 || tellsCurrent(report) ? report : withOwnMeter(report, evse, plan.meters[evse.ownMeter] as MeterPlan, newestOf(evse.ownMeter, plan, base, inputs));
      const isChange = isForeignChange(evse, memory, report);
      if (isChange || contests !== null) contests = watchContest(contests, index, evses.length, memory, report, isChange);
      evses[index] = takeReport(evse, memory, told);
    }
  }
  for (let index = 0; index < evses.length; index += 1) {
    const evse = plan.evses[index];
    if (evse !== undefined) evses[index] = updateExposure(evse, evses[index] as EvseMemory, timeMs);
  }
  const meters = [...base.meters];
  for (const reading of inputs.readings) {
    const index = isUsableReading(reading, timeMs) ? (plan.meterIndex.get(reading.meterId) ?? -1) : -1;
    const meter = plan.meters[index];
    const memory = meters[index];
    if (meter === undefined || memory === undefined || meter.circuit < 0) refused.push(refusalOf(reading, 'meterId'));
    else if (memory.reading === null || reading.timeMs > memory.reading.timeMs) {
      inferFrom(plan, evses, meter, index, reading, memory.reading, timeMs);
      meters[index] = takeReading(plan, meter, memory, evses, reading, site.policy.raiseHoldMs);
    }
  }
  return { features: base.features, rides: base.rides, contests, startedMs: base.startedMs ?? timeMs, meters, evses };
}

/** What has come with this step, else what is held. */
function newestOf(meterIndex: number, plan: SitePlan, { meters }: BalancerState, { readings, timeMs }: StepInputs): MeterReading | null {
  const id = plan.meters[meterIndex]?.meter.id;
  return readings.findLast((reading) => isUsableReading(reading, timeMs) && reading.meterId === id) ?? meters[meterIndex]?.reading ?? null;
}

/** What the sample tells of EVSEs that do not tell it themselves; of a tree of meters the nearest counts. */
function inferFrom(plan: SitePlan, evses: EvseMemory[], meter: MeterPlan, meterIndex: number, reading: MeterReading, previous: MeterReading | null, timeMs: number): void {
  let drawn: SampleDraw | null = null;
  let drawnBefore: SampleDraw | null = null;
  for (const index of meter.evses) {
    const memory = evses[index];
    const evse = plan.evses[index];
    if (memory?.inferred == null || evse === undefined || evse.meters[0] !== meterIndex || !isInferred(memory)) continue;
    drawn ??= drawAt(meter, evses, reading);
    drawnBefore ??= previous === null ? null : drawAt(meter, evses, previous);
    const inferred = inferredFrom(meter, memory, reading, drawn, previous, drawnBefore);
    if (inferred !== memory.inferred) evses[index] = updateExposure(evse, { ...memory, inferred }, timeMs);
  }
}

/** After a jump in time everything has to be learned anew; what EVSEs were offered and may draw is kept. */
function afterGap(site: Site, state: BalancerState): BalancerState {
  const fresh = initialState(site);
  return {
    features: state.features,
    rides: state.rides,
    contests: state.contests,
    startedMs: null,
    meters: fresh.meters,
    evses: state.evses.map((memory) => ({ ...memory, report: null, confirmedMs: null, draws: [], inferred: null, drawsLess: null })),
  };
}

const isTimeUntil = (value: unknown, timeMs: number): boolean => isFiniteNumber(value) && value <= timeMs;
const isCurrent = (value: unknown): boolean => value === null || (isFiniteNumber(value) && value >= 0);
const isKnownOrNull = (value: unknown): boolean => value === null || isFiniteNumber(value);
const isTriple = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length === 3;
const areCurrents = (value: unknown): boolean => value === null || (isTriple(value) && isCurrent(value[0]) && isCurrent(value[1]) && isCurrent(value[2]));

/** What claims to be a message: any of its fields may hold anything. */
type Claimed<Message> = { readonly [Key in keyof Message]?: unknown };

const STATES: ReadonlySet<unknown> = new Set<EvseReport['state']>(['starting', 'idle', 'connected', 'charging', 'paused', 'fault']);

function isUsableReport(report: unknown, timeMs: number): report is EvseReport {
  if (typeof report !== 'object' || report === null) return false;
  const said: Claimed<EvseReport> = report;
  return (
    isTimeUntil(said.timeMs, timeMs) &&
    isCurrent(said.offeredCurrentA) &&
    areCurrents(said.measuredCurrentA) &&
    (said.measuredTimeMs === null || isTimeUntil(said.measuredTimeMs, timeMs)) &&
    isFiniteNumber(said.restartCount) &&
    (said.state === null || STATES.has(said.state)) &&
    (said.isVehicleConnected === null || typeof said.isVehicleConnected === 'boolean') &&
    (said.otherCommander === null || typeof said.otherCommander === 'string')
  );
}

function isUsableReading(reading: unknown, timeMs: number): reading is MeterReading {
  if (typeof reading !== 'object' || reading === null) return false;
  const shown: Claimed<MeterReading> = reading;
  const { currentA } = shown;
  if (!isTimeUntil(shown.timeMs, timeMs) || !isTriple(currentA)) return false;
  const [a, b, c] = currentA;
  return isKnownOrNull(a) && isKnownOrNull(b) && isKnownOrNull(c) && (a !== null || b !== null || c !== null);
}

/** The device the message claims to be from, as far as it says so. */
function refusalOf(message: unknown, key: 'evseId' | 'meterId'): Notice {
  const id = typeof message === 'object' && message !== null ? (message as Readonly<Record<string, unknown>>)[key] : null;
  return { code: 'input-refused', severity: 'attention', about: null, context: { device: typeof id === 'string' ? id : null } };
}
