/** What truly flows in a simulated site, for verdicts and charts. */
import { perPhase, type EvseId, type MeterId, type PerPhase } from '../core/quantities.ts';
import type { WorldTruth } from '../core/player/world.ts';
import { housePowerW, pvPowerW, type Outlet, type Plant, type PlantCircuit } from './plant/plant.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { pilotOf, type SimulatedEvse } from './site-devices.ts';
import type { PublishedValues, SimulatedMeter } from './site-meters.ts';

const tripleOf = (values: Float64Array): PerPhase<number> => [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0];

const NOTHING: PerPhase<number> = [0, 0, 0];

/** Throws RangeError for ids the site does not have. */
export function createWorldTruth(simulated: SimulatedSite): WorldTruth {
  const { plant, time } = simulated;
  const circuits = new Map(plant.circuits.map((circuit) => [circuit.id, circuit]));
  const outlets = new Map<EvseId, Outlet>(plant.outlets.map((outlet) => [outlet.evseId, outlet]));
  const evses = new Map<EvseId, SimulatedEvse>(simulated.evses.map((known) => [known.evse.id, known]));
  const meters = new Map<MeterId, SimulatedMeter>(simulated.meters.map((known) => [known.meter.id, known]));
  const batteries = new Map(plant.batteries.map(({ battery }) => [battery.spec.id, battery]));
  const offersA = new Float64Array(simulated.evses.length).fill(NaN);
  let seenSums = -1;
  let seenValues = -1;
  let changeCount = 0;

  /** Stale sums are about to change; what a pilot says changes without them. */
  const hasChanged = (): boolean => {
    let isChanged = plant.isStale || plant.sumCount !== seenSums;
    seenSums = plant.sumCount;
    let values = 0;
    for (let index = 0; index < simulated.meters.length; index += 1) values += simulated.meters[index]?.published.changeCount ?? 0;
    if (values !== seenValues) isChanged = true;
    seenValues = values;
    for (let index = 0; index < offersA.length; index += 1) {
      const device = simulated.evses[index]?.device;
      const currentA = device === undefined ? 0 : pilotOf(device);
      if (currentA !== offersA[index]) isChanged = true;
      offersA[index] = currentA;
    }
    return isChanged;
  };

  return {
    changes() {
      if (hasChanged()) changeCount += 1;
      return changeCount;
    },
    circuitCurrentA: (id) => tripleOf(found(circuits, id).totalA),
    otherLoadA: (id) => (simulated.isDark() ? NOTHING : otherCurrents(plant, found(circuits, id))),
    evseCurrentA: (id) => found(outlets, id).currentA,
    evsePhaseCount: (id) => found(outlets, id).closedPhases,
    evseOfferedA: (id) => pilotOf(found(evses, id).device),
    evseReason: (id) => found(evses, id).device.reason(),
    evseEnergyWh: (id) => found(outlets, id).energyWs / 3600,
    meteredCurrentA: (id) => meteredA(found(meters, id), plant),
    feedAgeMs(id) {
      const { published } = found(meters, id);
      return published.powerW === null ? null : time.nowMs - published.timeMs;
    },
    housePowerW: () => (simulated.isDark() ? 0 : housePowerW(plant)),
    pvPowerW: () => (simulated.isDark() ? 0 : pvPowerW(plant)),
    batteryPowerW: (id) => (simulated.isDark() ? 0 : found(batteries, id).powerW),
  };
}

function found<Id extends string, T>(all: ReadonlyMap<Id, T>, id: Id): T {
  const value = all.get(id);
  if (value === undefined) throw new RangeError(`unknown ${id}`);
  return value;
}

/** With the sign of what flows in or out; on a delta, and with reactive loads, more than its part in phase. */
function otherCurrents({ isInPhase }: Plant, { otherA, otherAheadA }: PlantCircuit): PerPhase<number> {
  if (isInPhase) return tripleOf(otherA);
  return perPhase((line) => {
    const inPhaseA = otherA[line] ?? 0;
    const currentA = Math.sqrt(inPhaseA ** 2 + (otherAheadA[line] ?? 0) ** 2);
    return inPhaseA < 0 ? -currentA : currentA;
  });
}

/** As the site file has it: on the phases that its map names, with the sign it knows of; as the drivers understand it. */
function meteredA({ meter, published }: SimulatedMeter, { voltageV }: Plant): PerPhase<number | null> | null {
  if (published.powerW === null) return null;
  if (meter.clamp === 'both-legs') {
    // Both legs in one clamp: the sum of both, of which each carries half.
    const currentA = (meter.sign * publishedA(published, 0, voltageV / 2)) / 2;
    return [currentA, currentA, null];
  }
  const metered: [number | null, number | null, number | null] = [null, null, null];
  meter.phaseMap.forEach((phase, own) => {
    if (!Number.isNaN(published.powersW[own])) metered[phase] = meter.sign * publishedA(published, own, voltageV);
  });
  return metered;
}

/** With the sign of the power; made of power and voltage where no current is told (core/protocols/shelly-em.ts). */
function publishedA({ powersW, reactivesVar, voltagesV, currentsA }: PublishedValues, own: number, nominalV: number): number {
  const powerW = powersW[own] ?? 0;
  const currentA = currentsA[own] ?? NaN;
  if (!Number.isNaN(currentA)) return powerW < 0 ? -currentA : currentA;
  const reactiveVar = reactivesVar[own] ?? NaN;
  const voltageV = voltagesV[own] ?? NaN;
  const apparentVa = Number.isNaN(reactiveVar) || reactiveVar === 0 ? Math.abs(powerW) : Math.sqrt(powerW * powerW + reactiveVar * reactiveVar);
  const amount = apparentVa / (Number.isNaN(voltageV) ? nominalV : voltageV);
  return powerW < 0 ? -amount : amount;
}
