/** The gate of the step: what names nothing known, is no number or comes from the future is refused, never used. */
import { isFiniteNumber, type EvseId } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { isForeignChange, watchContest } from './contests.ts';
import { takeReport, updateExposure } from './evse-memory.ts';
import { tellsCurrent, withOwnMeter } from './inferred-current.ts';
import { drawAt, inferredFrom, isInferred, type SampleDraw } from './inferred-from-meter.ts';
import { takeReading } from './meter-memory.ts';
import type { EvsePlan, MeterPlan, SitePlan } from './plan.ts';
import type { Notice } from './setpoint.ts';
import { initialState, type BalancerState, type EvseMemory, type MeterMemory, type StepInputs } from './state.ts';

/** Takes in what has come since the last step; every refusal is added to `refused`. */
export function takeInputs(plan: SitePlan, site: Site, state: BalancerState, inputs: StepInputs, refused: Notice[]): BalancerState {
  const { timeMs } = inputs;
  const base = inputs.isDiscontinuous === true ? afterGap(site, state) : state;
  const evses = [...base.evses];
  const contests = takeReports(plan, base, inputs, evses, refused);
  for (let index = 0; index < evses.length; index += 1) evses[index] = updateExposure(plan.evses[index] as EvsePlan, evses[index] as EvseMemory, timeMs);
  const meters = takeReadings(plan, site, base, inputs, evses, refused);
  return { features: base.features, rides: base.rides, contests, startedMs: base.startedMs ?? timeMs, meters, evses };
}

function takeReports(plan: SitePlan, base: BalancerState, inputs: StepInputs, evses: EvseMemory[], refused: Notice[]): BalancerState['contests'] {
  let { contests } = base;
  for (let at = 0; at < inputs.reports.length; at += 1) {
    const report = inputs.reports[at] as EvseReport;
    const index = isUsableReport(report, inputs.timeMs) ? indexOfEvse(plan, report.evseId, at) : -1;
    if (index < 0) {
      refused.push(refusalOf(report, 'evseId'));
      continue;
    }
    const evse = plan.evses[index] as EvsePlan;
    const memory = evses[index] as EvseMemory;
    // An offer that is ours is nobody's doing: the usual case is told without a call.
    if (contests !== null || report.offeredCurrentA !== memory.offerA) contests = contestAfter(contests, evse, memory, report, index, evses.length);
    evses[index] = takeReport(evse, memory, evse.ownMeter < 0 ? report : toldBy(plan, base, inputs, evse, report));
  }
  return contests;
}

/** Reports usually come in the site's order: looking there first saves looking the id up. */
function indexOfEvse({ evses, evseIndex }: SitePlan, id: EvseId, at: number): number {
  return at < evses.length && (evses[at] as EvsePlan).evse.id === id ? at : (evseIndex.get(id) ?? -1);
}

function contestAfter(contests: BalancerState['contests'], evse: EvsePlan, memory: EvseMemory, report: EvseReport, index: number, count: number): BalancerState['contests'] {
  const isChange = isForeignChange(evse, memory, report);
  return isChange || contests !== null ? watchContest(contests, index, count, memory, report, isChange) : null;
}

/** The report, with what a meter of its own shows where the EVSE does not tell its current. */
function toldBy(plan: SitePlan, base: BalancerState, inputs: StepInputs, evse: EvsePlan, report: EvseReport): EvseReport {
  return tellsCurrent(report) ? report : withOwnMeter(report, evse, plan.meters[evse.ownMeter] as MeterPlan, newestOf(evse.ownMeter, plan, base, inputs));
}

function takeReadings(plan: SitePlan, site: Site, base: BalancerState, inputs: StepInputs, evses: EvseMemory[], refused: Notice[]): readonly MeterMemory[] {
  const meters = [...base.meters];
  for (const reading of inputs.readings) {
    const index = isUsableReading(reading, inputs.timeMs) ? (plan.meterIndex.get(reading.meterId) ?? -1) : -1;
    if (index < 0 || (plan.meters[index] as MeterPlan).circuit < 0) {
      refused.push(refusalOf(reading, 'meterId'));
      continue;
    }
    const meter = plan.meters[index] as MeterPlan;
    const memory = meters[index] as MeterMemory;
    if (memory.reading !== null && reading.timeMs <= memory.reading.timeMs) continue;
    inferFrom(plan, evses, meter, index, reading, memory.reading, inputs.timeMs);
    meters[index] = takeReading(plan, meter, memory, evses, reading, site.policy.raiseHoldMs);
  }
  return meters;
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
  return isKnownOrNull(currentA[0]) && isKnownOrNull(currentA[1]) && isKnownOrNull(currentA[2]) && (currentA[0] !== null || currentA[1] !== null || currentA[2] !== null);
}

/** The device the message claims to be from, as far as it says so. */
function refusalOf(message: unknown, key: 'evseId' | 'meterId'): Notice {
  const id = typeof message === 'object' && message !== null ? (message as Readonly<Record<string, unknown>>)[key] : null;
  return { code: 'input-refused', severity: 'attention', about: null, context: { device: typeof id === 'string' ? id : null } };
}
