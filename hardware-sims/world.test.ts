import { describe, expect, test } from 'vitest';
import { createEvseDriver, createMeterDriver } from '../core/drivers/list.ts';
import type { World } from '../core/player/world.ts';
import { circuitId, evseId, meterId, type EvseId } from '../core/quantities.ts';
import { scenarioSchema, type Scenario } from '../core/scenarios/schema.ts';
import type { EvseReport, MeterReading } from '../core/site/readings.ts';
import type { Site } from '../core/site/site.ts';
import { siteSchema } from '../core/site/schema.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createLoopbackSite } from './loopback-site.ts';
import { createDirectWorld } from './world.ts';

const LIVE = 'shellies/shellyem-B164B8/emeter/0/power';
const PRIMARY = evseId('primary');
const SECONDARY = evseId('secondary');
const EVSE = { circuitId: 'ev', model: 'openevse', phaseCount: 2, ratingA: 48, configuredMaxA: 34, failSafeCurrentA: 6, powerUpCurrentA: 34 };

function twoEvses(): Site {
  return siteSchema.parse({
    name: 'Two EVSEs on one breaker',
    supply: { kind: 'split-phase', nominalVoltageV: 240 },
    circuits: [{ id: 'ev', name: 'EV circuit', breaker: { curve: 'ul-489', ratingA: 50 }, continuousFactor: 0.8, meterId: 'feed' }],
    meters: [
      {
        id: 'feed',
        name: 'Shelly EM',
        model: 'shelly-em',
        link: { kind: 'mqtt', baseTopic: 'shellies/shellyem-B164B8' },
        clamp: 'both-legs',
        periodMs: 1000,
        allowedAgeMs: 5000,
      },
    ],
    evses: [
      { ...EVSE, id: 'primary', name: 'Primary', link: { kind: 'mqtt', baseTopic: 'openevse-7b2c' } },
      { ...EVSE, id: 'secondary', name: 'Secondary', link: { kind: 'mqtt', baseTopic: 'openevse-91d4' } },
    ],
  });
}

function scenarioOf(changes: Readonly<Record<string, unknown>> = {}): Scenario {
  return scenarioSchema.parse({
    id: 'two',
    title: 'Two',
    group: 'Tests',
    durationS: 400,
    site: twoEvses(),
    devices: {
      secondary: {
        current_shaper_enabled: true,
        current_shaper_max_pwr: 9600,
        current_shaper_data_maxinterval: 30,
        mqtt_live_pwr: LIVE,
      },
    },
    vehicles: [
      { id: 'a', evse: 'secondary', plugInS: 10 },
      { id: 'b', evse: 'primary', plugInS: 60, unplugS: 200 },
    ],
    controllers: { device: { expect: [] }, chargebench: { expect: [] } },
    ...changes,
  });
}

interface Seen {
  readonly readings: MeterReading[];
  readonly reports: EvseReport[];
}

interface Offer {
  readonly atS: number;
  readonly evseId: EvseId;
  readonly currentA: number;
}

function playTo(world: World, untilS: number, offers: readonly Offer[] = []): Seen {
  const seen: Seen = { readings: [], reports: [] };
  const takeUntil = (timeMs: number): void => {
    for (let next = world.nextEventMs(); next <= timeMs; next = world.nextEventMs()) {
      const output = world.advanceTo(next);
      seen.readings.push(...output.readings);
      seen.reports.push(...output.reports);
    }
  };
  for (const { atS, evseId: id, currentA } of offers) {
    takeUntil(atS * 1000);
    world.offer(id, currentA);
  }
  takeUntil(untilS * 1000);
  return seen;
}

/** The same through text, the broker in memory and the real drivers. */
function playLoopback(scenario: Scenario, untilS: number, offers: readonly Offer[]): Seen {
  const clock = createVirtualClock();
  const site = twoEvses();
  const loopback = createLoopbackSite(scenario, site, 'chargebench', clock);
  const ports = { links: { mqtt: loopback.broker.connect() }, clock };
  const seen: Seen = { readings: [], reports: [] };
  for (const meter of site.meters) createMeterDriver(meter, ports).onReading((reading) => seen.readings.push(reading));
  for (const evse of site.evses) {
    const driver = createEvseDriver(evse, site.supply, ports);
    driver.onReport((report) => seen.reports.push(report));
    for (const { atS, evseId: id, currentA } of offers) {
      // Put off twice: behind the site's moment and behind the reports of it, as an offer that answers them.
      const put = (timeMs: number, call: () => void): void => void clock.callAt(timeMs, call);
      if (id === evse.id) put(atS * 1000, () => put(atS * 1000, () => put(atS * 1000, () => void driver.offer(currentA))));
    }
  }
  loopback.start();
  clock.advanceTo(untilS * 1000);
  return seen;
}

