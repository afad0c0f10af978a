/**
 * Every fault of the scenario file, played without bytes and through drivers and codecs: both come to the same, and what a
 * fault does is what its name says.
 */
import { describe, expect, test } from 'vitest';
import type { PlayedRun } from '../../core/player/observer.ts';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createDirectWorld } from '../world.ts';

function fileWith(faults: readonly object[], change: object = {}): unknown {
  return {
    format: 'chargebench-scenario',
    version: 1,
    id: 'faulty',
    title: 'Faulty',
    group: 'Tests',
    durationS: 600,
    site: 'two-evses-one-breaker',
    vehicles: [
      { id: 'v1', evse: 'secondary', plugInS: 10 },
      { id: 'v2', evse: 'primary', plugInS: 60 },
    ],
    otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 350, untilS: 450 }],
    faults,
    controllers: { chargebench: { expect: [] }, device: { expect: [] } },
    ...change,
  };
}

interface BothRuns {
  readonly direct: PlayedRun;
  readonly loopback: PlayedRun;
}

async function playBoth(faults: readonly object[], controller = 'chargebench', change: object = {}): Promise<BothRuns> {
  const restored = restoreScenario(fileWith(faults, change));
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  const { scenario, site } = restored.value;
  const request = { scenario, site, controller, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
  const direct = playDirect(request, createDirectWorld(scenario, site, controller));
  const clock = createVirtualClock(START_WALL_MS);
  return { direct, loopback: await playLoopback(request, createLoopbackWorld(scenario, site, controller, clock), clock) };
}

const setpointsOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.setpointChanges.map(({ timeS, setpoint }) => `${timeS} s ${setpoint.evseId} ${setpoint.offeredCurrentA} A ${setpoint.reason.kind}`);
const noticesOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.noticeChanges.map(({ timeS, notice, isOn }) => `${timeS} ${notice.code} ${notice.about ?? ''} ${isOn ? 'on' : 'off'}`);

function expectAlike({ direct, loopback }: BothRuns): void {
  expect(setpointsOf(loopback)).toEqual(setpointsOf(direct));
  expect(noticesOf(loopback)).toEqual(noticesOf(direct));
  expect({ ...loopback.outcome, mode: 'direct' }).toEqual(direct.outcome);
}

/** What stood in one column at a second of the run. */
function at({ recorder }: PlayedRun, kind: 'evse-offered' | 'evse-current', id: string, timeS: number): number | undefined {
  return recorder.slice().columns.find(({ column }) => column.kind === kind && column.evseId === id)?.values[timeS];
}

const circuitA = ({ recorder }: PlayedRun, timeS: number): number | undefined => recorder.slice().columns.find(({ column }) => column.kind === 'circuit-current')?.values[timeS];
const noticeAt = (run: PlayedRun, code: string): number | undefined => run.recorder.noticeChanges.find(({ notice, isOn }) => notice.code === code && isOn)?.timeS;

const WINDOW = { fromS: 200, untilS: 300 };

/** The site's continuous limit: 80 % of its 50 A breaker. */
const LIMIT_A = 40;

describe.each<[string, readonly object[]]>([
  ['a silent meter', [{ kind: 'silent', device: 'feed', ...WINDOW }]],
  ['a silent EVSE', [{ kind: 'silent', device: 'primary', ...WINDOW }]],
  ['an EVSE that hears nothing', [{ kind: 'silent', device: 'primary', way: 'to-device', ...WINDOW }]],
  ['a frozen meter', [{ kind: 'frozen', device: 'feed', ...WINDOW }]],
  ['a frozen EVSE', [{ kind: 'frozen', device: 'secondary', ...WINDOW }]],
  ['a late meter', [{ kind: 'late', device: 'feed', byS: 7, ...WINDOW }]],
  ['a late EVSE', [{ kind: 'late', device: 'primary', byS: 2.5, ...WINDOW }]],
  ['a meter that loses half', [{ kind: 'lost-share', device: 'feed', share: 0.5, ...WINDOW }]],
  ['an EVSE that loses half', [{ kind: 'lost-share', device: 'primary', share: 0.5, fromS: 0 }]],
  ['first attempts lost', [{ kind: 'first-attempt-lost', device: 'primary', fromS: 0 }]],
  ['broken text from a meter', [{ kind: 'corrupt', device: 'feed', ...WINDOW }]],
  ['broken text at an EVSE', [{ kind: 'corrupt', device: 'secondary', ...WINDOW }]],
  ['wrong JSON from a meter', [{ kind: 'corrupt', as: 'wrong-json', device: 'feed', ...WINDOW }]],
  ['wrong JSON at an EVSE', [{ kind: 'corrupt', as: 'wrong-json', device: 'secondary', ...WINDOW }]],
  ['kW for W', [{ kind: 'wrong-unit', quantity: 'power', device: 'feed', ...WINDOW }]],
  ['A for mA', [{ kind: 'wrong-unit', quantity: 'current', factor: 0.001, device: 'primary', ...WINDOW }]],
  ['a doubled meter', [{ kind: 'duplicated', device: 'feed', ...WINDOW }]],
  ['a doubled EVSE', [{ kind: 'duplicated', device: 'primary', fromS: 0 }]],
  ['a meter that restarts', [{ kind: 'reboot', device: 'feed', fromS: 200 }]],
  ['an EVSE that restarts', [{ kind: 'reboot', device: 'primary', fromS: 200 }]],
  ['an EVSE without power for a while', [{ kind: 'reboot', device: 'primary', fromS: 200, untilS: 260 }]],
  ['a blackout', [{ kind: 'blackout', ...WINDOW }]],
  ['a broker that goes', [{ kind: 'broker-down', ...WINDOW }]],
  ['a clock that jumps', [{ kind: 'clock-jump', fromS: 200, byS: 3600 }]],
  ['a clock set back by little', [{ kind: 'clock-jump', fromS: 200, byS: -1 }]],
  ['a machine that sleeps', [{ kind: 'sleep', ...WINDOW }]],
  ['a machine that sleeps between two seconds', [{ kind: 'sleep', fromS: 200.4, untilS: 250.7 }]],
  ['a controller that is gone', [{ kind: 'controller-killed', fromS: 200 }]],
  ['a controller that comes back', [{ kind: 'controller-killed', ...WINDOW }]],
  ['killed in its sleep', [{ kind: 'sleep', ...WINDOW }, { kind: 'controller-killed', fromS: 300, untilS: 330 }]],
  [
    'several at once',
    [
      { kind: 'late', device: 'feed', byS: 3, fromS: 100 },
      { kind: 'duplicated', device: 'feed', fromS: 150 },
      { kind: 'lost-share', device: 'feed', share: 0.3, fromS: 150 },
      { kind: 'gateway-reboot', device: 'secondary', fromS: 250 },
    ],
  ],
])('%s', (_name, faults) => {
  test.each(['chargebench', 'device'])('plays alike with and without bytes under %s', async (controller) => {
    expectAlike(await playBoth(faults, controller));
  });
});

describe('what a fault does', () => {
  test('a reboot takes the claim: power-up current until the controller is heard again', async () => {
    const { direct } = await playBoth([{ kind: 'reboot', device: 'primary', fromS: 200 }], 'chargebench', { devices: { primary: { max_current_soft: 32 } } });
    expect(at(direct, 'evse-current', 'primary', 199)).toBeGreaterThan(5);
    expect(at(direct, 'evse-offered', 'primary', 200)).toBe(0);
    expect(at(direct, 'evse-current', 'primary', 200)).toBe(0);
    const offered = Array.from({ length: 20 }, (_, second) => at(direct, 'evse-offered', 'primary', 200 + second) ?? 0);
    expect(Math.max(...offered)).toBe(32);
    expect(at(direct, 'evse-offered', 'primary', 260)).toBeLessThan(32);
  });

  test('a blackout stops all that flows, and everything comes back together', async () => {
    const { direct } = await playBoth([{ kind: 'blackout', ...WINDOW }], 'chargebench', { otherLoads: [{ circuit: 'ev', powerW: 2400 }] });
    expect(circuitA(direct, 199)).toBeGreaterThan(15);
    for (let timeS = 200; timeS < 300; timeS += 1) expect(circuitA(direct, timeS)).toBe(0);
    expect(circuitA(direct, 300)).toBeCloseTo(10, 6);
    for (const id of ['primary', 'secondary']) {
      expect(at(direct, 'evse-offered', id, 250)).toBe(0);
      expect(at(direct, 'evse-current', id, 500)).toBeGreaterThan(5);
    }
    expect(noticeAt(direct, 'meter-stale')).toBeLessThan(220);
  });

  test('a controller that is gone changes nothing any more; its offers stand in the devices', async () => {
    const { direct } = await playBoth([{ kind: 'controller-killed', fromS: 200 }]);
    const offered = at(direct, 'evse-offered', 'primary', 199);
    expect(direct.recorder.setpointChanges.filter(({ timeS }) => timeS >= 200)).toEqual([]);
    // The load of 350 to 450 s finds nobody who makes room (reference c.2: no claim has a timeout).
    expect(at(direct, 'evse-offered', 'primary', 400)).toBe(offered);
    expect(circuitA(direct, 400)).toBeGreaterThan(LIMIT_A);
  });

  test('started again it knows nothing at first (rule 12), then shares the breaker again', async () => {
    const { direct } = await playBoth([{ kind: 'controller-killed', ...WINDOW }]);
    expect(direct.recorder.setpointChanges.filter(({ timeS }) => timeS >= 200 && timeS < 300)).toEqual([]);
    expect(direct.recorder.setpointChanges.filter(({ timeS }) => timeS >= 300).length).toBeGreaterThan(0);
    expect(circuitA(direct, 400)).toBeLessThanOrEqual(LIMIT_A + 0.25);
  });

  test('a machine that wakes up takes what it knew for old and says so', async () => {
    const { direct } = await playBoth([{ kind: 'sleep', ...WINDOW }]);
    expect(direct.recorder.setpointChanges.filter(({ timeS }) => timeS >= 200 && timeS < 300)).toEqual([]);
    expect(noticeAt(direct, 'clock-jump')).toBe(300);
    expect(circuitA(direct, 400)).toBeLessThanOrEqual(LIMIT_A + 0.25);
  });

  test('a clock set by an hour is noticed, one set by a second is not (design section 5: 2 s)', async () => {
    const hour = await playBoth([{ kind: 'clock-jump', fromS: 200, byS: 3600 }]);
    expect(noticeAt(hour.direct, 'clock-jump')).toBe(200);
    const second = await playBoth([{ kind: 'clock-jump', fromS: 200, byS: -1 }]);
    expect(noticeAt(second.direct, 'clock-jump')).toBeUndefined();
  });

  test('a first attempt that is lost is made again: the EVSE gets there, later', async () => {
    const healthy = await playBoth([]);
    const { direct } = await playBoth([{ kind: 'first-attempt-lost', device: 'primary', fromS: 0 }]);
    expect(at(direct, 'evse-current', 'primary', 340)).toBeGreaterThan(5);
    expect(direct.outcome.energyWh['primary']).not.toBe(healthy.direct.outcome.energyWh['primary']);
  });

  test.each(['broken-text', 'wrong-json'])('%s is never used as a value: the meter is as good as silent', async (as) => {
    const corrupt = await playBoth([{ kind: 'corrupt', as, device: 'feed', ...WINDOW }]);
    const silent = await playBoth([{ kind: 'silent', device: 'feed', ...WINDOW }]);
    expect(setpointsOf(corrupt.direct)).toEqual(setpointsOf(silent.direct));
  });

  test('a meter in kW looks like an empty circuit: contradicted by what the EVSEs report', async () => {
    const { direct } = await playBoth([{ kind: 'wrong-unit', quantity: 'power', device: 'feed', ...WINDOW }]);
    expect(noticeAt(direct, 'meter-too-low')).toBeGreaterThan(200);
    // Both at their fail-safe current until the meter tells watts again.
    expect(circuitA(direct, 250)).toBe(12);
    expect(circuitA(direct, 345)).toBeGreaterThan(30);
  });

  test('the seed of the scenario decides which messages are lost', async () => {
    const faults = [{ kind: 'lost-share', device: 'feed', share: 0.8, fromS: 100 }];
    const ages = async (seed: number): Promise<readonly number[]> => {
      const { direct } = await playBoth(faults, 'chargebench', { seed });
      return [...(direct.recorder.slice().columns.find(({ column }) => column.kind === 'feed-age')?.values ?? [])];
    };
    expect(await ages(1)).toEqual(await ages(1));
    expect(await ages(2)).not.toEqual(await ages(1));
  });

  test('every fault says when it begins and ends, and whom it strikes', async () => {
    const { direct } = await playBoth([
      { kind: 'late', device: 'feed', byS: 7, ...WINDOW },
      { kind: 'sleep', fromS: 310, untilS: 320 },
    ]);
    const marked = direct.markers.filter(({ kind }) => kind === 'fault');
    expect(marked.map(({ timeS, about }) => `${timeS} ${about ?? ''}`)).toEqual(['200 feed', '300 feed', '310 ', '320 ']);
    expect(marked.map(({ text }) => text.split(': ')[1])).toEqual(['late by 7 s', 'on time again', 'its machine sleeps', 'its machine is awake again']);
  });
});
