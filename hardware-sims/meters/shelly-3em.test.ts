import { describe, expect, test } from 'vitest';
import { meterId } from '../../core/quantities.ts';
import type { TopicMessage } from '../simulated-device.ts';
import { createShellyEm, type SimulatedShellyEm } from './shelly-em.ts';
import { SHELLY_3EM, type ChannelSource } from './shelly-em-values.ts';

/** OpenEVSE reference, section f.1; home-assistant-ocpp.md C.6; captures/shelly-3em. */

interface Phasor {
  powerW: number;
  reactiveVar: number;
  voltageV: number;
}

function rigOf(phasors: readonly (Phasor | null)[]): { readonly device: SimulatedShellyEm; readonly messages: TopicMessage[]; runTo(timeMs: number): void; get(path: string): unknown } {
  const time = { nowMs: 0 };
  const device = createShellyEm({
    id: meterId('grid'),
    baseTopic: 'shellies/shellyem3-020000000021',
    model: SHELLY_3EM,
    channels: phasors.map((phasor): ChannelSource | null => (phasor === null ? null : Object.assign(phasor, { take: () => undefined, isSteady: () => false }))),
    periodMs: 1000,
    resolutionW: 0.01,
    time,
    startWallMs: 0,
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
    get: (path) => JSON.parse(device.http({ method: 'GET', path, query: {}, body: undefined }).body) as unknown,
  };
}

const values = (messages: readonly TopicMessage[], channel: number): Record<string, unknown> =>
  Object.fromEntries(messages.filter(({ topic }) => topic.includes(`/emeter/${channel}/`)).map(({ topic, value }) => [topic.split('/').at(-1) ?? '', value]));

describe('what it publishes', () => {
  test('each period all three channels in the order of captures/shelly-3em/mqtt-topics-2020-07, then its counters', () => {
    const rig = rigOf([{ powerW: 1, reactiveVar: 0, voltageV: 230 }, null, null]);
    rig.messages.length = 0;
    rig.runTo(0);
    const fields = ['power', 'pf', 'current', 'voltage', 'total', 'total_returned', 'energy', 'returned_energy'];
    expect(rig.messages.map(({ topic }) => topic)).toEqual([0, 1, 2].flatMap((channel) => fields.map((field) => `shellies/shellyem3-020000000021/emeter/${channel}/${field}`)));
  });

  // Apparent power behind each row of captures/shelly-3em: U times I; the reactive part is what is left beside P.
  test.each([
    [120.11, 239.03, 0.71, 0.71],
    [116.23, 237.51, 0.69, 0.71],
    [943.98, 229.9, 5.02, 0.82],
    [1247.18, 229.24, 6.41, 0.85],
    [901.96, 230.33, 5.0, 0.78],
  ])('%d W at %d V and %d A have the power factor %d', (powerW, voltageV, currentA, pf) => {
    const reactiveVar = Math.sqrt((voltageV * currentA) ** 2 - powerW ** 2);
    const rig = rigOf([{ powerW, reactiveVar, voltageV }, null, null]);
    rig.runTo(0);
    expect(values(rig.messages, 0)).toMatchObject({ power: powerW, current: currentA, voltage: voltageV });
    expect(Math.abs(Number(values(rig.messages, 0)['pf']) - pf)).toBeLessThan(0.011);
  });

  test('a current is a magnitude; feeding in turns the power', () => {
    const rig = rigOf([{ powerW: -2300, reactiveVar: 0, voltageV: 230 }, null, null]);
    rig.runTo(0);
    expect(values(rig.messages, 0)).toMatchObject({ power: -2300, current: 10, pf: 1 });
  });

  test('no reactive power: only the EM has it', () => {
    const rig = rigOf([{ powerW: 1, reactiveVar: 1, voltageV: 230 }, null, null]);
    rig.runTo(0);
    expect(rig.messages.some(({ topic }) => topic.endsWith('reactive_power'))).toBe(false);
  });
});

test('HTTP: the members of captures/shelly-3em/status-v1.14.0-one-phase', () => {
  const rig = rigOf([{ powerW: 6.6, reactiveVar: 15.4, voltageV: 238.82 }, { powerW: 0, reactiveVar: 0, voltageV: 238.72 }, null]);
  rig.runTo(0);
  const channel = { power: 6.6, pf: 0.39, current: 0.07, voltage: 238.82, is_valid: true, total: 0, total_returned: 0 };
  expect(rig.get('/emeter/0')).toEqual(channel);
  expect(rig.get('/status')).toMatchObject({
    emeters: [channel, { power: 0, current: 0 }, { power: 0 }],
    total_power: 6.6,
    emeter_n: { is_valid: false, ixsum: 0.07 },
    update: { old_version: '20230913-114244/v1.14.0-gcb84623' },
  });
  expect(rig.get('/shelly')).toMatchObject({ type: 'SHEM-3', num_emeters: 3 });
});
