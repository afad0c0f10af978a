/** The sites on which the balancer's speed is measured. */
import { siteSchema } from '../../core/site/schema.ts';
import type { Site } from '../../core/site/site.ts';

export const VOLTAGE_V = 230;
export const PERIOD_MS = 1000;

const meterOf = (id: string) => ({
  id,
  name: id,
  model: 'shelly-3em',
  link: { kind: 'mqtt', baseTopic: `shellies/${id}` },
  clamp: 'each-phase',
  periodMs: PERIOD_MS,
  latencyMs: PERIOD_MS,
  allowedAgeMs: 5000,
});

const evseOf = (id: string, circuitId: string, index: number) => ({
  id,
  name: id,
  circuitId,
  model: 'openevse',
  link: { kind: 'mqtt', baseTopic: `openevse-${id}` },
  phaseCount: index % 3 === 2 ? 3 : 1,
  phaseMap: [[0, 1, 2], [1, 2, 0], [2, 0, 1]][index % 3],
  ratingA: 32,
  configuredMaxA: 32,
  failSafeCurrentA: 0,
  powerUpCurrentA: 0,
  priority: 1 + (index % 3),
});

const circuitOf = (id: string, parentId: string | null, ratingA: number, isMetered: boolean) => ({
  id,
  name: id,
  parentId,
  breaker: { curve: 'iec-60898-b', ratingA },
  continuousFactor: 1,
  meterId: isMetered ? `meter-${id}` : null,
});

const siteOf = (circuits: readonly ReturnType<typeof circuitOf>[], evses: readonly object[]): Site =>
  siteSchema.parse({
    name: 'Bench',
    supply: { kind: 'three-phase-star', nominalVoltageV: VOLTAGE_V },
    circuits,
    meters: circuits.filter((circuit) => circuit.meterId !== null).map(({ id }) => meterOf(`meter-${id}`)),
    evses,
  });

/** EVSEs of one and three phases on one metered circuit that cannot give all of them everything. */
export function oneCircuit(evseCount: number): Site {
  const evses = Array.from({ length: evseCount }, (_, index) => evseOf(`e${index}`, 'main', index));
  const { circuits, ...site } = siteOf([circuitOf('main', null, 1000, true)], evses);
  // As much for each, however many there are: more than any real breaker gives, so the schema would refuse it.
  return { ...site, circuits: circuits.map((circuit) => ({ ...circuit, breaker: { ...circuit.breaker, ratingA: 16 + 10 * evseCount } })) };
}

/** 50 three-phase circuits of ten EVSEs each, below one. */
export function treeOf500(): Site {
  const circuits = Array.from({ length: 50 }, (_, index) => circuitOf(`row${index}`, 'main', 80, true));
  const evses = Array.from({ length: 500 }, (_, index) => evseOf(`e${index}`, `row${Math.floor(index / 10)}`, index));
  return siteOf([circuitOf('main', null, 1000, true), ...circuits], evses);
}
