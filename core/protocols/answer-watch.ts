/** What is heard on a serial line while requests go out: the answer to the present one, late ones, and everything that is neither. */
import type { Failure } from '../errors.ts';
import type { LineEvents, ModbusMessage, SentRequest } from '../transport/modbus-line.ts';
import { classifyBytes, createAnswerCollector, type AnswerCollector, type FoundAnswer, type PassedOver } from './modbus-answer.ts';
import type { ModbusRequest } from './modbus.ts';

export interface AnswerWatch {
  /** A request goes out; at most one is listened for. */
  listen(message: ModbusMessage, events: LineEvents): SentRequest;
  /** Bytes came. The whole answer to the present request ends the listening for it. */
  take(bytes: Uint8Array, timeMs: number): (FoundAnswer & { readonly events: LineEvents }) | null;
  /** Nothing more came for a while: what began to be an answer and is none fails the request. */
  quiet(timeMs: number): void;
  /** The line is gone: nothing is listened for any more. */
  drop(): void;
  onUnexpected(listener: (unitId: number | null) => void): () => void;
}

interface Listening {
  readonly collector: AnswerCollector;
  readonly events: LineEvents;
  readonly unitId: number;
  /** Not counted yet: the last one may become the failure. */
  readonly passed: PassedOver[];
  /** Whose late answers were heard meanwhile: they are no reason why this one has none. */
  readonly lateUnitIds: Set<number>;
}

const MOST_STRAY_BYTES = 4096;

export function requestOf(message: ModbusMessage): ModbusRequest {
  if ('table' in message) return { kind: 'read', table: message.table, address: message.address, count: message.count };
  return { kind: 'write', functionCode: message.functionCode, address: message.address, values: message.values };
}

export function createAnswerWatch(): AnswerWatch {
  const unexpectedListeners = new Set<(unitId: number | null) => void>();
  const givenUp = new Set<Listening>();
  let listening: Listening | null = null;
  let isEchoing: boolean | null = null;
  let strayBytes: Uint8Array = new Uint8Array(0);

  const count = (passed: readonly PassedOver[]): void => {
    for (const { unitId } of passed) for (const listener of [...unexpectedListeners]) listener(unitId);
  };

  /** The last thing that was passed over is why there is no answer; the others are counted as what they are. */
  const failureFor = ({ passed, lateUnitIds }: Listening): Failure => {
    const at = passed.findLastIndex(({ reason, unitId }) => reason !== 'other-unit' || unitId === null || !lateUnitIds.has(unitId));
    const [why] = at < 0 ? [] : passed.splice(at, 1);
    count(passed);
    passed.length = 0;
    if (why === undefined) return { code: 'timeout', context: {} };
    return why.reason === 'checksum' ? { code: 'checksum', context: {} } : { code: 'unexpected-reply', context: { reason: why.reason } };
  };

  const stray = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    const joined = Uint8Array.from([...strayBytes, ...bytes]);
    strayBytes = joined.length > MOST_STRAY_BYTES ? joined.slice(-MOST_STRAY_BYTES) : joined;
  };

  const accept = (answered: Listening, found: FoundAnswer): void => {
    isEchoing = answered.collector.isEchoed ?? isEchoing;
    count([...answered.passed, ...answered.collector.judge()]);
    listening = null;
    stray(found.rest);
  };

  return {
    listen(message, events) {
      const asked: Listening = { collector: createAnswerCollector(message.unitId, requestOf(message), isEchoing), events, unitId: message.unitId, passed: [], lateUnitIds: new Set() };
      listening = asked;
      return {
        giveUp() {
          if (listening === asked) listening = null;
          asked.passed.push(...asked.collector.judge());
          givenUp.add(asked);
          return failureFor(asked);
        },
        forget: () => void givenUp.delete(asked),
      };
    },
    take(bytes, timeMs) {
      const late = [...givenUp].filter((each) => each.collector.push(bytes) !== null);
      for (const { unitId } of late) listening?.lateUnitIds.add(unitId);
      const asked = listening;
      const found = asked?.collector.push(bytes) ?? null;
      if (asked === null) stray(bytes);
      else if (found !== null) accept(asked, found);
      for (const each of late) {
        givenUp.delete(each);
        each.events.late(timeMs);
      }
      return asked === null || found === null ? null : { ...found, events: asked.events };
    },
    quiet(timeMs) {
      count(classifyBytes(strayBytes));
      strayBytes = new Uint8Array(0);
      const current = listening;
      if (current === null) return;
      current.passed.push(...current.collector.judge());
      const last = current.passed.at(-1)?.reason;
      if (last !== 'checksum' && last !== 'short') return;
      listening = null;
      current.events.failed(failureFor(current), timeMs);
    },
    drop() {
      listening = null;
      strayBytes = new Uint8Array(0);
    },
    onUnexpected(listener) {
      unexpectedListeners.add(listener);
      return () => unexpectedListeners.delete(listener);
    },
  };
}
