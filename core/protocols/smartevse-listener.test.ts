import { describe, expect, it } from 'vitest';
import type { TrafficChunk } from '../transport/traffic.ts';
import { readAnswerPdu, readRequestPdu, rtuFrame, writeAnswerPdu, writeRequestPdu } from './modbus.ts';
import { createRtuStream } from './rtu-stream.ts';
import { createSmartevseListener, type BusEvent } from './smartevse-listener.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => parseInt(byte, 16));
/** Reference smartevse.md 6.4. */
const BROADCAST = bytesOf('09 10 00 20 00 0B 16 00 A0 00 3C 00 00 00 00 00 00 00 00 00 00 00 00 00 64 FF F6 00 05 CE 0F');
const POLL_NODE_2 = bytesOf('03 04 00 00 00 08 F0 2E');
const STATUS = readAnswerPdu('input', [2, 0, 60, 1, 0, 1, 0, 16]);
/** Reference smartevse.md 7.1. */
const ASK_SENSORBOX = bytesOf('0A 04 00 00 00 14 F1 7E');

const heard = (bytes: Uint8Array, timeMs: number): TrafficChunk => ({ direction: 'in', bytes, timeMs });
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** One cycle of a master (6.3): Sensorbox, seven polls of which node 2 answers, broadcast. */
function cycle(fromMs: number): readonly TrafficChunk[] {
  const polls = [2, 4, 5, 6, 7, 8].map((unitId, index) => heard(rtuFrame(unitId, readRequestPdu('input', 0, 8)), fromMs + 300 + 100 * index));
  return [
    heard(ASK_SENSORBOX, fromMs),
    heard(rtuFrame(10, readAnswerPdu('input', Array.from({ length: 20 }, (_, index) => index))), fromMs + 60),
    heard(POLL_NODE_2, fromMs + 150),
    heard(rtuFrame(3, STATUS), fromMs + 190),
    ...polls,
    heard(BROADCAST, fromMs + 1000),
  ];
}

describe('beside a real master', () => {
  it('hears states, currents, mains and meters', () => {
    const listener = createSmartevseListener();
    const events = cycle(0).flatMap((chunk) => listener.push(chunk)).filter(({ kind }) => kind !== 'other-master');
    expect(events).toEqual([
      { kind: 'registers', unitId: 10, table: 'input', address: 0, words: Array.from({ length: 20 }, (_, index) => index), timeMs: 60 },
      { kind: 'status', unitId: 3, status: { stateCode: 2, errors: 0, balancedDa: 60, mode: 'smart', solarStopS: 0, access: 'on', isConfigChanged: false, maxCurrentA: 16 }, timeMs: 190 },
      { kind: 'broadcast', broadcast: { currentsDa: [160, 60, 0, 0, 0, 0, 0, 0], mainsDa: [100, -10, 5] }, isOurs: false, timeMs: 1000 },
    ] satisfies readonly BusEvent[]);
    expect(listener.droppedBytes()).toBe(0);
    expect(listener.otherMaster(1000)).toBe('smartevse');
    expect(listener.otherMaster(12_100)).toBeNull();
  });

  it.each([1, 3, 5, 13, 1000])('hears the same in pieces of %d bytes without a pause', (size) => {
    const whole = joined(...cycle(0).map(({ bytes }) => bytes));
    const listener = createSmartevseListener();
    const kinds: string[] = [];
    for (let from = 0; from < whole.length; from += size) {
      for (const { kind } of listener.push(heard(whole.subarray(from, from + size), from))) if (kind !== 'other-master') kinds.push(kind);
    }
    expect(kinds).toEqual(['registers', 'status', 'broadcast']);
    expect(listener.droppedBytes()).toBe(0);
  });

  it('finds its way back after a frame that was cut, and after noise', () => {
    const listener = createSmartevseListener();
    const events = [
      heard(POLL_NODE_2, 0),
      heard(rtuFrame(3, STATUS).subarray(0, 11), 40),
      heard(Uint8Array.of(0x00, 0xff, 0x03, 0x04, 0x10), 150),
      heard(joined(Uint8Array.of(0x55, 0x04), POLL_NODE_2), 250),
      heard(rtuFrame(3, STATUS), 290),
    ].flatMap((chunk) => listener.push(chunk));
    expect(events.filter(({ kind }) => kind === 'status')).toHaveLength(1);
    expect(listener.droppedBytes()).toBe(11 + 5 + 2);
  });

  it('gives an answer to nobody who has not asked for it', () => {
    const listener = createSmartevseListener();
    expect(listener.push(heard(rtuFrame(3, STATUS), 0))).toEqual([]);
    listener.push(heard(rtuFrame(4, readRequestPdu('input', 0, 8)), 100));
    expect(listener.push(heard(rtuFrame(3, STATUS), 140))).toEqual([]);
  });

  it('takes one frame for noise and two for a master', () => {
    const listener = createSmartevseListener();
    listener.push(heard(POLL_NODE_2, 0));
    expect(listener.otherMaster(10)).toBeNull();
    listener.push(heard(rtuFrame(11, readRequestPdu('input', 6, 12)), 100));
    expect(listener.otherMaster(110)).toBe('modbus');
  });

  it('does not take our own words for another master, nor their echo, nor the answers to them', () => {
    const listener = createSmartevseListener();
    const write = rtuFrame(10, writeRequestPdu(6, 0x0800, [2]));
    for (let turn = 0; turn < 5; turn += 1) {
      const timeMs = turn * 2000;
      listener.push({ direction: 'out', bytes: POLL_NODE_2, timeMs });
      listener.push(heard(POLL_NODE_2, timeMs + 10));
      expect(listener.push(heard(rtuFrame(3, STATUS), timeMs + 40))).toMatchObject([{ kind: 'status' }]);
      listener.push({ direction: 'out', bytes: write, timeMs: timeMs + 100 });
      listener.push(heard(rtuFrame(10, writeAnswerPdu(6, 0x0800, [2])), timeMs + 140));
    }
    expect(listener.otherMaster(8200)).toBeNull();
  });
});

describe('a stream of bytes that mean nothing', () => {
  it('neither throws nor grows, and says nothing', () => {
    let seed = 1;
    const next = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 24;
    const stream = createRtuStream();
    let events = 0;
    for (let turn = 0; turn < 20_000; turn += 1) {
      const bytes = Uint8Array.from({ length: 10 }, next);
      events += stream.push(heard(bytes, turn * 5)).length;
    }
    // 200,000 places at which a frame could begin, of which one in 65,536 has its CRC right by chance, and a fitting head.
    expect(events).toBeLessThan(4);
    expect(stream.droppedBytes()).toBeGreaterThan(199_000);
  });
});
