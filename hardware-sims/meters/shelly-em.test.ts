import { describe, expect, test } from 'vitest';
import { meterId } from '../../core/quantities.ts';
import type { DeviceHttpResponse, TopicMessage } from '../simulated-device.ts';
import { createShellyEm, type SimulatedShellyEm } from './shelly-em.ts';
import type { ChannelSource } from './shelly-em-values.ts';

/** OpenEVSE reference, section f.1; captures/shelly-em. */

type PowerSource = (timeMs: number) => number;

function channelOf(powerAt: PowerSource): ChannelSource {
  const channel = { powerW: 0, reactiveVar: 0, voltageV: 120, take: (timeMs: number) => void (channel.powerW = powerAt(timeMs)), isSteady: () => false };
  return channel;
}

interface Rig {
  readonly device: SimulatedShellyEm;
  readonly messages: TopicMessage[];
  runTo(timeMs: number): void;
  get(path: string, query?: Readonly<Record<string, string>>): DeviceHttpResponse;
}

function rigOf(source: PowerSource, changes: { readonly resolutionW?: 0.01 | 1; readonly periodMs?: number } = {}): Rig {
  const time = { nowMs: 0 };
  const device = createShellyEm({
    id: meterId('feed'),
    baseTopic: 'shellies/shellyem-B164B8',
    channels: [channelOf(source), null],
    periodMs: 1000,
    resolutionW: 0.01,
    time,
    startWallMs: 0,
    ...changes,
  });
  const messages: TopicMessage[] = [];
  device.mqtt.attach((message) => messages.push(message));
  device.mqtt.connected();
  return {
    device,
    messages,
    runTo(timeMs) {
      time.nowMs = timeMs;
      device.advanceTo(timeMs);
    },
    get: (path, query = {}) => device.http({ method: 'GET', path, query, body: undefined }),
  };
}

const powers = (rig: Rig): unknown[] => rig.messages.filter(({ topic }) => topic.endsWith('emeter/0/power')).map(({ value }) => value);

describe('what it publishes', () => {
  test('at a connection: online (retained) and who it is', () => {
    const { messages, device } = rigOf(() => 0);
    expect(messages[0]).toEqual({ topic: 'shellies/shellyem-B164B8/online', value: 'true', isRetained: true });
    expect(messages.map(({ topic }) => topic)).toContain('shellies/announce');
    expect(device.mqtt.lastWill).toEqual({ topic: 'shellies/shellyem-B164B8/online', value: 'false', isRetained: true });
  });

  test('each period both channels as bare numbers, power first', () => {
    const rig = rigOf(() => 2724.16);
    rig.messages.length = 0;
    rig.runTo(0);
    const fields = ['power', 'reactive_power', 'pf', 'voltage', 'total', 'total_returned', 'energy', 'returned_energy'];
    expect(rig.messages.map(({ topic }) => topic)).toEqual([0, 1].flatMap((channel) => fields.map((field) => `shellies/shellyem-B164B8/emeter/${channel}/${field}`)));
    expect(rig.messages.slice(0, 4).map(({ value }) => value)).toEqual([2724.16, 0, 1, 120]);
    expect(rig.messages.every(({ isRetained }) => !isRetained)).toBe(true);
  });

  test.each([
    [0.01, 8176.9996, 8177],
    [1, 8176.9996, 8176],
    [1, -86.4173, -86],
    [1, 2399.9999999999, 2400],
    [0.01, -620.344, -620.34],
  ] as const)('with a resolution of %d W, %d W is told as %d', (resolutionW, trueW, toldW) => {
    const rig = rigOf(() => trueW, { resolutionW });
    rig.runTo(0);
    expect(powers(rig)).toEqual([toldW]);
  });

  test('reverse flow is negative; counters keep both directions apart', () => {
    let powerW = 3600;
    const rig = rigOf(() => powerW);
    rig.runTo(0);
    rig.runTo(10_000);
    powerW = -7200;
    rig.runTo(11_000);
    rig.runTo(21_000);
    const [channel] = rig.device.values;
    expect(channel?.totalWh).toBeCloseTo(11, 6);
    expect(channel?.totalReturnedWh).toBeCloseTo(20, 6);
  });

  test('the period is its own setting, changed over HTTP; 0 switches periodic publishing off', () => {
    const rig = rigOf(() => 100, { periodMs: 30_000 });
    rig.runTo(29_000);
    expect(powers(rig).length).toBe(1);
    expect(JSON.parse(rig.get('/settings', { mqtt_update_period: '1' }).body)).toMatchObject({ mqtt: { update_period: 1 } });
    rig.runTo(33_000);
    expect(powers(rig).length).toBe(5);
    rig.get('/settings', { mqtt_update_period: '0' });
    rig.runTo(60_000);
    expect(powers(rig).length).toBe(5);
    expect(rig.device.nextEventMs()).toBe(Infinity);
    expect(rig.get('/settings', { mqtt_update_period: 'often' }).status).toBe(400);
  });

  test('nothing while disconnected', () => {
    const rig = rigOf(() => 100);
    rig.device.mqtt.disconnected();
    rig.runTo(10_000);
    expect(powers(rig)).toEqual([]);
  });
});

