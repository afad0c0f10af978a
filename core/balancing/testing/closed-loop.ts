/**
 * The plainest plant that closes the loop around the step: EVSEs obey at once, vehicles follow after a dead time and a
 * ramp, the meter tells with its delay. Enough for rules and properties; the real devices are simulated elsewhere.
 */
import type { EvseId } from '../../quantities.ts';
import type { EvseReport, MeterReading } from '../../site/readings.ts';
import type { Site } from '../../site/site.ts';
import { initialState, NO_WISHES, type BalancerState, type StepResult, type Wishes } from '../state.ts';
import { step } from '../step.ts';
import { reading, report } from './two-evses.ts';

export interface Vehicle {
  readonly deadTimeMs: number;
  readonly riseAPerS: number;
  readonly maxA: number;
}

export interface Bench {
  timeMs: number;
  otherA: number;
  /** What the meter makes of the true total; null publishes nothing. */
  meterShows: (totalA: number) => MeterReading | null;
  /** What an EVSE reports; null says nothing. */
  evseSays: (report: EvseReport) => EvseReport | null;
  wishes: Wishes;
  plugIn(id: EvseId, vehicle?: Partial<Vehicle>): void;
  unplug(id: EvseId): void;
  /** Advances second by second and calls back after each. */
  run(seconds: number, after?: (bench: Bench) => void): void;
  totalA(): number;
  currentA(id: EvseId): number;
  offeredA(id: EvseId): number;
  result: StepResult;
  state: BalancerState;
}

interface Outlet {
  readonly id: EvseId;
  vehicle: Vehicle | null;
  currentA: number;
  /** Offers with the time from which the vehicle obeys them. */
  pending: { readonly atMs: number; readonly currentA: number }[];
  pilotA: number;
  offeredA: number;
}

export function createBench(site: Site): Bench {
  const outlets: Outlet[] = site.evses.map(({ id, powerUpCurrentA }) => ({ id, vehicle: null, currentA: 0, pending: [], pilotA: powerUpCurrentA, offeredA: powerUpCurrentA }));
  const outlet = (id: EvseId): Outlet => {
    const found = outlets.find((candidate) => candidate.id === id);
    if (found === undefined) throw new RangeError(id);
    return found;
  };
  const meter = site.meters[0];
  const history: { readonly timeMs: number; readonly totalA: number }[] = [];

  const moveVehicles = (timeMs: number): void => {
    for (const each of outlets) {
      while (each.pending[0] !== undefined && each.pending[0].atMs <= timeMs) each.pilotA = each.pending.shift()?.currentA ?? 0;
      const wantedA = each.vehicle === null ? 0 : Math.min(each.pilotA, each.vehicle.maxA);
      const risenA = each.currentA + (each.vehicle?.riseAPerS ?? 0);
      each.currentA = Math.min(wantedA, Math.max(risenA, 0));
    }
  };

  const bench: Bench = {
    timeMs: 0,
    otherA: 0,
    meterShows: (totalA) => reading(bench.timeMs, totalA),
    evseSays: (said) => said,
    wishes: NO_WISHES,
    plugIn(id, vehicle = {}) {
      outlet(id).vehicle = { deadTimeMs: 3000, riseAPerS: 2, maxA: 48, ...vehicle };
      outlet(id).pilotA = 0;
      outlet(id).pending = [{ atMs: bench.timeMs + 3000, currentA: outlet(id).offeredA }];
    },
    unplug(id) {
      outlet(id).vehicle = null;
    },
    totalA: () => bench.otherA + outlets.reduce((sum, { currentA }) => sum + currentA, 0),
    currentA: (id) => outlet(id).currentA,
    offeredA: (id) => outlet(id).offeredA,
    state: initialState(site),
    result: { state: initialState(site), setpoints: [], circuits: [], notices: [] },
    run(seconds, after) {
      for (let second = 0; second < seconds; second += 1) {
        bench.timeMs += 1000;
        moveVehicles(bench.timeMs);
        history.push({ timeMs: bench.timeMs, totalA: bench.totalA() });
        turn();
        after?.(bench);
      }
    },
  };

  const turn = (): void => {
    const reports = outlets.map((each) => {
      const state = each.vehicle === null ? 'idle' : each.offeredA === 0 ? 'paused' : 'charging';
      return bench.evseSays(report(each.id, bench.timeMs, state, each.offeredA, each.currentA));
    });
    bench.result = step(site, bench.state, {
      timeMs: bench.timeMs,
      wallMs: bench.timeMs,
      readings: meterReadings(),
      reports: reports.filter((said) => said !== null),
      wishes: bench.wishes,
    });
    bench.state = bench.result.state;
    for (const { evseId, offeredCurrentA } of bench.result.setpoints) offer(outlet(evseId), offeredCurrentA);
  };

  const meterReadings = (): MeterReading[] => {
    if (meter === undefined || bench.timeMs % meter.periodMs !== 0) return [];
    const sample = history.findLast(({ timeMs }) => timeMs <= bench.timeMs - meter.latencyMs);
    const shown = sample === undefined ? null : bench.meterShows(sample.totalA);
    return shown === null ? [] : [shown];
  };

  const offer = (each: Outlet, currentA: number): void => {
    if (currentA === each.offeredA) return;
    each.offeredA = currentA;
    each.pending.push({ atMs: bench.timeMs + (each.vehicle?.deadTimeMs ?? 0), currentA });
  };

  return bench;
}
