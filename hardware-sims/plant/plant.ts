/**
 * The electricity of a site: loads and vehicles on circuits, line voltage, and what flows in every circuit. A record
 * changed in place by `stepPlant`, one second at a time; the scenario's events take effect at the first step at or after
 * their time.
 */
import type { EvseId, PhaseIndex } from '../../core/quantities.ts';
import type { Scenario, ScenarioVehicle } from '../../core/scenarios/schema.ts';
import { evsePhases, phasesOf } from '../../core/site/circuit-tree.ts';
import type { Evse, Site, Supply } from '../../core/site/site.ts';
import { addLineCurrents, addLinePairCurrent, addOtherCurrent, addPairCurrent, beginSums, createCircuits, endSums, type PlantCircuit } from './circuits.ts';
import { geometryOf, nextLine, type SupplyGeometry } from './supply-geometry.ts';
import { createVehicle, stepVehicle, type Vehicle } from './vehicle.ts';

export type { PlantCircuit };

export const PLANT_STEP_MS = 1000;

/** What the plant needs of an EVSE's controller, and what it tells it. */
export interface PlantEvse {
  readonly isRelayClosed: boolean;
  /** What the pilot tells the vehicle, A; 0 without PWM. */
  readonly pilotA: number;
  /** A second of the controller's own loop, before the current of this step is known. */
  step(timeMs: number, isVehicleConnected: boolean, wantsEnergy: boolean): void;
  /** What flows from now on, per conductor. */
  measure(currentA: number): void;
}

export interface Outlet {
  readonly evseId: EvseId;
  readonly device: PlantEvse;
  readonly circuit: PlantCircuit;
  /** Site phases of its conductors, in the order of the device's own. */
  readonly phases: readonly PhaseIndex[];
  /** Times the current gives the power: the voltages it is drawn from, added up. */
  wattsPerAmpere: number;
  loadedPhases: readonly PhaseIndex[];
  /** Where it sits between two lines of a delta: the leading one of both. */
  pairLine: PhaseIndex | null;
  /** Scenario vehicles of this outlet by time; the ones before `nextVisit` have come. */
  readonly visits: readonly ScenarioVehicle[];
  nextVisit: number;
  vehicle: Vehicle | null;
  unplugMs: number;
  currentA: number;
  energyWs: number;
}

interface LoadChange {
  readonly timeMs: number;
  readonly circuit: PlantCircuit;
  /** Difference to what was before. */
  readonly powerW: number;
}

export interface Plant {
  readonly supply: Supply;
  readonly geometry: SupplyGeometry;
  /** Across one 240 V load on split phase, between two lines on a delta, line to neutral elsewhere. */
  readonly voltageV: number;
  readonly supplyPhases: readonly PhaseIndex[];
  /** No current is out of step with its line's voltage: no delta, and no load with reactive power. */
  readonly isInPhase: boolean;
  /** Voltages follow the currents; where false they stay what they are. */
  readonly hasVoltageDrop: boolean;
  /** Parents before children. */
  readonly circuits: readonly PlantCircuit[];
  readonly outlets: readonly Outlet[];
  readonly loadChanges: readonly LoadChange[];
  nextLoadChange: number;
}

type Inputs = Pick<Scenario, 'vehicles' | 'otherLoads' | 'lineVoltageV'>;

export function createPlant(site: Site, inputs: Inputs, deviceOf: (evse: Evse) => PlantEvse): Plant {
  const voltageV = inputs.lineVoltageV ?? site.supply.nominalVoltageV;
  const geometry = geometryOf(site.supply);
  const circuits = createCircuits(site, voltageV * geometry.lineVoltageRatio);
  const circuitOf = (id: string): PlantCircuit => {
    const circuit = circuits.find((candidate) => candidate.id === id);
    if (circuit === undefined) throw new RangeError(`unknown circuit ${id}`);
    return circuit;
  };
  const outlets = site.evses.map((evse) => createOutlet(evse, site.supply, circuitOf(evse.circuitId), deviceOf(evse), inputs.vehicles));
  const supplyPhases = phasesOf(site.supply);
  const loadChanges = inputs.otherLoads
    .flatMap(({ circuit, powerW, fromS, untilS }): LoadChange[] => {
      const begin = { timeMs: fromS * 1000, circuit: circuitOf(circuit), powerW };
      return untilS === undefined ? [begin] : [begin, { ...begin, timeMs: untilS * 1000, powerW: -powerW }];
    })
    .sort((a, b) => a.timeMs - b.timeMs);
  const isInPhase = site.supply.kind !== 'three-wire-delta';
  return { supply: site.supply, geometry, voltageV, supplyPhases, isInPhase, hasVoltageDrop: false, circuits, outlets, loadChanges, nextLoadChange: 0 };
}