describe('direct and loopback give the same values at the same times', () => {
  const offers: readonly Offer[] = [
    { atS: 20, evseId: SECONDARY, currentA: 16 },
    { atS: 70, evseId: PRIMARY, currentA: 0 },
    { atS: 90, evseId: PRIMARY, currentA: 20 },
  ];

  test.each([
    ['two vehicles and offers', {}],
    ['a load step', { otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 100, untilS: 150 }] }],
    ['a noisy meter', { meters: { feed: { noiseW: 120 } }, seed: 7 }],
    ['a silent and a frozen meter', { faults: [{ kind: 'meter-frozen', device: 'feed', fromS: 65, untilS: 90 }, { kind: 'meter-silent', device: 'feed', fromS: 110 }] }],
    ['nobody else listens, so that what is measured is said in one word', { devices: {}, otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 100, untilS: 150 }] }],
    ['the same with a vehicle that leaves and a second one', { devices: {}, vehicles: [{ id: 'a', evse: 'secondary', plugInS: 10, unplugS: 120 }, { id: 'c', evse: 'secondary', plugInS: 150, maxCurrentA: 16 }] }],
    ['the same with a broker that goes', { devices: {}, faults: [{ kind: 'broker-down', fromS: 100, untilS: 158 }] }],
    ['a gateway that restarts', { faults: [{ kind: 'gateway-reboot', device: 'primary', fromS: 100 }] }],
    ['a broker that goes, and comes between two tries of the devices', { faults: [{ kind: 'broker-down', fromS: 100, untilS: 158 }] }],
  ])('%s', (_name, changes) => {
    const scenario = scenarioOf(changes);
    const direct = playTo(createDirectWorld(scenario, twoEvses(), 'chargebench'), 300, offers);
    const loopback = playLoopback(scenario, 300, offers);
    expect(direct.readings.length).toBeGreaterThan(50);
    expect(loopback.readings).toEqual(direct.readings);
    expect(loopback.reports).toEqual(direct.reports);
  });
});

test('one reading per meter and one report per EVSE at one moment', () => {
  const { readings, reports } = playTo(createDirectWorld(scenarioOf(), twoEvses(), 'device'), 300);
  const moments = [...readings.map(({ timeMs }) => `feed ${timeMs}`), ...reports.map(({ evseId: id, timeMs }) => `${id} ${timeMs}`)];
  expect(new Set(moments).size).toBe(moments.length);
});

test('the meter tells the power of a second ago, import positive, half of it per leg', () => {
  const world = createDirectWorld(scenarioOf({ otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 5 }] }), twoEvses(), 'device');
  const { readings } = playTo(world, 7);
  const atS = (timeS: number): MeterReading | undefined => readings.find(({ timeMs }) => timeMs === timeS * 1000);
  expect(atS(5)?.currentA).toEqual([0, 0, null]);
  expect(atS(6)).toMatchObject({ currentA: [10, 10, null], powerW: [1200, 1200, null], voltageV: [120, 120, null] });
  expect(world.truth.circuitCurrentA(circuitId('ev'))).toEqual([10, 10, 0]);
  expect(world.truth.otherLoadA(circuitId('ev'))).toEqual([10, 10, 0]);
});

test('a claim is confirmed at once, the vehicle follows after its dead time', () => {
  const world = createDirectWorld(scenarioOf(), twoEvses(), 'device');
  const { reports } = playTo(world, 40, [{ atS: 35, evseId: SECONDARY, currentA: 10 }]);
  expect(reports.find(({ timeMs, offeredCurrentA }) => timeMs === 35_000 && offeredCurrentA === 10)).toBeDefined();
  const measured = reports.filter(({ evseId: id, timeMs }) => id === SECONDARY && timeMs >= 36_000).map(({ measuredCurrentA }) => measuredCurrentA?.[0]);
  expect(measured).toEqual([34, 34, 34, 10, 10]);
});

