import { classifyBytes, createAnswerCollector, type AnswerCollector } from '../core/protocols/modbus-answer.ts';
import { readRequestPdu, rtuFrame, writeRequestPdu, type ModbusRequest } from '../core/protocols/modbus.ts';
import type { Failure } from '../core/errors.ts';
import { isAnswerExpected, type LineEvents, type ModbusLine, type ModbusMessage } from '../core/transport/modbus-line.ts';
import type { ModbusBus } from '../core/transport/modbus-bus.ts';
import { createQueuedBus, type UnitTiming } from '../core/transport/queued-bus.ts';
import { silenceMs, wireMs } from '../core/transport/wire-time.ts';
import { createModbusPair, type ModbusPairOptions } from './modbus-pair.ts';

export interface MemoryBusOptions extends ModbusPairOptions {
  readonly timeoutMs?: number;
  readonly timings?: ReadonlyMap<number, UnitTiming>;
}

const TIMEOUT_MS = 500;

/**
 * A bus whose requests go straight to simulated units, for playing on a virtual clock: queue, timeouts, guard time, wire time and late
 * answers as on a real pair, faults included, without a port in between.
 */
export function createMemoryBus(options: MemoryBusOptions): ModbusBus {
  const { clock, timeoutMs = TIMEOUT_MS, timings } = options;
  return createQueuedBus({ line: createMemoryLine(options), clock, timeoutMs, ...(timings === undefined ? {} : { units: timings }) });
}

function createMemoryLine(options: ModbusPairOptions): ModbusLine {
  const { clock, wire } = options;
  const pair = createModbusPair(options);
  const unexpectedListeners = new Set<(unitId: number | null) => void>();
  const connected = { kind: 'connected', sinceMs: clock.monotonicMs() } as const;
  let isClosed = false;
  let isEchoing: boolean | null = null;
  let lastByteMs = -Infinity;
  let current: { readonly collector: AnswerCollector; readonly events: LineEvents } | null = null;
  const givenUp = new Set<{ readonly collector: AnswerCollector; readonly events: LineEvents }>();

  const unexpected = (unitId: number | null): void => {
    for (const listener of [...unexpectedListeners]) listener(unitId);
  };

  /** Frames come whole here: what is no answer to the present request is judged at once. */
  const receive = (bytes: Uint8Array): void => {
    if (isClosed) return;
    const timeMs = clock.monotonicMs();
    lastByteMs = timeMs;
    const late = [...givenUp].filter(({ collector }) => collector.push(bytes) !== null);
    const asked = current;
    const found = asked?.collector.push(bytes) ?? null;
    if (asked !== null && found !== null) {
      current = null;
      isEchoing = asked.collector.isEchoed ?? isEchoing;
      const { answer } = found;
      if (answer.kind === 'exception') asked.events.failed({ code: 'refused', context: { exception: answer.exception } }, timeMs);
      else asked.events.answered(answer.kind === 'words' ? answer.words : [], timeMs);
    } else if (asked !== null) judge(asked, timeMs);
    else for (const { unitId } of classifyBytes(bytes)) unexpected(unitId);
    for (const each of late) {
      givenUp.delete(each);
      each.events.late(timeMs);
    }
  };

  const judge = (asked: NonNullable<typeof current>, timeMs: number): void => {
    for (const { reason, unitId } of asked.collector.judge()) {
      if (reason !== 'checksum' && reason !== 'short') {
        unexpected(unitId);
        continue;
      }
      current = null;
      const failure: Failure = reason === 'checksum' ? { code: 'checksum', context: {} } : { code: 'unexpected-reply', context: { reason } };
      asked.events.failed(failure, timeMs);
    }
  };

  return {
    state: () => (isClosed ? { kind: 'closed' } : connected),
    onState: () => () => undefined,
    silenceMs: wire === null ? 0 : silenceMs(wire),
    numbersRequests: false,
    lastByteMs: () => lastByteMs,
    wireTime(message) {
      if (wire === null) return { requestMs: 0, answerMs: 0 };
      return { requestMs: wireMs(frameOf(message).length, wire), answerMs: wireMs('table' in message ? 5 + 2 * message.count : 8, wire) };
    },
    send(message, events) {
      if (!isAnswerExpected(message)) {
        pair.request(frameOf(message), receive);
        return { giveUp: () => ({ code: 'timeout', context: {} }), forget: () => undefined };
      }
      const asked = { collector: createAnswerCollector(message.unitId, requestOf(message), isEchoing), events };
      current = asked;
      pair.request(frameOf(message), receive);
      return {
        giveUp() {
          if (current === asked) current = null;
          givenUp.add(asked);
          return { code: 'timeout', context: {} };
        },
        forget: () => void givenUp.delete(asked),
      };
    },
    onUnexpected(listener) {
      unexpectedListeners.add(listener);
      return () => unexpectedListeners.delete(listener);
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

function requestOf(message: ModbusMessage): ModbusRequest {
  if ('table' in message) return { kind: 'read', table: message.table, address: message.address, count: message.count };
  return { kind: 'write', functionCode: message.functionCode, address: message.address, values: message.values };
}

function frameOf(message: ModbusMessage): Uint8Array {
  const pdu = 'table' in message ? readRequestPdu(message.table, message.address, message.count) : writeRequestPdu(message.functionCode, message.address, message.values);
  return rtuFrame(message.unitId, pdu);
}
