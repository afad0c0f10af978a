import { expect, test } from 'vitest';
import { createVirtualClock } from '../time/virtual-clock.ts';
import { createMemoryBytes } from './memory-bytes.ts';

test('bytes arrive when the last of them has left the wire, one write after the other', async () => {
  const clock = createVirtualClock();
  const { near, far } = createMemoryBytes(clock, { baud: 9600 });
  const seen: [number, number][] = [];
  far.onData(({ bytes, timeMs }) => seen.push([bytes.length, timeMs]));
  await near.write(new Uint8Array(8));
  await near.write(new Uint8Array(4));
  clock.advanceTo(100);
  expect(seen.map(([length, timeMs]) => [length, Math.round(timeMs * 1000)])).toEqual([
    [8, 8333],
    [4, 12_500],
  ]);
});

test('pulling the plug loses what is on its way and tells both ends; plugged in it goes on', async () => {
  const clock = createVirtualClock();
  const line = createMemoryBytes(clock, { baud: 9600 });
  const seen: number[] = [];
  line.far.onData(({ bytes }) => seen.push(bytes.length));
  await line.near.write(new Uint8Array(8));
  line.unplug();
  expect([line.near.state().kind, line.far.state().kind]).toEqual(['lost', 'lost']);
  await expect(line.near.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'link-lost' });
  line.plugIn();
  clock.advanceTo(50);
  expect(seen).toEqual([]);
  await line.near.write(new Uint8Array(2));
  clock.advanceTo(100);
  expect(seen).toEqual([2]);
});

test('a closed end hears nothing and cannot be written to', async () => {
  const clock = createVirtualClock();
  const { near, far } = createMemoryBytes(clock);
  const seen: number[] = [];
  near.onData(({ bytes }) => seen.push(bytes.length));
  await near.close();
  await far.write(new Uint8Array(3));
  clock.advanceTo(1);
  expect(seen).toEqual([]);
  await expect(near.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'link-lost' });
});
