import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import type { DeviceConnection, HostState, ScenarioSummary } from '../../core/host-api/contract.ts';
import type { Evse, Site } from '../../core/site/site.ts';

/** A written site, so that states of the screen can be shown without a host: nothing here decides anything. */
function evse(id: string, name: string, circuit: string): Evse {
  return {
    id: evseId(id),
    name,
    circuitId: circuitId(circuit),
    model: 'openevse',
    link: { kind: 'mqtt', baseTopic: `openevse-${id}` },
    phaseMap: [0, 1, 2],
    phaseCount: 2,
    ratingA: 48,
    configuredMaxA: 34,
    minCurrentA: 6,
    stepA: 1,
    failSafeCurrentA: 6,
    powerUpCurrentA: 34,
    responseTimeMs: 7000,
    allowedAgeMs: { charging: 10_000, idle: 75_000 },
    startsByItself: true,
    priority: 1,
    weight: 1,
    phaseSwitching: 'not-present',
  };
}

export const FAKE_SITE: Site = {
  name: 'Two EVSEs, one breaker',
  timeZone: 'UTC',
  supply: { kind: 'split-phase', nominalVoltageV: 240 },
  circuits: [
    {
      id: circuitId('ev'),
      name: 'EV circuit',
      parentId: null,
      breaker: { curve: 'ul-489', ratingA: 50 },
      continuousFactor: 0.8,
      limits: [],
      meterId: meterId('feed'),
      assumedLoadA: 0,
      hasSource: false,
      sourceCreditA: 0,
      unbalanceLimitA: null,
    },
  ],
  meters: [
    {
      id: meterId('feed'),
      name: 'Shelly EM',
      model: 'shelly-em',
      link: { kind: 'mqtt', baseTopic: 'shellies/shellyem-b164b8', channel: 0 },
      clamp: 'both-legs',
      phaseMap: [0, 1, 2],
      sign: 1,
      periodMs: 1000,
      latencyMs: 1000,
      allowedAgeMs: 120_000,
      uncertainty: { ratio: 0.01, currentA: 0.1 },
    },
  ],
  evses: [evse('primary', 'Primary', 'ev'), evse('secondary', 'Secondary', 'ev')],
  policy: {
    phaseRule: 'per-phase',
    admission: 'priority',
    queue: { strategy: 'weight', rotationS: 0, idleAfterS: 60 },
    rideThroughS: 0,
    mode: 'normal',
    solar: {
      variant: 'surplus',
      startA: 4,
      stopAfterS: 600,
      importA: 0,
      divert: { feed: 'grid', pvRatio: 1.1, attackS: 20, decayS: 600, minChargeS: 600, afterUnplug: 'normal' },
    },
    capacity: null,
    gridRelayLimitA: null,
    dimmingW: null,
    schedule: [],
    batteryMaxAgeMs: null,
    minimumOnMs: 0,
    minimumOffMs: 60_000,
    staleGraceMs: 3000,
    raiseHysteresisA: 0.5,
    raiseHoldMs: 5000,
    acceptances: [],
  },
};

const device = (deviceId: string, name: string, kind: DeviceConnection['kind'], model: string, address: string): DeviceConnection => ({
  deviceId,
  name,
  kind,
  model,
  linkId: 'mqtt',
  address,
  origin: 'simulated',
  isUnproven: false,
  answers: true,
  ageMs: 600,
  rejected: 0,
  lastRejection: null,
  unreachable: null,
});

export const FAKE_STATE: HostState = {
  version: '0.1.0',
  host: 'web',
  startedWallMs: Date.UTC(2026, 10, 20, 9, 0, 0),
  project: { name: 'Two EVSEs, one breaker', folder: 'two-evses' },
  site: FAKE_SITE,
  source: 'simulated',
  control: { kind: 'controlling' },
  link: { text: 'MQTT 127.0.0.1:1883', state: 'connected', sinceMs: 0, failure: null },
  links: [{ id: 'mqtt', protocol: 'mqtt', origin: 'simulated', state: 'connected', sinceWallMs: Date.UTC(2026, 10, 20, 9, 0, 0), failure: null, line: null, load: null }],
  devices: [
    device('feed', 'Shelly EM', 'meter', 'shelly-em', 'shellies/shellyem-b164b8'),
    device('primary', 'Primary', 'evse', 'openevse', 'openevse-primary'),
    device('secondary', 'Secondary', 'evse', 'openevse', 'openevse-secondary'),
  ],
  eventLoopDelayMs: 1.4,
  residentBytes: 142_000_000,
  recording: { runId: 'live-1', sinceWallMs: Date.UTC(2026, 10, 20, 9, 0, 0) },
  findings: [],
  wishes: [],
  endedWishes: [],
  signals: [],
  canChooseFolder: false,
  leads: true,
};

const ROWS: readonly (readonly [id: string, title: string, about: string, tags: readonly string[]])[] = [
  ['primary-starts-second', 'Primary starts while secondary charges', 'The primary plugs in while the secondary has the whole circuit.', ['two EVSEs']],
  ['vehicle-jumps', 'Vehicle jumps to full current at once', 'No ramp: 34 A within a second.', ['two EVSEs']],
  ['meter-every-30-s', 'Meter sends every 30 s', 'A slow feed adds its period to the worst phase.', ['two EVSEs', 'slow meter']],
  ['feed-dies', 'Feed dies, then primary starts', 'Nothing arrives any more, and nobody notices for two minutes.', ['faults']],
  ['meter-frozen', 'Meter frozen', 'The same value is published again and again.', ['faults']],
  ['clamp-reversed', 'Clamp reversed', 'The clamp is mounted the wrong way round.', ['faults']],
  ['line-250-v', 'Line at 250 V', 'Higher voltage than the limit was computed with.', ['voltage']],
  ['line-228-v', 'Line at 228 V', 'Lower voltage than the limit was computed with.', ['voltage']],
  ['other-load-2400-w', 'Other load of 2400 W', 'A heater on the same circuit.', ['other load']],
];

export const FAKE_SCENARIOS: readonly ScenarioSummary[] = ROWS.map(([id, title, about, tags]) => ({
  id,
  title,
  about,
  group: 'One breaker, two EVSEs',
  tags,
  controllers: ['chargebench', 'device'],
  durationS: 1800,
  setup: '50 A UL 489 breaker, 240 V, meter every 1 s, vehicles rise 2 A/s after 3 s',
  isOwn: false,
  failure: null,
}));
