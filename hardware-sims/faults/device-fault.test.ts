import { expect, test } from 'vitest';
import type { TopicValue } from '../simulated-device.ts';
import { faultySink, freezeValues, silence, type DeviceFault } from './device-fault.ts';

function rig(...faults: DeviceFault[]): { readonly told: [string, TopicValue][]; readonly publish: (field: string, value: TopicValue) => void } {
  const told: [string, TopicValue][] = [];
  const sink = faultySink({ audience: null, publish: (field, value) => told.push([field, value]), publishAt: (topic, value) => told.push([topic, value]) }, faults);
  return {
    told,
    publish(field, value) {
      sink.publish(field, value, false);
    },
  };
}

test('a silent device is heard before and after, not during', () => {
  const fault = { change: silence(), isOn: false };
  const { told, publish } = rig(fault);
  for (const isOn of [false, true, false]) {
    fault.isOn = isOn;
    publish('power', isOn ? 2 : 1);
  }
  expect(told).toEqual([['power', 1], ['power', 1]]);
});

test('a frozen device repeats the last number of each topic, as often as it publishes', () => {
  const fault = { change: freezeValues(), isOn: false };
  const { told, publish } = rig(fault);
  publish('power', 1);
  publish('voltage', 120);
  fault.isOn = true;
  publish('power', 2);
  publish('voltage', 121);
  publish('power', 3);
  fault.isOn = false;
  publish('power', 4);
  expect(told.map(([, value]) => value)).toEqual([1, 120, 1, 120, 1, 4]);
});

test('frozen and silent together are silent', () => {
  const { told, publish } = rig({ change: freezeValues(), isOn: true }, { change: silence(), isOn: true });
  publish('power', 1);
  expect(told).toEqual([]);
});
