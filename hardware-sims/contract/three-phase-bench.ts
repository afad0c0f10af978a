/** A three-phase site with a Shelly 3EM at its connection, for the tests of what is wired how. */
import { meterId } from '../../core/quantities.ts';
import { scenarioSchema, type Scenario } from '../../core/scenarios/schema.ts';
import { siteSchema } from '../../core/site/schema.ts';
import type { Site } from '../../core/site/site.ts';

const OPENEVSE = { circuitId: 'main', model: 'openevse', ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 32 };

export const THREE_EM = meterId('grid');
export const THREE_EM_TOPIC = 'shellies/shellyem3-020000000021';

export interface ThreePhaseOptions {
  readonly kind?: Site['supply']['kind'];
  /** Over the meter of the site file. */
  readonly meter?: Readonly<Record<string, unknown>>;
  /** One after the other, over an OpenEVSE of three phases. */
  readonly evses?: readonly Readonly<Record<string, unknown>>[];
}

export function threePhaseSite({ kind = 'three-phase-star', meter = {}, evses = [{}] }: ThreePhaseOptions = {}): Site {
  return siteSchema.parse({
    name: 'Three phases',
    supply: { kind, nominalVoltageV: 230 },
    circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA: 25 }, continuousFactor: 1, meterId: THREE_EM }],
    meters: [
      {
        id: THREE_EM,
        name: 'Shelly 3EM',
        model: 'shelly-3em',
        link: { kind: 'mqtt', baseTopic: THREE_EM_TOPIC },
        clamp: 'each-phase',
        periodMs: 1000,
        latencyMs: 1000,
        allowedAgeMs: 5000,
        ...meter,
      },
    ],
    evses: evses.map((changes, index) => ({
      ...OPENEVSE,
      id: `evse-${index + 1}`,
      name: `EVSE ${index + 1}`,
      link: { kind: 'mqtt', baseTopic: `openevse-000${index + 1}` },
      phaseCount: 3,
      ...changes,
    })),
  });
}

/** `conditions`: keys of a scenario file. */
export function threePhaseScenario(site: Site, conditions: Readonly<Record<string, unknown>> = {}): Scenario {
  return scenarioSchema.parse({
    id: 'three-phases',
    title: 'Three phases',
    group: 'Tests',
    durationS: 600,
    site,
    controllers: { device: { expect: [] }, chargebench: { expect: [] } },
    ...conditions,
  });
}
