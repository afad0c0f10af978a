/**
 * Electricity and devices of a whole site for properties: EVSEs obey after a delay, vehicles follow after another, meters
 * tell late and not always. What is true at any time is worked out from what was asked and when, so that no time between two
 * steps is lost, however far they lie apart.
 */
import { perPhase, type PerPhase, type PhaseIndex } from '../../quantities.ts';
import { evsePhases, phasesOf } from '../../site/circuit-tree.ts';
import type { EvseReport, MeterReading } from '../../site/readings.ts';
import type { Site } from '../../site/site.ts';
import { branchesOf, type Branch } from './branches.ts';
import type { DeviceHabits, Happening, Play } from './random-play.ts';

interface Vehicle {
  readonly comesMs: number;
  readonly goesMs: number;
  readonly maxA: number;
  readonly phases: readonly PhaseIndex[];
}

interface Told<T> {
  readonly atMs: number;
  readonly value: T;
}

interface Outlet {
  readonly habits: DeviceHabits;
  readonly phases: readonly PhaseIndex[];
  /** What is left of them behind an open second contactor. */
  readonly onePhase: readonly PhaseIndex[];
  readonly offers: Told<number>[];
  readonly contactors: Told<'one' | 'all'>[];
  readonly vehicles: Vehicle[];
  restarts: number;
  muteUntilMs: number;
  deafUntilMs: number;
}

export interface Plant {
  readonly branches: readonly Branch[];
  /** What happens at a time, before anybody reads. */
  happen(happening: Happening, timeMs: number): void;
  readings(timeMs: number): readonly MeterReading[];
  reports(timeMs: number): readonly EvseReport[];
  /** Asks an EVSE for a current, on so many phases where it can change them. */
  offer(evse: number, asked: { readonly currentA: number; readonly phases: readonly PhaseIndex[] }, timeMs: number): void;
  /** What the device offers. */
  offeredA(evse: number, timeMs: number): number;
  /** The most it offered at any time from one to another. */
  mostOfferedA(evse: number, fromMs: number, untilMs: number): number;
  drawnA(evse: number, timeMs: number): number;
  /** Site phases its vehicle loads; none without a vehicle. */
  phasesOf(evse: number, timeMs: number): readonly PhaseIndex[];
  /** What flows in a circuit and is no EVSE, per phase. */
  otherA(circuit: number, timeMs: number): PerPhase<number>;
}

const last = <T>(told: readonly Told<T>[], timeMs: number): T | undefined => told.findLast(({ atMs }) => atMs <= timeMs)?.value;

