/**
 * The electricity of a site: loads and vehicles on circuits, line voltage, and what flows in every circuit. A record
 * changed in place by `stepPlant`, one second at a time; the scenario's events take effect at the first step at or after
 * their time.
 */
import type { CircuitId, EvseId, PhaseIndex } from '../../core/quantities.ts';
import type { Scenario, ScenarioVehicle } from '../../core/scenarios/schema.ts';
import { evsePhases, phasesOf } from '../../core/site/circuit-tree.ts';
import type { Evse, Meter, Site, Supply } from '../../core/site/site.ts';
import { createVehicle, stepVehicle, type Vehicle } from './vehicle.ts';

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

export interface PlantCircuit {
  readonly id: CircuitId;
  readonly parent: PlantCircuit | null;
  /** A per site phase: loads that are no EVSE, on this circuit and below it. */
  readonly otherA: Float64Array;
  /** A per site phase: all. */
  readonly totalA: Float64Array;
}

export interface Outlet {
  readonly evseId: EvseId;
  readonly device: PlantEvse;
  readonly circuit: PlantCircuit;
  readonly phases: readonly PhaseIndex[];
  /** Times the current gives the power: the voltages it is drawn from, added up. */
  wattsPerAmpere: number;
  loadedPhases: readonly PhaseIndex[];
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
  /** Across one 240 V load on split phase, line to neutral elsewhere. */
  readonly voltageV: number;
  readonly supplyPhases: readonly PhaseIndex[];
  /** Parents before children. */
  readonly circuits: readonly PlantCircuit[];
  readonly outlets: readonly Outlet[];
  readonly loadChanges: readonly LoadChange[];
  nextLoadChange: number;
}

type Inputs = Pick<Scenario, 'vehicles' | 'otherLoads' | 'lineVoltageV'>;

export function createPlant(site: Site, inputs: Inputs, deviceOf: (evse: Evse) => PlantEvse): Plant {
  const voltageV = inputs.lineVoltageV ?? site.supply.nominalVoltageV;
  const circuits = createCircuits(site);
  const circuitOf = (id: string): PlantCircuit => {
    const circuit = findCircuit({ circuits }, id);
    if (circuit === null) throw new RangeError(`unknown circuit ${id}`);
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
  return { supply: site.supply, voltageV, supplyPhases, circuits, outlets, loadChanges, nextLoadChange: 0 };
}

function findCircuit({ circuits }: Pick<Plant, 'circuits'>, id: string): PlantCircuit | null {
  return circuits.find((candidate) => candidate.id === id) ?? null;
}

function createCircuits(site: Site): readonly PlantCircuit[] {
  const made: PlantCircuit[] = [];
  const add = (parent: PlantCircuit | null): void => {
    for (const circuit of site.circuits) {
      if ((circuit.parentId ?? null) !== (parent?.id ?? null)) continue;
      const child = { id: circuit.id, parent, otherA: new Float64Array(3), totalA: new Float64Array(3) };
      made.push(child);
      add(child);
    }
  };
  add(null);
  return made;
}

function createOutlet(evse: Evse, supply: Supply, circuit: PlantCircuit, device: PlantEvse, vehicles: readonly ScenarioVehicle[]): Outlet {
  return {
    evseId: evse.id,
    device,
    circuit,
    phases: evsePhases(evse, supply),
    wattsPerAmpere: 0,
    loadedPhases: [],
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
  for (const circuit of plant.circuits) circuit.totalA.set(circuit.otherA);
  for (const outlet of plant.outlets) {
    stepOutlet(plant, outlet, timeMs);
    if (outlet.currentA !== 0) addUpwards(outlet);
  }
}

function changeLoads(plant: Plant, timeMs: number): void {
  for (;;) {
    const change = plant.loadChanges[plant.nextLoadChange];
    if (change === undefined || change.timeMs > timeMs) return;
    plant.nextLoadChange += 1;
    changeLoad(plant, change.circuit, change.powerW);
  }
}

/** Other load is spread evenly over the supply's phases; on split phase it is a 240 V load. */
function changeLoad(plant: Plant, at: PlantCircuit, powerW: number): void {
  const currentA = powerW / plant.voltageV / (plant.supply.kind === 'three-phase-star' ? 3 : 1);
  for (let circuit: PlantCircuit | null = at; circuit !== null; circuit = circuit.parent) {
    // To a billionth: what is switched on and off again must leave nothing behind, and 10 A be 10 A.
    for (const phase of plant.supplyPhases) circuit.otherA[phase] = Math.round(((circuit.otherA[phase] ?? 0) + currentA) * 1e9) / 1e9;
  }
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
  outlet.loadedPhases = outlet.phases.slice(0, visit.phaseCount ?? outlet.phases.length);
  outlet.wattsPerAmpere = loadVoltageV(plant, outlet.loadedPhases.length);
}

/** On split phase two conductors are one 240 V load, one is a 120 V load; elsewhere each phase adds its own. */
function loadVoltageV(plant: Plant, phaseCount: number): number {
  return plant.supply.kind === 'split-phase' ? (plant.voltageV / 2) * phaseCount : plant.voltageV * phaseCount;
}

function addUpwards(outlet: Outlet): void {
  for (let circuit: PlantCircuit | null = outlet.circuit; circuit !== null; circuit = circuit.parent) {
    for (const phase of outlet.loadedPhases) circuit.totalA[phase] = (circuit.totalA[phase] ?? 0) + outlet.currentA;
  }
}

/**
 * True power in a clamp. `both-legs`: one leg's voltage times the sum of both legs' currents, which is the power of a 240 V load.
 */
export function clampPowerW(plant: Plant, circuit: PlantCircuit, clamp: Meter['clamp'], phase: PhaseIndex): number {
  const legV = plant.supply.kind === 'split-phase' ? plant.voltageV / 2 : plant.voltageV;
  if (clamp === 'both-legs') return legV * ((circuit.totalA[0] ?? 0) + (circuit.totalA[1] ?? 0));
  return legV * (circuit.totalA[phase] ?? 0);
}
