import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sleep, type CancelSignal } from './clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

test('calls run in the order of their times, equal times in the order they were asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (times) => {
      const clock = createVirtualClock();
      const ran: number[] = [];
      times.forEach((timeMs, index) => clock.callAt(timeMs, () => ran.push(index)));
      clock.advanceTo(50);
      const expected = times.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      expect(ran).toEqual(expected);
    }),
  );
});

test('a call sees the time it asked for, and the clock then stands at the end', () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  for (const timeMs of [250, 1000, 1001]) clock.callAt(timeMs, () => seen.push(clock.monotonicMs()));
  clock.advanceTo(1000);
  expect(seen).toEqual([250, 1000]);
  expect(clock.monotonicMs()).toBe(1000);
  expect(clock.nextCallMs()).toBe(1001);
});

test('a call made by a call runs in the same advance when it is due', () => {
  const clock = createVirtualClock();
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(clock.monotonicMs());
    clock.callAt(clock.monotonicMs() + 300, tick);
  };
  clock.callAt(0, tick);
  clock.advanceTo(1000);
  expect(seen).toEqual([0, 300, 600, 900]);
});

test('a call for the past runs at the present, time never goes back', () => {
  const clock = createVirtualClock();
  clock.advanceTo(500);
  const seen: number[] = [];
  clock.callAt(100, () => seen.push(clock.monotonicMs()));
  clock.advanceTo(500);
  clock.advanceTo(200);
  expect(seen).toEqual([500]);
  expect(clock.monotonicMs()).toBe(500);
});

test('a call that was called off neither runs nor counts as the next, not even when called off by an earlier call', () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  const callOffFirst = clock.callAt(10, () => ran.push('first'));
  const callOffLast = clock.callAt(30, () => ran.push('last'));
  clock.callAt(20, () => {
    ran.push('middle');
    callOffLast();
  });
  callOffFirst();
  callOffFirst();
  expect(clock.nextCallMs()).toBe(20);
  clock.advanceTo(100);
  expect(ran).toEqual(['middle']);
  expect(clock.nextCallMs()).toBe(Infinity);
});

test('a call may advance the clock itself: nothing runs twice', () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  clock.callAt(10, () => {
    ran.push('outer');
    clock.advanceTo(40);
  });
  clock.callAt(20, () => ran.push('inner'));
  clock.advanceTo(30);
  expect(ran).toEqual(['outer', 'inner']);
  expect(clock.monotonicMs()).toBe(40);
});

test('a call that throws has had its turn: the others still run', () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  clock.callAt(10, () => {
    throw new Error('broken');
  });
  clock.callAt(20, () => ran.push('next'));
  expect(() => clock.advanceTo(30)).toThrow('broken');
  clock.advanceTo(30);
  expect(ran).toEqual(['next']);
});

test('wall time follows monotonic time, and shifts without it', () => {
  const clock = createVirtualClock(1_700_000_000_000);
  clock.advanceTo(1500);
  expect(clock.wallMs()).toBe(1_700_000_001_500);
  clock.shiftWall(-3_600_000);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_700_000_001_500 - 3_600_000, 1500]);
});

/** Stands in for an AbortSignal: core knows no platform. */
function createSignal(): CancelSignal & { abort(): void; readonly listeners: Set<() => void> } {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    listeners,
    get aborted() {
      return aborted;
    },
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
    abort() {
      aborted = true;
      for (const listener of listeners) listener();
    },
  };
}

test('a sleep ends at its time and leaves no listener behind', async () => {
  const clock = createVirtualClock();
  const signal = createSignal();
  const slept = sleep(clock, 1000, signal);
  expect(clock.nextCallMs()).toBe(1000);
  clock.advanceTo(1000);
  await expect(slept).resolves.toBeUndefined();
  expect(signal.listeners.size).toBe(0);
});

test('a sleep that is cancelled ends at once and is called off', async () => {
  const clock = createVirtualClock();
  const signal = createSignal();
  const slept = sleep(clock, 1000, signal);
  signal.abort();
  await expect(slept).rejects.toMatchObject({ code: 'cancelled' });
  expect(clock.nextCallMs()).toBe(Infinity);
  await expect(sleep(clock, 1000, signal)).rejects.toMatchObject({ code: 'cancelled' });
});