describe('HTTP', () => {
  test('channels have the members of a real one, and a channel without a clamp is valid zeros', () => {
    const rig = rigOf(() => 620.34);
    rig.runTo(0);
    const members = { power: 620.34, reactive: 0, pf: 1, voltage: 120, is_valid: true, total: 0, total_returned: 0 };
    expect(JSON.parse(rig.get('/emeter/0').body)).toEqual(members);
    expect(JSON.parse(rig.get('/status').body)).toMatchObject({ emeters: [members, { power: 0, pf: 0, is_valid: true }], mqtt: { connected: true } });
  });

  test('an unknown path is 404', () => {
    expect(rigOf(() => 0).get('/emeter/2').status).toBe(404);
  });
});

describe('seconds that repeat the last one', () => {
  /** Heard by somebody who takes power and voltage, as a driver does; `repetitions` counts what was told in one word. */
  function heardDevice(source: ChannelSource): { readonly device: SimulatedShellyEm; readonly time: { nowMs: number }; readonly repetitions: () => number } {
    const time = { nowMs: 0 };
    const device = createShellyEm({ id: meterId('feed'), baseTopic: 'shellies/shellyem-B164B8', channels: [source, null], periodMs: 1000, resolutionW: 0.01, time, startWallMs: 0 });
    let repetitions = 0;
    device.attachSink({
      audience: { changeCount: 1, hears: (field) => /power|voltage/.test(field) },
      publish: () => undefined,
      publishAt: () => undefined,
      repeatMeasured: () => {
        repetitions += 1;
        return true;
      },
    });
    device.mqtt.connected();
    return { device, time, repetitions: () => repetitions };
  }

  const steadySource = (powerW: number): ChannelSource & { powerW: number } => ({ powerW, reactiveVar: 0, voltageV: 120, take: () => undefined, isSteady: () => true });

  test('count energy and are told as played ones are', () => {
    const [playing, repeating] = [heardDevice(steadySource(1234.5)), heardDevice(steadySource(1234.5))];
    for (let timeMs = 0; timeMs <= 60_000; timeMs += 1000) {
      for (const { time } of [playing, repeating]) time.nowMs = timeMs;
      playing.device.advanceTo(timeMs);
      if (repeating.device.stillUntilMs(timeMs) > timeMs) {
        expect(repeating.device.tellsAt(timeMs)).toBe(true);
        repeating.device.repeat(timeMs);
      } else repeating.device.advanceTo(timeMs);
    }
    expect(repeating.device.values).toEqual(playing.device.values);
    expect(repeating.repetitions()).toBe(playing.repetitions());
    expect(repeating.device.nextEventMs()).toBe(61_000);
  });

  test('there are none before the values were told once more, and none where its clamp may see something else', () => {
    const source = steadySource(500);
    const { device, time } = heardDevice(source);
    const stillAt = (timeMs: number): boolean => {
      time.nowMs = timeMs;
      device.advanceTo(timeMs);
      return device.stillUntilMs(timeMs + 1000) > timeMs + 1000;
    };
    expect([0, 1000, 2000].map(stillAt)).toEqual([false, true, true]);
    source.powerW = 600;
    expect([3000, 4000].map(stillAt)).toEqual([false, true]);
    source.isSteady = () => false;
    expect(stillAt(5000)).toBe(false);
  });

  test('one that tells every 10 s is silent until then', () => {
    const { device } = heardDevice(steadySource(500));
    device.advanceTo(0);
    device.http({ method: 'GET', path: '/settings', query: { mqtt_update_period: '10' }, body: undefined });
    expect([device.stillUntilMs(1000), device.tellsAt(1000)]).toEqual([10_000, false]);
  });
});
