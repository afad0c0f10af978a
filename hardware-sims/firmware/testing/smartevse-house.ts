/** A house of 3 x 25 A whose EVSEs obey at once and whose vehicles take all they are offered one second later. */
import type { ControllerEngine, ControllerMaker, ControllerSettings } from '../../../core/player/controller-engine.ts';
import { evseId, meterId, perPhase, type EvseId, type PerPhase } from '../../../core/quantities.ts';
import type { EvseReport } from '../../../core/site/readings.ts';
import { restoreSitePart } from '../../../core/site/restore-site.ts';
import type { Site } from '../../../core/site/site.ts';
import { FIELD_CONTROLLERS } from '../controllers.ts';

export function house(evseIds: readonly string[], change: Readonly<Record<string, unknown>> = {}, policy: Readonly<Record<string, unknown>> = {}): Site {
  const site = restoreSitePart(
    {
      name: 'House',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [
        { id: 'main', name: 'Main', breaker: { curve: 'iec-60898-c', ratingA: 25 }, continuousFactor: 1, meterId: 'mains' },
        { id: 'garage', name: 'Garage', parentId: 'main', breaker: { curve: 'iec-60898-c', ratingA: 20 }, continuousFactor: 1 },
      ],
      meters: [{ id: 'mains', name: 'Mains', model: 'shelly-3em', link: { kind: 'mqtt', baseTopic: 'shellies/mains' }, clamp: 'each-phase', periodMs: 1000, allowedAgeMs: 15_000 }],
      evses: evseIds.map((id) => ({
        ...{ id, name: id, circuitId: 'garage', model: 'openevse', link: { kind: 'mqtt', baseTopic: `openevse-${id}` } },
        ...{ phaseCount: 3, ratingA: 32, configuredMaxA: 16, failSafeCurrentA: 6, powerUpCurrentA: 16, ...change },
      })),
      policy,
    },
    ['site'],
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

export function make(site: Site, settings: ControllerSettings = {}, name = 'smartevse'): ControllerEngine {
  const maker: ControllerMaker | null | undefined = FIELD_CONTROLLERS.get(name);
  if (maker === null || maker === undefined) throw new Error(`no maker for ${name}`);
  const engine = maker({ site, settings, path: ['controllers', name, 'settings'] });
  engine.setControlling(true);
  return engine;
}

interface Vehicle {
  isConnected: boolean;
  /** False: full, or asleep. */
  wantsCharge: boolean;
}

export function createHouse(engine: ControllerEngine, ids: readonly string[]) {
  const vehicles = ids.map((): Vehicle => ({ isConnected: false, wantsCharge: true }));
  const offeredA = ids.map(() => 0);
  const drawnA = ids.map(() => 0);
  const phaseCounts = ids.map(() => 3);
  /** `otherA` on L1, 1 A less on the others; `everyS`: period of the meter. */
  const house = { otherA: 3, isMetered: true, everyS: 1, silent: new Set<number>(), timeS: 0 };
  const reportOf = (index: number): EvseReport => {
    const { isConnected } = vehicles[index] ?? { isConnected: false };
    const isCharging = (drawnA[index] ?? 0) > 0;
    const offered = offeredA[index] ?? 0;
    return {
      ...{ evseId: evseId(ids[index] ?? ''), timeMs: house.timeS * 1000, isVehicleConnected: isConnected, offeredCurrentA: offered },
      state: !isConnected ? 'idle' : isCharging ? 'charging' : offered > 0 ? 'connected' : 'paused',
      ...{ measuredCurrentA: null, measuredTimeMs: null, voltageV: 230, energyWh: 0, restartCount: 0, otherCommander: null },
    };
  };
  const flowsA = (): PerPhase<number> =>
    perPhase((phase) => house.otherA - (phase === 0 ? 0 : 1) + drawnA.reduce((sum, currentA, index) => sum + (phase < (phaseCounts[index] ?? 3) ? currentA : 0), 0));
  const sumA = (): number => flowsA()[0];
  const contactorsMovedUnderLoad: number[] = [];
  const second = (): void => {
    for (const [index, vehicle] of vehicles.entries()) drawnA[index] = vehicle.isConnected && vehicle.wantsCharge ? (offeredA[index] ?? 0) : 0;
    const isMeasured = house.isMetered && house.timeS % house.everyS === 0;
    if (isMeasured) engine.acceptReading({ meterId: meterId('mains'), timeMs: house.timeS * 1000, currentA: flowsA(), voltageV: null, powerW: null, isLive: true });
    for (const index of ids.keys()) if (!house.silent.has(index)) engine.acceptReport(reportOf(index));
    const { frame, offers } = engine.turn(house.timeS * 1000, house.timeS * 1000);
    for (const offer of offers) offeredA[ids.indexOf(offer.evseId)] = offer.currentA;
    for (const { evseId: id, phases } of frame.setpoints) {
      const index = ids.indexOf(id);
      if (phaseCounts[index] !== phases.length && (drawnA[index] ?? 0) > 0) contactorsMovedUnderLoad.push(house.timeS);
      phaseCounts[index] = phases.length;
    }
    house.timeS += 1;
  };
  return {
    house,
    vehicles,
    offeredA,
    phaseCounts,
    contactorsMovedUnderLoad,
    sumA,
    pass: (seconds: number): void => {
      for (let turn = 0; turn < seconds; turn += 1) second();
    },
    /** Seconds until it is so; null after ten minutes. */
    secondsUntil: (isSo: () => boolean): number | null => {
      for (let turn = 1; turn <= 600; turn += 1) {
        second();
        if (isSo()) return turn;
      }
      return null;
    },
    plugIn: (...indices: readonly number[]): void => {
      for (const index of indices) Object.assign(vehicles[index] ?? {}, { isConnected: true });
    },
    reasonOf: (id: EvseId): unknown => engine.turn((house.timeS - 1) * 1000, 0).frame.setpoints.find((setpoint) => setpoint.evseId === id)?.reason,
  };
}

export const start = (ids: readonly string[], settings: ControllerSettings = {}, name = 'smartevse') => createHouse(make(house(ids), settings, name), ids);
