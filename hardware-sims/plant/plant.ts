/**
 * The electricity of a site: loads, sun, batteries and vehicles on circuits, line voltage, and what flows in every circuit. A record
 * changed in place by `stepPlant`, one second at a time; the scenario's events take effect at the first step at or after
 * their time.
 */
import type { PhaseIndex } from '../../core/quantities.ts';
import type { Scenario } from '../../core/scenarios/schema.ts';
import { phasesOf } from '../../core/site/circuit-tree.ts';
import type { Evse, Site, Supply } from '../../core/site/site.ts';
import { beginSums, createCircuits, endSums, type PlantCircuit } from './circuits.ts';
import { createHomeBattery, stepHomeBattery, type HomeBattery } from './home-battery.ts';
import { addLoad, reactiveRatioOf, renewCurrents, stepCurveLoads, type CurveLoad } from './loads.ts';
import { createCurveLoads } from './load-curves.ts';
import { addOutletCurrent, createOutlet, outletStillUntilMs, plugIn, repeatOutlet, stepOutlet, unplug, type Outlet, type PlantEvse } from './outlets.ts';
import { addRealCurrent, type RealEvse } from './real-evses.ts';
import { geometryOf, type SupplyGeometry } from './supply-geometry.ts';
import { createVoltageDrop, stepVoltages, type VoltageDrop } from './voltages.ts';

export { plugIn, unplug };
export type { Outlet, PlantCircuit, PlantEvse };

export const PLANT_STEP_MS = 1000;
const STEP_S = PLANT_STEP_MS / 1000;

interface LoadChange {
  readonly timeMs: number;
  readonly circuit: PlantCircuit;
  readonly phases: readonly PhaseIndex[];
  /** Difference to what was before. */
  readonly powerW: number;
  readonly reactiveRatio: number;
}

interface PlacedBattery {
  readonly battery: HomeBattery;
  readonly circuit: PlantCircuit;
  readonly watched: PlantCircuit;
  readonly phases: readonly PhaseIndex[];
  readonly reactiveRatio: number;
}

export interface Plant {
  readonly supply: Supply;
  readonly geometry: SupplyGeometry;
  /** Without load: across one 240 V load on split phase, between two lines on a delta, line to neutral elsewhere. */
  readonly voltageV: number;
  readonly supplyPhases: readonly PhaseIndex[];
  /** No current is out of step with its line's voltage: no delta, and no load with reactive power. */
  readonly isInPhase: boolean;
  readonly hasVoltageDrop: boolean;
  /** Something flows otherwise than the sums say: they are made anew at the end of this step. */
  isStale: boolean;
  /** How often that was done: the same number, the same currents and voltages. */
  sumCount: number;
  readonly drop: VoltageDrop | null;
  /** Parents before children. */
  readonly circuits: readonly PlantCircuit[];
  readonly outlets: readonly Outlet[];
  /** Those of the site that are not simulated, once they have measured something. */
  readonly realEvses: RealEvse[];
  readonly loadChanges: readonly LoadChange[];
  nextLoadChange: number;
  /** Of the load changes up to now. */
  steppedLoadW: number;
  readonly curveLoads: readonly CurveLoad[];
  readonly batteries: readonly PlacedBattery[];
}

type Inputs = Pick<Scenario, 'vehicles' | 'otherLoads' | 'houseLoads' | 'pv' | 'recordings' | 'homeBatteries' | 'evses' | 'impedance' | 'lineVoltageV' | 'startHour' | 'seed' | 'durationS'>;

/** Throws RangeError for circuits that the site lacks, `not-found` for a recording that is not there, `invalid-file` for a broken one. */
export function createPlant(site: Site, inputs: Inputs, deviceOf: (evse: Evse) => PlantEvse): Plant {
  const { supply } = site;
  const geometry = geometryOf(supply);
  const voltageV = inputs.lineVoltageV ?? supply.nominalVoltageV;
  const lineV = voltageV * geometry.lineVoltageRatio;
  const supplyPhases = phasesOf(supply);
  const circuits = createCircuits(site, lineV);
  const circuitOf = (id: string): PlantCircuit => {
    const circuit = circuits.find((candidate) => candidate.id === id);
    if (circuit === undefined) throw new RangeError(`unknown circuit ${id}`);
    return circuit;
  };
  const drop = inputs.impedance === undefined ? null : createVoltageDrop(circuits, inputs.impedance, geometry, supply.kind !== 'three-wire-delta', supplyPhases.length, lineV);
  return {
    supply,
    geometry,
    voltageV,
    supplyPhases,
    isInPhase: supply.kind !== 'three-wire-delta' && !hasReactiveLoad(inputs),
    hasVoltageDrop: drop !== null,
    isStale: true,
    sumCount: 0,
    drop,
    circuits,
    outlets: site.evses.map((evse) => createOutlet(evse, supply, circuitOf(evse.circuitId), deviceOf(evse), inputs.vehicles, inputs.evses[evse.id]?.phases)),
    realEvses: [],
    loadChanges: loadChanges(inputs.otherLoads, circuitOf, supplyPhases),
    nextLoadChange: 0,
    steppedLoadW: 0,
    curveLoads: createCurveLoads(inputs, { circuitOf, supply, supplyPhases, voltageV, stepMs: PLANT_STEP_MS }),
    batteries: inputs.homeBatteries.map((spec) => ({
      battery: createHomeBattery(spec, STEP_S),
      circuit: circuitOf(spec.circuit),
      watched: spec.watches === undefined ? rootOf(circuits) : circuitOf(spec.watches),
      phases: spec.phases ?? supplyPhases,
      reactiveRatio: reactiveRatioOf(spec.powerFactor),
    })),
  };
}

