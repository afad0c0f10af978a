/** What only some vehicles do: each habit is a field of the scenario's vehicle. A record changed in place. */
import type { VehicleBattery } from '../../core/scenarios/plant-schema.ts';
import type { ScenarioVehicle } from '../../core/scenarios/schema.ts';

export interface Habits {
  readonly stepS: number;
  readonly maxCurrentA: number;
  readonly offerOffsetA: number;
  readonly startsAfterS: number | undefined;
  readonly startsFromA: number;
  readonly stopsBelowA: number;
  readonly sleepsAfterS: number;
  readonly startPhaseCount: number | undefined;
  readonly allPhaseCount: number;
  readonly morePhasesAfterS: number;
  readonly battery: VehicleBattery | null;
  readonly requestedWs: number;
  /** It asks for energy (state C). */
  wantsEnergy: boolean;
  /** Conductors it draws from now. */
  phaseCount: number;
  pluggedInS: number;
  pausedS: number;
  drawingS: number;
  hasStarted: boolean;
  /** `asleep`: no offer wakes it. `stirring`: the pilot has come back once and gone again; the next one wakes it. */
  sleep: 'awake' | 'asleep' | 'nudged' | 'stirring';
  deliveredWs: number;
  storedWs: number;
}

type Spec = Omit<ScenarioVehicle, 'id' | 'evse' | 'plugInS' | 'unplugS'>;

const HABITS = ['startPhaseCount', 'offerOffsetA', 'startsAfterS', 'startsFromA', 'stopsBelowA', 'sleepsAfterS', 'battery', 'requestedWh'] as const;

export function createHabits(spec: Spec, phaseCount: number, stepS: number): Habits | null {
  if (HABITS.every((habit) => spec[habit] === undefined)) return null;
  const { battery } = spec;
  const startPhaseCount = spec.startPhaseCount === undefined ? undefined : Math.min(spec.startPhaseCount, phaseCount);
  return {
    stepS,
    maxCurrentA: spec.maxCurrentA,
    offerOffsetA: spec.offerOffsetA ?? 0,
    startsAfterS: spec.startsAfterS,
    startsFromA: spec.startsFromA ?? 0,
    stopsBelowA: spec.stopsBelowA ?? 0,
    sleepsAfterS: spec.sleepsAfterS ?? Infinity,
    startPhaseCount,
    allPhaseCount: phaseCount,
    morePhasesAfterS: spec.morePhasesAfterS ?? Infinity,
    battery: battery ?? null,
    requestedWs: (spec.requestedWh ?? Infinity) * 3600,
    wantsEnergy: spec.maxCurrentA > 0 && spec.startsAfterS === undefined,
    phaseCount: startPhaseCount ?? phaseCount,
    pluggedInS: 0,
    pausedS: 0,
    drawingS: 0,
    hasStarted: false,
    sleep: 'awake',
    deliveredWs: 0,
    storedWs: battery === undefined ? 0 : battery.socRatio * battery.capacityWh * 3600,
  };
}

/** What it would draw of an offer that acts on it now; `pilotA` is what the pilot says at this moment. */
export function habitCurrentA(habits: Habits, actsA: number, pilotA: number): number {
  followPilot(habits, pilotA);
  habits.wantsEnergy = asksForEnergy(habits);
  habits.phaseCount = habits.startPhaseCount !== undefined && habits.drawingS < habits.morePhasesAfterS ? habits.startPhaseCount : habits.allPhaseCount;
  if (!habits.wantsEnergy || actsA <= 0 || actsA < habits.stopsBelowA) return 0;
  if (!habits.hasStarted && actsA < habits.startsFromA) return 0;
  habits.hasStarted = true;
  return Math.max(0, Math.min(actsA + habits.offerOffsetA, taperedA(habits)));
}

/** Counts time and pauses; after a long one it sleeps until the pilot has gone and come back once more. */
function followPilot(habits: Habits, pilotA: number): void {
  habits.pluggedInS += habits.stepS;
  if (pilotA > 0) {
    habits.pausedS = 0;
    if (habits.sleep === 'asleep') habits.sleep = 'nudged';
    else if (habits.sleep === 'stirring') habits.sleep = 'awake';
    return;
  }
  habits.pausedS += habits.stepS;
  habits.hasStarted = false;
  if (habits.sleep === 'nudged') habits.sleep = 'stirring';
  else if (habits.sleep === 'awake' && habits.pausedS >= habits.sleepsAfterS) habits.sleep = 'asleep';
}

function asksForEnergy(habits: Habits): boolean {
  if (habits.maxCurrentA <= 0 || habits.sleep !== 'awake' || habits.deliveredWs >= habits.requestedWs) return false;
  if (habits.startsAfterS !== undefined && habits.pluggedInS < habits.startsAfterS) return false;
  return habits.battery === null || habits.storedWs < habits.battery.targetRatio * habits.battery.capacityWh * 3600;
}

/** Near its target the current falls in a straight line over the state of charge. */
function taperedA({ battery, storedWs, maxCurrentA }: Habits): number {
  if (battery === null) return maxCurrentA;
  const socRatio = storedWs / (battery.capacityWh * 3600);
  const { taperFromRatio, targetRatio, endCurrentA } = battery;
  if (socRatio <= taperFromRatio || targetRatio <= taperFromRatio) return maxCurrentA;
  const doneRatio = Math.min(1, (socRatio - taperFromRatio) / (targetRatio - taperFromRatio));
  return maxCurrentA + (Math.min(endCurrentA, maxCurrentA) - maxCurrentA) * doneRatio;
}

/** What it drew in the step that ends. */
export function noteDrawn(habits: Habits, currentA: number, energyWs: number): void {
  habits.deliveredWs += energyWs;
  if (habits.battery !== null) habits.storedWs += energyWs * habits.battery.efficiencyRatio;
  habits.drawingS = currentA > 0 ? habits.drawingS + habits.stepS : 0;
}
