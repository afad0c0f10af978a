/** Holds the model's state after a cycle against a trace's outputs, field by field (data README, "Outputs"). */
import { SHARING, STATE } from '../firmware/smartevse-codes.ts';
import type { SmartevseUnit } from '../firmware/smartevse-unit.ts';
import { playCycle, startUnit, type CycleEvents } from './smartevse-play.ts';
import type { SmartevseTrace, TraceOutput } from './smartevse-trace.ts';

export interface TraceDifference {
  readonly cycle: number;
  readonly field: keyof TraceOutput;
  /** undefined: there is none. */
  readonly want: unknown;
  readonly got: unknown;
}

/** These hold after the last of equal cycles; all others after every one. */
const LAST_FIELDS: readonly (keyof TraceOutput)[] = ['iset', 'nc', 't', 'osc', 'idf'];
const STABLE_FIELDS: readonly (keyof TraceOutput)[] = ['st', 'bal', 'err', 'ph', 'sw', 'sch', 'nerr', 'granted', 'denied', 'trip', 'k', 'pilotOn'];

/** The first difference, or null. */
export function compareTrace(trace: SmartevseTrace): TraceDifference | null {
  const unit = startUnit(trace);
  for (const { c, n, in: input, out } of trace.steps) {
    for (let cycle = c; cycle < c + n; cycle += 1) {
      const events = playCycle(unit, trace.level, input);
      const isLast = cycle === c + n - 1;
      const found = outputOf(unit, trace, events);
      const field = STABLE_FIELDS.find((name) => differs(out[name], found[name])) ?? (isLast ? LAST_FIELDS.find((name) => differs(out[name], found[name])) : undefined);
      if (field !== undefined) return { cycle, field, want: out[field], got: found[field] };
    }
  }
  return null;
}

function differs(want: unknown, got: unknown): boolean {
  return JSON.stringify(sorted(want)) !== JSON.stringify(sorted(got));
}

/** Timers are a record, whose order says nothing. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined && entry !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Absent fields are undefined. */
export function outputOf(unit: SmartevseUnit, { level, variant }: SmartevseTrace, events: CycleEvents): TraceOutput {
  const { evses } = unit;
  const isMaster = unit.settings.sharing === SHARING.master;
  const nodeErrors = evses.map(({ errors }) => errors);
  return {
    bal: evses.map(({ state, balancedDa }) => (state === STATE.c ? balancedDa : 0)),
    st: evses.map(({ state }) => state),
    err: unit.errors,
    ph: unit.phases,
    sw: unit.phaseSwitch === 0 ? undefined : unit.phaseSwitch,
    sch: isMaster ? evses.map(({ schedule }) => schedule) : undefined,
    nerr: isMaster ? whereAny(nodeErrors) : undefined,
    granted: events.granted.length === 0 ? undefined : [...events.granted],
    denied: events.denied.length === 0 ? undefined : [...events.denied],
    trip: events.isTripped ? 1 : undefined,
    k: level === 'system' ? [Number(unit.isContactor1Closed), Number(unit.isContactor2Closed)] : undefined,
    pilotOn: level === 'system' ? Number(unit.isPilotOn) : undefined,
    iset: unit.setPointDa,
    nc: unit.shortages,
    t: timersOf(unit),
    osc: variant === 'stabilised' ? unit.oscillations : undefined,
    idf: variant === 'stabilised' ? unit.filteredDa : undefined,
  };
}

function whereAny(values: readonly number[]): number[] | undefined {
  return values.some((value) => value !== 0) ? [...values] : undefined;
}

const running = (timerS: number): number | undefined => (timerS === 0 ? undefined : timerS);

function timersOf(unit: SmartevseUnit): TraceOutput['t'] {
  return {
    sol: running(unit.solarStopS),
    cap: running(unit.capacityS),
    dly: running(unit.delayS),
    rot: running(unit.rotationS),
    c1: unit.first.state === STATE.c1 ? running(unit.c1S) : undefined,
    idle: whereAny(unit.evses.map(({ idleS }) => idleS)),
    settle: running(unit.settleS),
  };
}
