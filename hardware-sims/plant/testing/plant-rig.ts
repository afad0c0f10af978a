/** A plant without devices: relays that close with the vehicle, pilots that a test sets. */
import { scenarioSchema } from '../../../core/scenarios/schema.ts';
import { siteSchema } from '../../../core/site/schema.ts';
import type { Site } from '../../../core/site/site.ts';
import { createPlant, stepPlant, type Outlet, type Plant, type PlantCircuit, type PlantEvse } from '../plant.ts';

export interface TestEvse extends PlantEvse {
  pilotA: number;
  seenA: number;
  wantsEnergy: boolean;
}

/** Its relay follows the vehicle's wish while there is a pilot. */
export function testEvse(pilotA: number): TestEvse {
  const device = {
    pilotA,
    seenA: 0,
    wantsEnergy: false,
    isRelayClosed: false,
    step(_timeMs: number, isConnected: boolean, wantsEnergy: boolean) {
      device.wantsEnergy = wantsEnergy;
      device.isRelayClosed = isConnected && wantsEnergy && device.pilotA > 0;
    },
    measure(currentA: number) {
      device.seenA = currentA;
    },
    isStill: (isConnected: boolean, wantsEnergy: boolean) => device.wantsEnergy === wantsEnergy && device.isRelayClosed === (isConnected && wantsEnergy && device.pilotA > 0),
    repeat: () => undefined,
  };
  return device;
}

export interface PlantRig {
  readonly plant: Plant;
  readonly site: Site;
  readonly devices: readonly TestEvse[];
  circuit(id: string): PlantCircuit;
  outlet(index: number): Outlet;
  /** Steps up to and including this second; from where it stands. */
  runTo(timeS: number): void;
  /** Has every second up to this one for done. */
  skipTo(timeS: number): void;
}

export interface RigOptions {
  readonly kind: Site['supply']['kind'];
  readonly voltageV?: number;
  /** One after the other, over an EVSE on the garage circuit. */
  readonly evses?: readonly Readonly<Record<string, unknown>>[];
  readonly pilotA?: number;
  /** Keys of a scenario file. */
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/** `main` with `garage` below it. */
export function plantRig({ kind, voltageV = 230, evses = [{}], pilotA = 10, conditions = {} }: RigOptions): PlantRig {
  const breaker = { curve: 'iec-60898-b', ratingA: 63 };
  const site = siteSchema.parse({
    name: 'Rig',
    supply: { kind, nominalVoltageV: voltageV },
    circuits: [
      { id: 'garage', name: 'Garage', parentId: 'main', breaker, continuousFactor: 1 },
      { id: 'main', name: 'Main', breaker, continuousFactor: 1 },
    ],
    meters: [],
    evses: evses.map((changes, index) => ({
      id: `evse-${index + 1}`,
      name: `EVSE ${index + 1}`,
      circuitId: 'garage',
      model: 'openevse',
      link: { kind: 'mqtt', baseTopic: `openevse-${index}` },
      phaseCount: 3,
      ratingA: 48,
      configuredMaxA: 48,
      failSafeCurrentA: 6,
      powerUpCurrentA: 48,
      ...changes,
    })),
  });
  const scenario = scenarioSchema.parse({ id: 'rig', title: 'Rig', group: 'T', durationS: 86_400, site, controllers: { device: { expect: [] } }, ...conditions });
  const devices = site.evses.map(() => testEvse(pilotA));
  const plant = createPlant(site, scenario, (evse) => devices[site.evses.indexOf(evse)] ?? testEvse(0));
  let nextS = 0;
  return {
    plant,
    site,
    devices,
    circuit: (id) => found(plant.circuits.find((circuit) => circuit.id === id), id),
    outlet: (index) => found(plant.outlets[index], String(index)),
    runTo(timeS) {
      for (; nextS <= timeS; nextS += 1) stepPlant(plant, nextS * 1000);
    },
    skipTo(timeS) {
      nextS = timeS + 1;
    },
  };
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`no ${name}`);
  return value;
}