function hasReactiveLoad({ otherLoads, houseLoads, pv, homeBatteries }: Inputs): boolean {
  return [...otherLoads, ...houseLoads, ...pv, ...homeBatteries].some(({ powerFactor = 1 }) => powerFactor !== 1);
}

function rootOf([root]: readonly PlantCircuit[]): PlantCircuit {
  if (root === undefined) throw new RangeError('a site without circuits');
  return root;
}

function loadChanges(otherLoads: Inputs['otherLoads'], circuitOf: (id: string) => PlantCircuit, supplyPhases: readonly PhaseIndex[]): readonly LoadChange[] {
  return otherLoads
    .flatMap(({ circuit, powerW, phases, powerFactor, fromS, untilS }): LoadChange[] => {
      const begin = { timeMs: fromS * 1000, circuit: circuitOf(circuit), phases: phases ?? supplyPhases, powerW, reactiveRatio: reactiveRatioOf(powerFactor) };
      return untilS === undefined ? [begin] : [begin, { ...begin, timeMs: untilS * 1000, powerW: -powerW }];
    })
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** Moves electricity to `timeMs`, one step after the last: loads, controllers, vehicles, then the sums of the circuits and the voltages. */
export function stepPlant(plant: Plant, timeMs: number): void {
  changeLoads(plant, timeMs);
  if (plant.curveLoads.length > 0) stepCurveLoads(plant, plant.curveLoads, timeMs);
  if (plant.batteries.length > 0) stepBatteries(plant);
  for (const outlet of plant.outlets) if (stepOutlet(outlet, timeMs, STEP_S)) plant.isStale = true;
  if (plant.isStale) renewSums(plant);
}

/**
 * Every step from `fromMs` on and before the answered time does what the last one did; `fromMs` itself where the next one may not. A
 * home battery answers to what flows at every step.
 */
export function plantStillUntilMs({ isStale, batteries, realEvses, loadChanges, nextLoadChange, curveLoads, outlets }: Plant, fromMs: number): number {
  if (isStale || batteries.length > 0 || realEvses.length > 0) return fromMs;
  let untilMs = loadChanges[nextLoadChange]?.timeMs ?? Infinity;
  for (const { nextMs } of curveLoads) untilMs = Math.min(untilMs, nextMs);
  for (const outlet of outlets) untilMs = Math.min(untilMs, outletStillUntilMs(outlet, fromMs));
  return Math.max(fromMs, untilMs);
}

/** A step that does what the last one did. */
export function repeatPlant({ outlets }: Plant, timeMs: number): void {
  for (const outlet of outlets) repeatOutlet(outlet, timeMs, STEP_S);
}

function renewSums(plant: Plant): void {
  const { circuits, isInPhase, drop } = plant;
  plant.sumCount += 1;
  if (drop !== null) renewCurrents(plant.supply, circuits, plant.supplyPhases);
  beginSums(circuits, isInPhase);
  for (const outlet of plant.outlets) addOutletCurrent(outlet);
  for (const real of plant.realEvses) addRealCurrent(real);
  endSums(circuits, isInPhase);
  // Voltages that have moved move the currents of the next step.
  plant.isStale = drop !== null && stepVoltages(drop);
}

/** Nothing flows while there is no power; what would, is there again at the next step. */
export function darken(plant: Plant): void {
  for (const { totalA } of plant.circuits) totalA.fill(0);
  plant.isStale = true;
}

function changeLoads(plant: Plant, timeMs: number): void {
  for (;;) {
    const change = plant.loadChanges[plant.nextLoadChange];
    if (change === undefined || change.timeMs > timeMs) return;
    plant.nextLoadChange += 1;
    plant.steppedLoadW += change.powerW;
    addLoad(plant, change.circuit, change.phases, change.powerW, change.reactiveRatio);
  }
}

/** What the site takes besides EVSEs, PV and batteries. */
export function housePowerW({ steppedLoadW, curveLoads }: Plant): number {
  return curveLoads.reduce((sum, { isPv, powerW }) => (isPv ? sum : sum + powerW), steppedLoadW);
}

/** Positive figures are generation. */
export function pvPowerW({ curveLoads }: Plant): number {
  return curveLoads.reduce((sum, { isPv, powerW }) => (isPv ? sum - powerW : sum), 0);
}

function stepBatteries(plant: Plant): void {
  for (const { battery, circuit, watched, phases, reactiveRatio } of plant.batteries) {
    const beforeW = battery.powerW;
    const nowW = stepHomeBattery(battery, circuitPowerW(watched), STEP_S);
    if (nowW !== beforeW) addLoad(plant, circuit, phases, nowW - beforeW, reactiveRatio);
  }
}

/** True power through a circuit's breaker, import positive. */
export function circuitPowerW({ inPhaseA, voltageV }: PlantCircuit): number {
  return (inPhaseA[0] ?? 0) * (voltageV[0] ?? 0) + (inPhaseA[1] ?? 0) * (voltageV[1] ?? 0) + (inPhaseA[2] ?? 0) * (voltageV[2] ?? 0);
}
