/** The gate of the step: what names nothing known, is no number or comes from the future is refused, never used. */
import { isFiniteNumber } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { takeReport, updateExposure } from './evse-memory.ts';
import { takeReading } from './meter-memory.ts';
import type { SitePlan } from './plan.ts';
import type { Notice } from './setpoint.ts';
import { initialState, type BalancerState, type StepInputs } from './state.ts';

/** Takes in what has come since the last step; every refusal is added to `refused`. */
export function takeInputs(plan: SitePlan, site: Site, state: BalancerState, inputs: StepInputs, refused: Notice[]): BalancerState {
  const { timeMs } = inputs;
  const base = inputs.isDiscontinuous === true ? afterGap(site, state) : state;
  const evses = [...base.evses];
  for (const report of inputs.reports) {
    const index = isUsableReport(report, timeMs) ? (plan.evseIndex.get(report.evseId) ?? -1) : -1;
    const evse = plan.evses[index];
    const memory = evses[index];
    if (evse === undefined || memory === undefined) refused.push(refusalOf(report, 'evseId'));
    else evses[index] = takeReport(evse, memory, report);
  }
  for (const [index, evse] of plan.evses.entries()) {
    const memory = evses[index];
    if (memory !== undefined) evses[index] = updateExposure(evse, memory, timeMs);
  }
  const meters = [...base.meters];
  for (const reading of inputs.readings) {
    const index = isUsableReading(reading, timeMs) ? (plan.meterIndex.get(reading.meterId) ?? -1) : -1;
    const meter = plan.meters[index];
    const memory = meters[index];
    if (meter === undefined || memory === undefined || meter.circuit < 0) refused.push(refusalOf(reading, 'meterId'));
    else if (memory.reading === null || reading.timeMs > memory.reading.timeMs) {
      meters[index] = takeReading(plan, meter, memory, evses, reading, site.policy.raiseHoldMs);
    }
  }
  return { features: base.features, startedMs: base.startedMs ?? timeMs, meters, evses };
}

/** After a jump in time everything has to be learned anew; what EVSEs were offered and may draw is kept. */
function afterGap(site: Site, state: BalancerState): BalancerState {
  const fresh = initialState(site);
  return {
    features: state.features,
    startedMs: null,
    meters: fresh.meters,
    evses: state.evses.map((memory) => ({ ...memory, report: null, confirmedMs: null, draws: [], drawsLess: null })),
  };
}

const isTimeUntil = (value: unknown, timeMs: number): boolean => isFiniteNumber(value) && value <= timeMs;
const isCurrent = (value: unknown): boolean => value === null || (isFiniteNumber(value) && value >= 0);
const isTriple = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length === 3;

const fieldsOf = (message: unknown): Readonly<Record<string, unknown>> | null =>
  typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : null;

function isUsableReport(report: unknown, timeMs: number): report is EvseReport {
  const said = fieldsOf(report);
  if (said === null) return false;
  const { measuredCurrentA, measuredTimeMs } = said;
  return (
    isTimeUntil(said['timeMs'], timeMs) &&
    isCurrent(said['offeredCurrentA']) &&
    (measuredCurrentA === null || (isTriple(measuredCurrentA) && measuredCurrentA.every(isCurrent))) &&
    (measuredTimeMs === null || isTimeUntil(measuredTimeMs, timeMs)) &&
    isFiniteNumber(said['restartCount'])
  );
}

function isUsableReading(reading: unknown, timeMs: number): reading is MeterReading {
  const shown = fieldsOf(reading);
  if (shown === null || !isTimeUntil(shown['timeMs'], timeMs) || !isTriple(shown['currentA'])) return false;
  const known = shown['currentA'].filter((currentA) => currentA !== null);
  return known.length > 0 && known.every(isFiniteNumber);
}

/** The device the message claims to be from, as far as it says so. */
function refusalOf(message: unknown, key: 'evseId' | 'meterId'): Notice {
  const id = fieldsOf(message)?.[key];
  return { code: 'input-refused', severity: 'attention', about: null, context: { device: typeof id === 'string' ? id : null } };
}
