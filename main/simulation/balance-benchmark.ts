/** How fast the balancer decides: recorded messages of a charging site, played through the step again and again. */
import { performance } from 'node:perf_hooks';
import { initialState, type BalancerState, type StepInputs } from '../../core/balancing/state.ts';
import { step } from '../../core/balancing/step.ts';
import { meterId, type PerPhase } from '../../core/quantities.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import { siteSchema } from '../../core/site/schema.ts';
import type { Site } from '../../core/site/site.ts';

const VOLTAGE_V = 230;
const PERIOD_MS = 1000;
/** Other load takes another value this often: everybody is cut and raised again and again. */
const LOAD_CHANGES_EVERY = 45;

const meterOf = (id: string) => ({
  id,
  name: id,
  model: 'shelly-3em',
  link: { kind: 'mqtt', baseTopic: `shellies/${id}` },
  clamp: 'each-phase',
  periodMs: PERIOD_MS,
  latencyMs: PERIOD_MS,
  allowedAgeMs: 5000,
});

const evseOf = (id: string, circuitId: string, index: number) => ({
  id,
  name: id,
  circuitId,
  model: 'openevse',
  link: { kind: 'mqtt', baseTopic: `openevse-${id}` },
  phaseCount: index % 3 === 2 ? 3 : 1,
  phaseMap: [[0, 1, 2], [1, 2, 0], [2, 0, 1]][index % 3],
  ratingA: 32,
  configuredMaxA: 32,
  failSafeCurrentA: 0,
  powerUpCurrentA: 0,
  priority: 1 + (index % 3),
});

const circuitOf = (id: string, parentId: string | null, ratingA: number, isMetered: boolean) => ({
  id,
  name: id,
  parentId,
  breaker: { curve: 'iec-60898-b', ratingA },
  continuousFactor: 1,
  meterId: isMetered ? `meter-${id}` : null,
});

const siteOf = (circuits: readonly ReturnType<typeof circuitOf>[], evses: readonly object[]): Site =>
  siteSchema.parse({
    name: 'Bench',
    supply: { kind: 'three-phase-star', nominalVoltageV: VOLTAGE_V },
    circuits,
    meters: circuits.filter((circuit) => circuit.meterId !== null).map(({ id }) => meterOf(`meter-${id}`)),
    evses,
  });

/** EVSEs of one and three phases on one metered circuit that cannot give all of them everything. */
export function oneCircuit(evseCount: number): Site {
  const evses = Array.from({ length: evseCount }, (_, index) => evseOf(`e${index}`, 'main', index));
  return siteOf([circuitOf('main', null, Math.min(1000, 16 + 10 * evseCount), true)], evses);
}

/** 50 three-phase circuits of ten EVSEs each, below one. */
export function treeOf500(): Site {
  const circuits = Array.from({ length: 50 }, (_, index) => circuitOf(`row${index}`, 'main', 80, true));
  const evses = Array.from({ length: 500 }, (_, index) => evseOf(`e${index}`, `row${Math.floor(index / 10)}`, index));
  return siteOf([circuitOf('main', null, 1000, true), ...circuits], evses);
}

interface Outlet {
  readonly id: EvseReport['evseId'];
  readonly phases: readonly (0 | 1 | 2)[];
  readonly circuits: readonly number[];
  currentA: number;
  offeredA: number;
}

/** The messages of so many seconds, one reading of every meter and one report of every EVSE each, in a closed loop with the step. */
export function recordInputs(site: Site, steps: number): readonly StepInputs[] {
  const index = new Map(site.circuits.map(({ id }, at) => [id, at]));
  const outlets = site.evses.map((evse): Outlet => {
    const at = index.get(evse.circuitId) ?? 0;
    return { id: evse.id, phases: evse.phaseMap.slice(0, evse.phaseCount), circuits: at === 0 ? [0] : [at, 0], currentA: 0, offeredA: 0 };
  });
  const totals = site.circuits.map((): [number, number, number] => [0, 0, 0]);
  const inputs: StepInputs[] = [];
  let state: BalancerState = initialState(site);
  for (let second = 1; second <= steps; second += 1) {
    const readings = site.circuits.map((circuit, at): MeterReading => readingAt(circuit.id, second, totals[at] ?? [0, 0, 0]));
    const next: StepInputs = { timeMs: second * PERIOD_MS, wallMs: second * PERIOD_MS, readings, reports: outlets.map((outlet) => reportOf(outlet, second)) };
    inputs.push(next);
    const result = step(site, state, next);
    state = result.state;
    moveVehicles(outlets, result.setpoints.map(({ offeredCurrentA }) => offeredCurrentA));
    addUp(totals, outlets, second);
  }
  return inputs;
}

function moveVehicles(outlets: readonly Outlet[], offeredA: readonly number[]): void {
  for (const [index, outlet] of outlets.entries()) {
    outlet.offeredA = offeredA[index] ?? 0;
    outlet.currentA = Math.min(outlet.offeredA, outlet.currentA + 2);
  }
}

function addUp(totals: readonly [number, number, number][], outlets: readonly Outlet[], second: number): void {
  const otherA = 2 + ((Math.floor(second / LOAD_CHANGES_EVERY) * 7) % 12);
  for (const [at, total] of totals.entries()) total.fill(at === 0 ? otherA : 0);
  for (const { phases, circuits, currentA } of outlets) {
    for (const circuit of circuits) {
      const total = totals[circuit];
      if (total !== undefined) for (const phase of phases) total[phase] += currentA;
    }
  }
}

function readingAt(circuitId: string, second: number, total: readonly [number, number, number]): MeterReading {
  // A living clamp never shows the same value twice.
  const wander = (second % 17) / 1000;
  const currentA: PerPhase<number> = [total[0] + wander, total[1] + wander, total[2] + wander];
  return {
    meterId: meterId(`meter-${circuitId}`),
    timeMs: second * PERIOD_MS,
    currentA,
    voltageV: [VOLTAGE_V, VOLTAGE_V, VOLTAGE_V],
    powerW: [currentA[0] * VOLTAGE_V, currentA[1] * VOLTAGE_V, currentA[2] * VOLTAGE_V],
    isLive: true,
  };
}

function reportOf({ id, phases, currentA, offeredA }: Outlet, second: number): EvseReport {
  const onPhase = (phase: 0 | 1 | 2): number | null => (phases.includes(phase) ? currentA : null);
  return {
    evseId: id,
    timeMs: second * PERIOD_MS,
    state: offeredA > 0 ? 'charging' : 'paused',
    isVehicleConnected: true,
    offeredCurrentA: offeredA,
    measuredCurrentA: [onPhase(0), onPhase(1), onPhase(2)],
    measuredTimeMs: second * PERIOD_MS,
    voltageV: VOLTAGE_V,
    energyWh: null,
    restartCount: 0,
    otherCommander: null,
  };
}

/** Steps in a second, over at least so long; every replay starts from the same beginning. */
export function measureStepsPerSecond(site: Site, inputs: readonly StepInputs[], durationMs: number): number {
  const startMs = performance.now();
  let steps = 0;
  for (;;) {
    replay(site, inputs);
    steps += inputs.length;
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs >= durationMs) return (steps / elapsedMs) * 1000;
  }
}

export function replay(site: Site, inputs: readonly StepInputs[]): BalancerState {
  let state = initialState(site);
  for (const input of inputs) state = step(site, state, input).state;
  return state;
}