describe('the reason of what a device offers by itself', () => {
  test.each([
    ['its stored maximum', {}, PRIMARY, 100, 'device-configured-max'],
    ['the shaper', {}, SECONDARY, 100, 'device-shaper'],
    ['a pause by the shaper', { otherLoads: [{ circuit: 'ev', powerW: 3000, fromS: 90 }] }, SECONDARY, 100, 'device-shaper-pause'],
    ['a stale feed', { faults: [{ kind: 'meter-silent', device: 'feed', fromS: 60 }] }, SECONDARY, 100, 'device-stale-feed'],
    ['a dead gateway', { faults: [{ kind: 'gateway-down', device: 'primary', fromS: 80 }] }, PRIMARY, 90, 'device-heartbeat-lost'],
  ])('%s', (_name, changes, id, untilS, kind) => {
    const world = createDirectWorld(scenarioOf(changes), twoEvses(), 'device');
    playTo(world, untilS);
    expect(world.truth.evseReason(id).kind).toBe(kind);
  });

  test('a claim from outside', () => {
    const world = createDirectWorld(scenarioOf(), twoEvses(), 'device');
    playTo(world, 100, [{ atS: 80, evseId: PRIMARY, currentA: 12 }]);
    expect(world.truth.evseReason(PRIMARY)).toEqual({ kind: 'device-claim', client: 'mqtt', currentA: 12 });
  });
});

describe('faults', () => {
  test('a gateway that dies leaves 6 A after 5 s', () => {
    const world = createDirectWorld(scenarioOf({ faults: [{ kind: 'gateway-down', device: 'primary', fromS: 80 }] }), twoEvses(), 'device');
    playTo(world, 83);
    expect(world.truth.evseOfferedA(PRIMARY)).toBe(34);
    playTo(world, 86);
    expect(world.truth.evseOfferedA(PRIMARY)).toBe(6);
  });

  test('a gateway that restarts forgets its claim: after the 6 A it offers its stored maximum, and counts a restart', () => {
    const world = createDirectWorld(scenarioOf({ faults: [{ kind: 'gateway-reboot', device: 'primary', fromS: 100 }] }), twoEvses(), 'device');
    const { reports } = playTo(world, 130, [{ atS: 80, evseId: PRIMARY, currentA: 12 }]);
    expect(world.truth.evseOfferedA(PRIMARY)).toBe(34);
    expect(reports.filter(({ evseId: id }) => id === PRIMARY).at(-1)?.restartCount).toBe(1);
  });

  test('while the broker is down nothing arrives and no offer is taken; the feed grows old', () => {
    const world = createDirectWorld(scenarioOf({ faults: [{ kind: 'broker-down', fromS: 100, untilS: 160 }] }), twoEvses(), 'device');
    playTo(world, 99);
    const during = playTo(world, 150, [{ atS: 120, evseId: PRIMARY, currentA: 10 }]);
    expect(during).toEqual({ readings: [], reports: [] });
    expect(world.advanceTo(150_000).isLinkUp).toBe(false);
    expect(world.truth.evseOfferedA(PRIMARY)).toBe(34);
    expect(world.truth.feedAgeMs(meterId('feed'))).toBe(51_000);
    expect(playTo(world, 170).readings.length).toBeGreaterThan(3);
  });

  test('a frozen meter goes on telling its last number', () => {
    const world = createDirectWorld(scenarioOf({ faults: [{ kind: 'meter-frozen', device: 'feed', fromS: 50 }] }), twoEvses(), 'device');
    const { readings } = playTo(world, 100);
    const later = readings.filter(({ timeMs }) => timeMs >= 50_000);
    expect(later.length).toBe(51);
    expect(new Set(later.map(({ currentA }) => currentA[0]))).toEqual(new Set([34]));
  });
});

test('the same seed gives the same noise, another seed another', () => {
  const play = (seed: number): Seen => playTo(createDirectWorld(scenarioOf({ meters: { feed: { noiseW: 120 } }, seed }), twoEvses(), 'device'), 60);
  expect(play(3).readings).toEqual(play(3).readings);
  expect(play(3).readings).not.toEqual(play(4).readings);
});

test('markers tell what the scenario has done so far', () => {
  const world = createDirectWorld(scenarioOf(), twoEvses(), 'device');
  world.advanceTo(100_000);
  expect(world.markers()).toEqual([
    { timeS: 10, kind: 'vehicle', text: 'Secondary: vehicle plugs in', about: SECONDARY },
    { timeS: 60, kind: 'vehicle', text: 'Primary: vehicle plugs in', about: PRIMARY },
  ]);
});
