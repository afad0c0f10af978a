import { roundTo } from '../quantities.ts';
import type { Evse } from '../site/site.ts';
import type { RunTruth } from './run-truth.ts';
import type { ExpectedState } from './expectation-schema.ts';
import type { Scenario } from './schema.ts';

/** Below this nothing charges: what electronics draw, and the rounding of ramps. */
const CHARGING_A = 0.5;

/** What one EVSE has done so far. */
export interface EvseTrack {
  readonly evse: Evse;
  sample(timeS: number, truth: RunTruth): void;
  readonly currentA: number;
  readonly offeredA: number;
  /** Phases its contactors let a vehicle load. */
  readonly phaseCount: number;
  /** By the scenario, whatever the device believes. */
  readonly isVehiclePluggedIn: boolean;
  /** Offers nothing to a vehicle to which it has offered something before. */
  readonly isPaused: boolean;
  readonly firstPauseS: number | null;
  readonly firstResumeS: number | null;
  readonly energyWh: number;
  /** How often a current has begun to flow. */
  readonly starts: number;
  readonly state: ExpectedState;
  /** Over the time a vehicle is plugged in; of an EVSE that never has one, over the whole run. */
  offered(): { readonly min: number; readonly max: number };
}

export function createEvseTrack(evse: Evse, scenario: Pick<Scenario, 'vehicles'>): EvseTrack {
  const sessions = scenario.vehicles
    .filter((vehicle) => vehicle.evse === evse.id)
    .map((vehicle) => ({ fromS: vehicle.plugInS, untilS: vehicle.unplugS ?? Infinity }))
    .sort((a, b) => a.fromS - b.fromS);
  let session = 0;
  let currentA = 0;
  let offeredA = 0;
  let phaseCount = 0;
  let isVehiclePluggedIn = false;
  let hasOffered = false;
  let isPaused = false;
  let firstPauseS: number | null = null;
  let firstResumeS: number | null = null;
  let energyWh = 0;
  let starts = 0;
  let isCharging = false;
  let min = Infinity;
  let max = -Infinity;

  /** Moves on to the session of this time, and says whether there is one. */
  const findSession = (timeS: number): boolean => {
    while (timeS >= (sessions[session]?.untilS ?? Infinity)) {
      session += 1;
      hasOffered = false;
      isPaused = false;
    }
    return timeS >= (sessions[session]?.fromS ?? Infinity);
  };

  const followPauses = (timeS: number): void => {
    const pausesNow = hasOffered && offeredA === 0;
    if (pausesNow && !isPaused) firstPauseS ??= timeS;
    if (!pausesNow && isPaused) firstResumeS ??= timeS;
    isPaused = pausesNow;
    if (offeredA > 0) hasOffered = true;
  };

  return {
    evse,
    sample(timeS, truth) {
      currentA = truth.evseCurrentA(evse.id);
      offeredA = truth.evseOfferedA(evse.id);
      phaseCount = truth.evsePhaseCount(evse.id);
      energyWh = truth.evseEnergyWh(evse.id);
      if (currentA > CHARGING_A && !isCharging) starts += 1;
      isCharging = currentA > CHARGING_A;
      isVehiclePluggedIn = findSession(timeS);
      if (isVehiclePluggedIn) followPauses(timeS);
      if (!isVehiclePluggedIn && sessions.length > 0) return;
      if (offeredA < min) min = offeredA;
      if (offeredA > max) max = offeredA;
    },
    get currentA() {
      return currentA;
    },
    get offeredA() {
      return offeredA;
    },
    get phaseCount() {
      return phaseCount;
    },
    get isVehiclePluggedIn() {
      return isVehiclePluggedIn;
    },
    get isPaused() {
      return isPaused;
    },
    get firstPauseS() {
      return firstPauseS;
    },
    get firstResumeS() {
      return firstResumeS;
    },
    get energyWh() {
      return energyWh;
    },
    get starts() {
      return starts;
    },
    get state() {
      if (isCharging) return 'charging';
      if (!isVehiclePluggedIn) return 'idle';
      return offeredA === 0 ? 'paused' : 'connected';
    },
    offered: () => (min > max ? { min: 0, max: 0 } : { min: roundTo(min, 0.001), max: roundTo(max, 0.001) }),
  };
}
