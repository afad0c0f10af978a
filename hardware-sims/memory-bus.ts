import { createAnswerWatch } from '../core/protocols/answer-watch.ts';
import { readRequestPdu, rtuFrame, writeRequestPdu } from '../core/protocols/modbus.ts';
import { isAnswerExpected, type ModbusLine, type ModbusMessage, type SentRequest } from '../core/transport/modbus-line.ts';
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
  const watch = createAnswerWatch();
  const connected = { kind: 'connected', sinceMs: clock.monotonicMs() } as const;
  let isClosed = false;
  let lastByteMs = -Infinity;

  /** Frames come whole here: what is no answer to the present request is judged at once. */
  const receive = (bytes: Uint8Array): void => {
    if (isClosed) return;
    const timeMs = clock.monotonicMs();
    lastByteMs = timeMs;
    const found = watch.take(bytes, timeMs);
    if (found === null) watch.quiet(timeMs);
    else if (found.answer.kind === 'exception') found.events.failed({ code: 'refused', context: { exception: found.answer.exception } }, timeMs);
    else found.events.answered(found.answer.kind === 'words' ? found.answer.words : [], timeMs);
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
      const sent = isAnswerExpected(message) ? watch.listen(message, events) : NOT_ANSWERED;
      pair.request(frameOf(message), receive);
      return sent;
    },
    onUnexpected: (listener) => watch.onUnexpected(listener),
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

const NOT_ANSWERED: SentRequest = { giveUp: () => ({ code: 'timeout', context: {} }), forget: () => undefined };

function frameOf(message: ModbusMessage): Uint8Array {
  const pdu = 'table' in message ? readRequestPdu(message.table, message.address, message.count) : writeRequestPdu(message.functionCode, message.address, message.values);
  return rtuFrame(message.unitId, pdu);
}
