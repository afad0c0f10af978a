/** The sockets of a plant's EVSEs: who is plugged in where, what is drawn, and from which lines. */
import type { EvseId, PhaseIndex } from '../../core/quantities.ts';
import type { ScenarioVehicle } from '../../core/scenarios/schema.ts';
import { evsePhases } from '../../core/site/circuit-tree.ts';
import type { Evse, Supply } from '../../core/site/site.ts';
import { addLineCurrents, addLinePairCurrent, type PlantCircuit } from './circuits.ts';
import { nextLine } from './supply-geometry.ts';
import { createVehicle, deliver, isVehicleStill, stepVehicle, type Vehicle } from './vehicle.ts';

/** What the plant needs of an EVSE's controller, and what it tells it. */
export interface PlantEvse {
  readonly isRelayClosed: boolean;
  /** What the pilot tells the vehicle, A; 0 without PWM. */
  readonly pilotA: number;
  /** A second of the controller's own loop, before the current of this step is known. */
  step(timeMs: number, isVehicleConnected: boolean, wantsEnergy: boolean): void;
  /** What flows from now on, per conductor. */
  measure(currentA: number): void;
  /** Whether its next second, with the same vehicle, does what the last one did. */
  isStill(isVehicleConnected: boolean, wantsEnergy: boolean): boolean;
  /** One such second. */
  repeat(timeMs: number): void;
}

export interface Outlet {
  readonly evseId: EvseId;
  readonly device: PlantEvse;
  readonly circuit: PlantCircuit;
  readonly supplyKind: Supply['kind'];
  /** Site phases of its conductors, in the order of the device's own. */
  readonly phases: readonly PhaseIndex[];
  /** It has a second contactor for all but the first of them (SmartEVSE CONTACT 2). */
  readonly isSwitched: boolean;
  /** How many of them its contactors close. */
  closedPhases: number;
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

/** `wiredPhases`: where its phases truly are, if not where the site file says. */
export function createOutlet(evse: Evse, supply: Supply, circuit: PlantCircuit, device: PlantEvse, vehicles: readonly ScenarioVehicle[], wiredPhases: Evse['phaseMap'] | undefined): Outlet {
  const phases = evsePhases({ phaseCount: evse.phaseCount, phaseMap: wiredPhases ?? evse.phaseMap }, supply);
  const isSwitched = evse.phaseSwitching !== 'not-present' && phases.length === 3;
  return {
    evseId: evse.id,
    device,
    circuit,
    supplyKind: supply.kind,
    phases,
    isSwitched,
    closedPhases: isSwitched && evse.phaseSwitching === 'always-off' ? 1 : phases.length,
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

/** Vehicles come and go, the controller has its turn, the vehicle draws. Answers whether anything flows otherwise than before. */
export function stepOutlet(outlet: Outlet, timeMs: number, stepS: number): boolean {
  // What flowed until now was delivered during the second that ends here.
  if (outlet.vehicle !== null) deliverStep(outlet, outlet.vehicle, stepS);
  const visit = outlet.visits[outlet.nextVisit];
  if (timeMs >= outlet.unplugMs) unplug(outlet);
  else if (visit !== undefined && timeMs >= visit.plugInS * 1000) plugIn(outlet, visit, stepS);
  const { device, vehicle } = outlet;
  const { currentA: beforeA, loadedPhases: phasesBefore } = outlet;
  device.step(timeMs, vehicle !== null, vehicle !== null && vehicle.wantsEnergy);
  outlet.currentA = vehicle === null ? 0 : stepVehicle(vehicle, device.pilotA, device.isRelayClosed);
  device.measure(outlet.currentA);
  if (vehicle !== null && (vehicle.habits !== null || outlet.isSwitched)) loadPhases(outlet, vehicle.phaseCount);
  return outlet.currentA !== beforeA || outlet.loadedPhases !== phasesBefore;
}

/** Every step from `fromMs` on and before the answered time does what the last one did; `fromMs` itself where the next one may not. */
export function outletStillUntilMs(outlet: Outlet, fromMs: number): number {
  const { device, vehicle, visits, nextVisit, unplugMs } = outlet;
  if (!device.isStill(vehicle !== null, vehicle !== null && vehicle.wantsEnergy)) return fromMs;
  if (vehicle !== null && !isVehicleStill(vehicle, device.pilotA, device.isRelayClosed)) return fromMs;
  // A contactor that was moved since the last step counts from the next.
  if (vehicle !== null && outlet.loadedPhases.length !== lineCount(outlet, vehicle.phaseCount)) return fromMs;
  return Math.max(fromMs, Math.min(unplugMs, (visits[nextVisit]?.plugInS ?? Infinity) * 1000));
}

/** A step that does what the last one did: energy goes on. */
export function repeatOutlet(outlet: Outlet, timeMs: number, stepS: number): void {
  if (outlet.vehicle !== null) deliverStep(outlet, outlet.vehicle, stepS);
  outlet.device.repeat(timeMs);
}

/** Its current joins the sums of the circuits. */
export function addOutletCurrent(outlet: Outlet): void {
  if (outlet.currentA === 0) return;
  if (outlet.pairLine === null) addLineCurrents(outlet.circuit, outlet.loadedPhases, outlet.currentA);
  else addLinePairCurrent(outlet.circuit, outlet.pairLine, outlet.currentA);
}

function deliverStep(outlet: Outlet, vehicle: Vehicle, stepS: number): void {
  const energyWs = outlet.currentA === 0 ? 0 : outlet.currentA * wattsPerAmpere(outlet) * stepS;
  outlet.energyWs += energyWs;
  deliver(vehicle, energyWs);
}

/** The voltages it is drawn from, added up. */
function wattsPerAmpere({ circuit, loadedPhases, pairLine }: Outlet): number {
  let sumV = 0;
  for (const line of loadedPhases) sumV += circuit.loadVoltageV[line] ?? 0;
  return pairLine === null ? sumV : (sumV / 2) * Math.sqrt(3);
}

export function unplug(outlet: Outlet): void {
  outlet.vehicle = null;
  outlet.unplugMs = Infinity;
}

export function plugIn(outlet: Outlet, visit: ScenarioVehicle, stepS: number): void {
  outlet.nextVisit += 1;
  outlet.vehicle = createVehicle(visit, outlet.phases.length, stepS);
  outlet.unplugMs = visit.unplugS === undefined ? Infinity : visit.unplugS * 1000;
  loadPhases(outlet, outlet.vehicle.phaseCount);
}

function loadPhases(outlet: Outlet, usedPhases: number): void {
  const count = lineCount(outlet, usedPhases);
  if (outlet.loadedPhases.length === count) return;
  outlet.loadedPhases = outlet.phases.slice(0, count);
  outlet.pairLine = outlet.supplyKind === 'three-wire-delta' && count < 3 ? leadingLine(outlet.loadedPhases) : null;
}

/** Without a neutral a vehicle that does not use three lines sits between the first two of them. */
function lineCount({ supplyKind, closedPhases }: Outlet, usedPhases: number): number {
  const phaseCount = Math.min(usedPhases, closedPhases);
  return supplyKind === 'three-wire-delta' && phaseCount < 3 ? 2 : phaseCount;
}

/** Of two lines the one that the other is next to. */
function leadingLine([first = 0, second = 1]: readonly PhaseIndex[]): PhaseIndex {
  return nextLine(first) === second ? first : second;
}