export function createPlant({ site, habits, loadsA }: Play): Plant {
  const branches = branchesOf(site);
  const loads: Told<PerPhase<number>>[][] = site.circuits.map((_, index) => [{ atMs: -Infinity, value: fitting(site, branches, index, loadsA[index] ?? [0, 0, 0]) }]);
  const meters = site.meters.map((meter) => ({ meter, circuit: site.circuits.findIndex(({ meterId }) => meterId === meter.id), nextMs: 0, muteUntilMs: 0 }));
  const outlets = site.evses.map((evse, index): Outlet => {
    const own = habits[index];
    if (own === undefined) throw new RangeError('every EVSE has habits');
    const phases = evsePhases(evse, site.supply);
    const onePhase = evsePhases({ ...evse, phaseCount: 1 }, site.supply);
    return { habits: own, phases, onePhase, offers: [{ atMs: -Infinity, value: own.offeredA }], contactors: [], vehicles: [], restarts: 0, muteUntilMs: 0, deafUntilMs: 0 };
  });
  for (const [index, { vehicle }] of habits.entries()) if (vehicle !== null) plugIn(outlets[index], vehicle, site, 0);

  const outlet = (index: number): Outlet => {
    const found = outlets[index];
    if (found === undefined) throw new RangeError(`EVSE ${index}`);
    return found;
  };
  const vehicleAt = (index: number, timeMs: number): Vehicle | undefined => outlet(index).vehicles.findLast(({ comesMs, goesMs }) => comesMs <= timeMs && timeMs < goesMs);
  const offeredA = (index: number, timeMs: number): number => last(outlet(index).offers, timeMs) ?? 0;
  const drawnA = (index: number, timeMs: number): number => {
    const vehicle = vehicleAt(index, timeMs);
    const { followMs } = outlet(index).habits;
    return vehicle === undefined || timeMs - followMs < vehicle.comesMs ? 0 : Math.min(vehicle.maxA, offeredA(index, timeMs - followMs));
  };
  const phasesAt = (index: number, timeMs: number): readonly PhaseIndex[] => {
    const phases = vehicleAt(index, timeMs)?.phases ?? [];
    return last(outlet(index).contactors, timeMs) === 'one' && phases.length > 0 ? outlet(index).onePhase : phases;
  };
  const otherA = (circuit: number, timeMs: number): PerPhase<number> =>
    perPhase((phase) => (branches[circuit]?.circuits ?? []).reduce((sum, at) => sum + (last(loads[at] ?? [], timeMs)?.[phase] ?? 0), 0));
  const shownA = (circuit: number, timeMs: number): PerPhase<number | null> => {
    const totalA: [number, number, number] = [...otherA(circuit, timeMs)];
    for (const index of branches[circuit]?.evses ?? []) for (const phase of phasesAt(index, timeMs)) totalA[phase] += drawnA(index, timeMs);
    return perPhase((phase) => (phasesOf(site.supply).includes(phase) ? totalA[phase] : null));
  };

  return {
    branches,
    offeredA,
    mostOfferedA(index, fromMs, untilMs) {
      const between = outlet(index).offers.filter(({ atMs }) => atMs > fromMs && atMs <= untilMs).map(({ value }) => value);
      return Math.max(offeredA(index, fromMs), ...between);
    },
    drawnA,
    otherA,
    phasesOf: phasesAt,
    offer(index, { currentA, phases }, timeMs) {
      const { offers, contactors, onePhase, habits: own, deafUntilMs } = outlet(index);
      if (timeMs < deafUntilMs) return;
      const atMs = timeMs + own.obeyMs;
      if (offers.at(-1)?.value !== currentA) offers.push({ atMs, value: currentA });
      if (site.evses[index]?.phaseSwitching !== 'not-present') contactors.push({ atMs, value: phases.every((phase) => onePhase.includes(phase)) ? 'one' : 'all' });
    },
    happen(happening, timeMs) {
      switch (happening.kind) {
        case 'load':
          loads[happening.circuit % loads.length]?.push({ atMs: timeMs, value: fitting(site, branches, happening.circuit % loads.length, happening.currentA) });
          return;
        case 'vehicle': {
          const at = outlet(happening.evse % outlets.length);
          const before = at.vehicles.pop();
          if (before !== undefined) at.vehicles.push({ ...before, goesMs: Math.min(before.goesMs, timeMs) });
          // Nobody changes vehicles between two reports: the place is seen empty first.
          if (happening.vehicle !== null && (before?.goesMs ?? 0) < timeMs) plugIn(at, happening.vehicle, site, timeMs);
          return;
        }
        case 'mute-meter':
          for (const meter of meters.slice(happening.meter % Math.max(1, meters.length)).slice(0, 1)) meter.muteUntilMs = timeMs + happening.durationMs;
          return;
        case 'mute-evse':
          outlet(happening.evse % outlets.length).muteUntilMs = timeMs + happening.durationMs;
          return;
        case 'deaf-evse':
          outlet(happening.evse % outlets.length).deafUntilMs = timeMs + happening.durationMs;
          return;
        case 'restart': {
          const at = outlet(happening.evse % outlets.length);
          at.restarts += 1;
          at.offers.push({ atMs: timeMs, value: site.evses[happening.evse % outlets.length]?.powerUpCurrentA ?? 0 });
          return;
        }
        default:
      }
    },
    readings: (timeMs) =>
      meters.flatMap((each): MeterReading[] => {
        if (timeMs < each.nextMs || each.circuit < 0) return [];
        each.nextMs = timeMs + each.meter.periodMs;
        if (timeMs < each.muteUntilMs) return [];
        const currentA = shownA(each.circuit, timeMs - each.meter.latencyMs);
        // A living clamp never shows the same watts twice.
        const powerW = perPhase((phase) => (currentA[phase] === null ? null : currentA[phase] * 230 + (timeMs % 977) / 1e4));
        return [{ meterId: each.meter.id, timeMs, currentA, voltageV: null, powerW, isLive: true }];
      }),
    reports: (timeMs) =>
      site.evses.flatMap((evse, index): EvseReport[] => {
        const { restarts, muteUntilMs, habits: own } = outlet(index);
        if (timeMs < muteUntilMs) return [];
        const vehicle = vehicleAt(index, timeMs);
        const phases = phasesAt(index, timeMs);
        const offered = offeredA(index, timeMs);
        const drawn = drawnA(index, timeMs);
        const state = vehicle === undefined ? 'idle' : offered === 0 ? 'paused' : drawn > 0 ? 'charging' : 'connected';
        const measuredCurrentA = own.tellsCurrent ? perPhase((phase) => (phases.includes(phase) ? drawn : 0)) : null;
        const measuredTimeMs = own.tellsCurrent ? timeMs : null;
        return [
          { evseId: evse.id, timeMs, state, isVehicleConnected: vehicle !== undefined, offeredCurrentA: offered, measuredCurrentA, measuredTimeMs, voltageV: null, energyWh: null, restartCount: restarts, otherCommander: null },
        ];
      }),
  };
}

/** One phase is a pair of lines there, and needs both. */
const isInPairs = ({ supply }: Site): boolean => supply.kind === 'three-wire-delta' || supply.kind === 'split-phase';

function plugIn(outlet: Outlet | undefined, { maxA, phaseCount }: NonNullable<DeviceHabits['vehicle']>, site: Site, timeMs: number): void {
  outlet?.vehicles.push({ comesMs: timeMs, goesMs: Infinity, maxA, phases: outlet.phases.slice(0, isInPairs(site) ? Math.max(2, phaseCount) : phaseCount) });
}

/**
 * Where no meter tells, all that a circuit and those below it carry stays within what the site assumes there; only where there
 * is a source a circuit may feed in.
 */
export function fitting(site: Site, branches: readonly Branch[], index: number, currentA: PerPhase<number>): PerPhase<number> {
  let mostA = Infinity;
  for (const [above, { circuits }] of branches.entries()) {
    const circuit = site.circuits[above];
    if (circuit?.meterId === null && circuits.includes(index)) mostA = Math.min(mostA, Math.floor((circuit.assumedLoadA / circuits.length) * 4) / 4);
  }
  const leastA = site.circuits[index]?.hasSource === true ? -Infinity : 0;
  return perPhase((phase) => (phasesOf(site.supply).includes(phase) ? Math.min(mostA, Math.max(leastA, currentA[phase])) : 0));
}
