/**
 * Modbus RTU as it passes on a pair of wires where others talk too: bytes into requests and answers. Chunks are cut anywhere, frames are
 * found by their length and CRC, an answer belongs to the request before it. What fits nothing is dropped byte by byte until
 * something fits again (Modbus over Serial Line V1.02, 2.5.1; silences cannot be trusted behind a USB adapter).
 */
import type { TrafficChunk } from '../transport/traffic.ts';
import {
  answersRequest,
  LONGEST_RTU_BYTES,
  parseRtuRequest,
  parseRtuResponse,
  rtuRequestLength,
  rtuResponseLength,
  type ModbusAnswer,
  type ModbusRequest,
} from './modbus.ts';

export type RtuEvent =
  | { readonly kind: 'request'; readonly unitId: number; readonly request: ModbusRequest; readonly isOurs: boolean; readonly timeMs: number; readonly frame: Uint8Array }
  | {
      readonly kind: 'answer';
      readonly unitId: number;
      readonly answer: ModbusAnswer;
      /** What was asked; null where the answer belongs to no request that was heard. */
      readonly request: ModbusRequest | null;
      readonly timeMs: number;
      readonly frame: Uint8Array;
    };

/** Bytes in a row that belonged to no frame, as soon as something else came or the line fell silent. */
export interface DroppedBytes {
  readonly bytes: Uint8Array;
  readonly timeMs: number;
}

export interface RtuStream {
  /** What became whole with these bytes, in the order of the wire. Never throws. */
  push(chunk: TrafficChunk): readonly RtuEvent[];
  /** Bytes that belonged to no frame, since the beginning. */
  droppedBytes(): number;
  /** Nothing more will come of what is there: it is dropped, and told. */
  settle(timeMs: number): readonly RtuEvent[];
}

/** Messages of a SmartEVSE bus have 50 ms between them; with a USB adapter's 16 ms in each direction less is seen. */
const SILENCE_MS = 30;
/** Adapters without echo suppression give back what we sent, as soon as it is out. */
const ECHO_MS = 500;
/** Enough to know the length of every message. */
const HEAD_BYTES = 7;

interface Pending {
  readonly unitId: number;
  readonly request: ModbusRequest;
}

interface Sent {
  readonly bytes: Uint8Array;
  readonly timeMs: number;
}

export function createRtuStream(onDropped: (dropped: DroppedBytes) => void = () => undefined): RtuStream {
  let buffer: Uint8Array = new Uint8Array(0);
  let lastMs = -Infinity;
  let pending: Pending | null = null;
  let echo: Sent | null = null;
  let dropped = 0;
  let run: number[] = [];

  const tellDropped = (timeMs: number): void => {
    if (run.length > 0) onDropped({ bytes: Uint8Array.from(run), timeMs });
    run = [];
  };

  const request = (frame: Uint8Array, isOurs: boolean, timeMs: number): RtuEvent | null => {
    const parsed = parseRtuRequest(frame);
    if (!parsed.ok) return null;
    pending = { unitId: parsed.value.unitId, request: parsed.value.content };
    return { kind: 'request', ...pending, isOurs, timeMs, frame };
  };

  const answer = (frame: Uint8Array, timeMs: number): RtuEvent | null => {
    const parsed = parseRtuResponse(frame);
    if (!parsed.ok) return null;
    const { unitId, content } = parsed.value;
    const asked = pending !== null && pending.unitId === unitId && answersRequest(pending.request, content) ? pending.request : null;
    if (asked !== null) pending = null;
    return { kind: 'answer', unitId, answer: content, request: asked, timeMs, frame: frame.slice() };
  };

  /** The frame at the beginning: an answer where one is awaited, else a request; both look alike with function code 6. */
  const take = (timeMs: number): { readonly event: RtuEvent | null; readonly length: number } | 'incomplete' | 'nothing' => {
    const lengths = { answer: rtuResponseLength(buffer), request: rtuRequestLength(buffer) };
    let isIncomplete = buffer.length < HEAD_BYTES && (lengths.answer === null || lengths.request === null);
    for (const kind of ['answer', 'request'] as const) {
      const length = lengths[kind];
      if (length === null || length > LONGEST_RTU_BYTES) continue;
      if (length > buffer.length) {
        isIncomplete = true;
        continue;
      }
      const frame = buffer.subarray(0, length);
      if (kind === 'request' && isEcho(frame, timeMs)) return { event: null, length };
      const isAwaited = pending !== null && pending.unitId === frame[0];
      const event = kind === 'answer' ? (isAwaited || frame[1] !== 6 ? answer(frame, timeMs) : null) : request(frame.slice(), false, timeMs);
      if (event !== null) return { event, length };
    }
    return isIncomplete ? 'incomplete' : 'nothing';
  };

  const isEcho = (frame: Uint8Array, timeMs: number): boolean => {
    if (echo === null || timeMs - echo.timeMs > ECHO_MS || !isSame(echo.bytes, frame)) return false;
    echo = null;
    return true;
  };

  /** `isClosed`: nothing more will come of what is there. */
  const drain = (events: RtuEvent[], timeMs: number, isClosed: boolean): void => {
    while (buffer.length > 0) {
      const taken = take(timeMs);
      if (taken === 'incomplete' && !isClosed) return;
      if (typeof taken === 'string') {
        dropped += 1;
        run.push(buffer[0] ?? 0);
        buffer = buffer.subarray(1);
        continue;
      }
      tellDropped(timeMs);
      if (taken.event !== null) events.push(taken.event);
      buffer = buffer.subarray(taken.length);
    }
    if (isClosed) tellDropped(timeMs);
  };

  return {
    push({ direction, bytes, timeMs }) {
      const events: RtuEvent[] = [];
      if (direction === 'out') {
        drain(events, lastMs, true);
        echo = { bytes: bytes.slice(), timeMs };
        const own = request(echo.bytes, true, timeMs);
        if (own !== null) events.push(own);
        return events;
      }
      if (timeMs - lastMs > SILENCE_MS) drain(events, lastMs, true);
      lastMs = timeMs;
      buffer = joined(buffer, bytes);
      drain(events, timeMs, false);
      return events;
    },
    droppedBytes: () => dropped,
    settle(timeMs) {
      const events: RtuEvent[] = [];
      drain(events, timeMs, true);
      return events;
    },
  };
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
