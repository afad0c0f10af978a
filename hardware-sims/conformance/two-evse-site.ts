/** The site and the events of a two-EVSE trace, made of its parameters: the same simulation that scenarios play. */
import { scenarioSchema, type Scenario } from '../../core/scenarios/schema.ts';
import { siteSchema } from '../../core/site/schema.ts';
import type { Site } from '../../core/site/site.ts';
import { meterId } from '../../core/quantities.ts';
import type { TraceParameters } from './trace.ts';

export const BREAKER_A = 50;
export const DURATION_S = 1800;
const SECONDARY_FROM_S = 60;
const PRIMARY_FROM_S = 600;
const PRIMARY_UNTIL_S = 1500;
const LIMIT_W = 9600;
const LIVE_TOPIC = 'shellies/shellyem-B164B8/emeter/0/power';
const SOLAR_TOPIC = 'emon/pv/power';
const METER = 'feed';

export function traceScenario(parameters: TraceParameters): { readonly site: Site; readonly scenario: Scenario } {
  const site = siteOf(parameters);
  const shaped = shaperSettings(parameters);
  const scenario = scenarioSchema.parse({
    id: 'trace',
    title: 'Two OpenEVSEs on one breaker',
    group: 'Conformance',
    durationS: DURATION_S,
    site,
    lineVoltageV: parameters.lineVoltageV,
    devices: { primary: parameters.areBothShaped ? shaped : {}, secondary: shaped },
    vehicles: [
      { id: 'first', evse: 'secondary', plugInS: SECONDARY_FROM_S, maxCurrentA: 48, deadTimeS: 3, riseAPerS: parameters.riseAPerS },
      { id: 'second', evse: 'primary', plugInS: PRIMARY_FROM_S, unplugS: PRIMARY_UNTIL_S, maxCurrentA: 48, deadTimeS: 3, riseAPerS: parameters.riseAPerS },
    ],
    otherLoads: loadsOf(parameters),
    // Noise is not drawn again: where there was some, the recorded feed is played.
    meters: { [METER]: { clampSign: parameters.clampSign } },
    feeds: parameters.solarFromS === null ? [] : [{ topic: SOLAR_TOPIC, everyS: 10, valueW: 0, fromS: parameters.solarFromS }],
    faults: faultsOf(parameters),
    controllers: { device: { expect: [] } },
  });
  return { site, scenario };
}

function siteOf({ primaryMaxA, secondaryMaxA, meterPeriodS }: TraceParameters): Site {
  const evse = { circuitId: 'ev', model: 'openevse', phaseCount: 2, ratingA: 48, failSafeCurrentA: 6 };
  return siteSchema.parse({
    name: 'Two EVSEs on one breaker',
    supply: { kind: 'split-phase', nominalVoltageV: 240 },
    circuits: [{ id: 'ev', name: 'EV circuit', breaker: { curve: 'ul-489', ratingA: BREAKER_A }, continuousFactor: 0.8, meterId: METER }],
    meters: [
      {
        id: METER,
        name: 'Shelly EM',
        model: 'shelly-em',
        link: { kind: 'mqtt', baseTopic: 'shellies/shellyem-B164B8' },
        clamp: 'both-legs',
        periodMs: meterPeriodS * 1000,
        latencyMs: 1000,
        allowedAgeMs: Math.max(5000, meterPeriodS * 3000),
      },
    ],
    evses: [
      { ...evse, id: 'primary', name: 'Primary', link: { kind: 'mqtt', baseTopic: 'openevse-7b2c' }, configuredMaxA: primaryMaxA, powerUpCurrentA: primaryMaxA },
      { ...evse, id: 'secondary', name: 'Secondary', link: { kind: 'mqtt', baseTopic: 'openevse-91d4' }, configuredMaxA: secondaryMaxA, powerUpCurrentA: secondaryMaxA },
    ],
  });
}

function shaperSettings({ maxIntervalS, minPauseS, solarFromS }: TraceParameters): Readonly<Record<string, string | number | boolean>> {
  return {
    current_shaper_enabled: true,
    current_shaper_max_pwr: LIMIT_W,
    current_shaper_smoothing_time: 60,
    current_shaper_min_pause_time: minPauseS,
    current_shaper_data_maxinterval: maxIntervalS,
    mqtt_live_pwr: LIVE_TOPIC,
    ...(solarFromS === null ? {} : { mqtt_solar: SOLAR_TOPIC, divert_type: 0 }),
  };
}

function loadsOf({ loadFromS, loadW, loadUntilS }: TraceParameters): readonly unknown[] {
  if (loadFromS === null || loadW === 0) return [];
  return [{ circuit: 'ev', powerW: loadW, fromS: loadFromS, ...(loadUntilS === null ? {} : { untilS: loadUntilS }) }];
}

function faultsOf({ feedDiesAtS, feedReturnsAtS, freezesAtS }: TraceParameters): readonly unknown[] {
  const faults: unknown[] = [];
  if (feedDiesAtS !== null) {
    faults.push({ kind: 'meter-silent', device: METER, fromS: feedDiesAtS, ...(feedReturnsAtS === null ? {} : { untilS: feedReturnsAtS }) });
  }
  if (freezesAtS !== null) faults.push({ kind: 'meter-frozen', device: METER, fromS: freezesAtS });
  return faults;
}

export const TRACE_METER = meterId(METER);
