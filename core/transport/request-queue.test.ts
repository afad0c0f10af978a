import { expect, test } from 'vitest';
import type { ModbusUrgency } from './modbus-bus.ts';
import { createRequestQueue } from './request-queue.ts';

interface Asked {
  readonly unitId: number;
  readonly urgency: ModbusUrgency;
  readonly sinceMs: number;
  readonly name: string;
}

const asked = (name: string, unitId: number, urgency: ModbusUrgency = 'fast', sinceMs = 0): Asked => ({ name, unitId, urgency, sinceMs });

function takeAll(items: readonly Asked[], nowMs = 0): string[] {
  const queue = createRequestQueue<Asked>();
  for (const item of items) queue.add(item);
  const names: string[] = [];
  for (let item = queue.take(nowMs, () => true); item !== null; item = queue.take(nowMs, () => true)) names.push(item.name);
  return names;
}

// The order that core/transport/modbus-bus.ts promises with ModbusUrgency.
test.each<[string, readonly Asked[], number, readonly string[]]>([
  ['setpoints before polls, currents before energy, a scan last', [asked('scan', 1, 'scan'), asked('energy', 1, 'slow'), asked('current', 1, 'fast'), asked('setpoint', 1, 'setpoint')], 0, ['setpoint', 'current', 'energy', 'scan']],
  ['units take turns', [asked('a1', 1), asked('a2', 1), asked('a3', 1), asked('b1', 2), asked('c1', 3)], 0, ['a1', 'b1', 'c1', 'a2', 'a3']],
  ['within a unit in the order of asking', [asked('first', 1), asked('second', 1)], 0, ['first', 'second']],
  ['an energy that waited five seconds is one among the currents', [asked('a', 1), asked('b', 2), asked('energy', 3, 'slow')], 5000, ['a', 'b', 'energy']],
  ['after them while it has not', [asked('energy', 3, 'slow'), asked('a', 1), asked('b', 2)], 4999, ['a', 'b', 'energy']],
  ['a scan that waited two seconds as well', [asked('scan', 4, 'scan'), asked('a', 1, 'fast', 2000)], 2000, ['scan', 'a']],
  ['nothing passes a setpoint however long it waits', [asked('scan', 4, 'scan'), asked('setpoint', 1, 'setpoint', 100_000)], 100_000, ['setpoint', 'scan']],
])('%s', (_, items, nowMs, expected) => {
  expect(takeAll(items, nowMs)).toEqual(expected);
});

test('who may not go is passed over and keeps its place', () => {
  const queue = createRequestQueue<Asked>();
  for (const item of [asked('blocked', 1), asked('free', 2)]) queue.add(item);
  expect(queue.take(0, ({ unitId }) => unitId !== 1)?.name).toBe('free');
  expect(queue.take(0, ({ unitId }) => unitId !== 1)).toBeNull();
  expect(queue.size).toBe(1);
  expect(queue.take(0, () => true)?.name).toBe('blocked');
});