function createOutlet(evse: Evse, supply: Supply, circuit: PlantCircuit, device: PlantEvse, vehicles: readonly ScenarioVehicle[]): Outlet {
  return {
    evseId: evse.id,
    device,
    circuit,
    phases: evsePhases(evse, supply),
    wattsPerAmpere: 0,
    loadedPhases: [],
    pairLine: null,
    visits: vehicles.filter((vehicle) => vehicle.evse === evse.id).sort((a, b) => a.plugInS - b.plugInS),
    nextVisit: 0,
    vehicle: null,
    unplugMs: Infinity,
    currentA: 0,
    energyWs: 0,
  };
}

/** Moves electricity to `timeMs`, one step after the last: loads, controllers, vehicles, then the sums of the circuits. */
export function stepPlant(plant: Plant, timeMs: number): void {
  changeLoads(plant, timeMs);
  beginSums(plant.circuits, plant.isInPhase);
  for (const outlet of plant.outlets) {
    stepOutlet(plant, outlet, timeMs);
    if (outlet.currentA === 0) continue;
    if (outlet.pairLine === null) addLineCurrents(outlet.circuit, outlet.loadedPhases, outlet.currentA);
    else addLinePairCurrent(outlet.circuit, outlet.pairLine, outlet.currentA);
  }
  endSums(plant.circuits, plant.isInPhase);
}

function changeLoads(plant: Plant, timeMs: number): void {
  for (;;) {
    const change = plant.loadChanges[plant.nextLoadChange];
    if (change === undefined || change.timeMs > timeMs) return;
    plant.nextLoadChange += 1;
    addSpreadPower(plant, change.circuit, change.powerW);
  }
}

/** Spread evenly over the supply's phases; on split phase that is a 240 V load, on a delta one between every two lines. */
export function addSpreadPower(plant: Plant, circuit: PlantCircuit, powerW: number): void {
  for (const phase of plant.supplyPhases) addPower(plant, circuit, phase, powerW / plant.supplyPhases.length);
}

/** Adds load on one phase, on a delta between this line and the next. */
export function addPower({ supply, voltageV, geometry }: Plant, circuit: PlantCircuit, phase: PhaseIndex, powerW: number): void {
  circuit.ownW[phase] = (circuit.ownW[phase] ?? 0) + powerW;
  if (supply.kind === 'three-wire-delta') addPairCurrent(circuit, phase, powerW / voltageV, 0);
  else addOtherCurrent(circuit, phase, powerW / (voltageV * geometry.lineVoltageRatio), 0);
}

function stepOutlet(plant: Plant, outlet: Outlet, timeMs: number): void {
  // What flowed until now was delivered during the second that ends here.
  if (outlet.currentA !== 0) outlet.energyWs += outlet.currentA * outlet.wattsPerAmpere * (PLANT_STEP_MS / 1000);
  const visit = outlet.visits[outlet.nextVisit];
  if (timeMs >= outlet.unplugMs) unplug(outlet);
  else if (visit !== undefined && timeMs >= visit.plugInS * 1000) plugIn(plant, outlet, visit);
  const { device, vehicle } = outlet;
  device.step(timeMs, vehicle !== null, vehicle !== null && vehicle.maxCurrentA > 0);
  outlet.currentA = vehicle === null ? 0 : stepVehicle(vehicle, device.pilotA, device.isRelayClosed);
  device.measure(outlet.currentA);
}

export function unplug(outlet: Outlet): void {
  outlet.vehicle = null;
  outlet.unplugMs = Infinity;
}

export function plugIn(plant: Plant, outlet: Outlet, visit: ScenarioVehicle): void {
  outlet.nextVisit += 1;
  outlet.vehicle = createVehicle(visit.maxCurrentA, visit.deadTimeS, visit.riseAPerS, PLANT_STEP_MS / 1000);
  outlet.unplugMs = visit.unplugS === undefined ? Infinity : visit.unplugS * 1000;
  loadPhases(plant, outlet, visit.phaseCount ?? outlet.phases.length);
}

/** Without a neutral a vehicle that does not use three lines sits between the first two of them. */
function loadPhases(plant: Plant, outlet: Outlet, phaseCount: number): void {
  const isPair = plant.supply.kind === 'three-wire-delta' && phaseCount < 3;
  outlet.loadedPhases = outlet.phases.slice(0, isPair ? 2 : phaseCount);
  outlet.pairLine = isPair ? leadingLine(outlet.loadedPhases) : null;
  outlet.wattsPerAmpere = isPair ? plant.voltageV : plant.voltageV * plant.geometry.lineVoltageRatio * outlet.loadedPhases.length;
}

/** Of two lines the one that the other is next to. */
function leadingLine([first = 0, second = 1]: readonly PhaseIndex[]): PhaseIndex {
  return nextLine(first) === second ? first : second;
}
