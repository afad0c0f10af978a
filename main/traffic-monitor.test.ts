import { expect, test } from 'vitest';
import type { HostEvents } from '../core/host-api/contract.ts';
import { readRequestPdu, rtuFrame } from '../core/protocols/modbus.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import type { TrafficChunk, TrafficTap } from '../core/transport/traffic.ts';
import { createTrafficMonitor } from './traffic-monitor.ts';

const LINK = 'serial:/dev/ttyUSB0';
const WALL_MS = Date.UTC(2026, 10, 20, 9, 0, 0);
const NAMES = { deviceOf: () => null, fieldsOf: () => [] };
const REQUEST = rtuFrame(10, readRequestPdu('input', 6, 6));

function bench() {
  const clock = createVirtualClock(WALL_MS);
  const events: HostEvents['traffic'][] = [];
  const monitor = createTrafficMonitor({ clock, emit: (event) => events.push(event) });
  const listeners = new Set<(chunk: TrafficChunk) => void>();
  const tap: TrafficTap = {
    linkText: LINK,
    protocol: 'modbus-rtu',
    onChunk(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const pass = (bytes: Uint8Array = REQUEST, direction: TrafficChunk['direction'] = 'out'): void => {
    for (const listener of listeners) listener({ direction, bytes, timeMs: clock.monotonicMs() });
  };
  return { clock, events, monitor, tap, pass, listeners };
}

test('a busy link is told of ten times a second at most, with every frame in its order', () => {
  const { clock, events, monitor, tap, pass } = bench();
  monitor.follow(LINK, tap, NAMES);
  monitor.watch(LINK);
  for (let timeMs = 0; timeMs < 1000; timeMs += 5) {
    clock.advanceTo(timeMs);
    pass();
  }
  clock.advanceTo(1200);
  expect(events.length).toBeLessThanOrEqual(11);
  const entries = events.flatMap((event) => event.entries);
  expect(entries).toHaveLength(200);
  expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(entries[100]).toMatchObject({ linkId: LINK, protocol: 'modbus-rtu', title: 'read input 0x0006 x 6', wallMs: WALL_MS + 500 });
});

test('2,000 frames of a link are kept, the newest; nobody is told of a link that is not watched', () => {
  const { clock, events, monitor, tap, pass } = bench();
  monitor.follow(LINK, tap, NAMES);
  for (let count = 0; count < 2100; count += 1) pass();
  clock.advanceTo(1000);
  expect(events).toEqual([]);
  const kept = monitor.watch(LINK);
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([2000, 101, 2100]);
  monitor.forget();
  expect(monitor.kept(LINK)).toEqual([]);
});

test('bytes without a frame are shown once the line is silent; what is kept outlasts the link', () => {
  const { clock, monitor, tap, pass, listeners } = bench();
  const stop = monitor.follow(LINK, tap, NAMES);
  pass(Uint8Array.of(0x00, 0xff, 0x00), 'in');
  expect(monitor.kept(LINK)).toEqual([]);
  clock.advanceTo(300);
  expect(monitor.kept(LINK)).toMatchObject([{ direction: 'in', fault: 'no frame', hex: '00 FF 00' }]);
  stop();
  expect(listeners.size).toBe(0);
  expect(monitor.kept(LINK)).toHaveLength(1);
});
