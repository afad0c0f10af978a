import { ChargebenchError, type ErrorContext, type Failure } from '../errors.ts';
import type { CancelSignal, Clock } from '../time/clock.ts';
import { createBusCounters } from './bus-counters.ts';
import { createLateAnswers } from './late-answers.ts';
import type { ModbusBus, ModbusRead, ModbusUrgency, ModbusWords, ModbusWrite } from './modbus-bus.ts';
import { functionCodeOf, isAnswerExpected, type LineEvents, type ModbusLine, type ModbusMessage, type SentRequest } from './modbus-line.ts';
import { createRequestQueue } from './request-queue.ts';

export interface UnitTiming {
  readonly timeoutMs?: number;
  readonly retries?: number;
}

export interface QueuedBusOptions {
  readonly line: ModbusLine;
  readonly clock: Clock;
  /** From the last byte of a request to the first of its answer; wire time is added. */
  readonly timeoutMs: number;
  /** For units that need other times than the rest; a request's own come first. */
  readonly units?: ReadonlyMap<number, UnitTiming>;
  /** The line stays silent so long after a request that failed. */
  readonly guardMs?: number;
  /** How long an answer may still come after its timeout before its unit is asked with the same function again. */
  readonly lateAnswerMs?: number;
}

interface Item {
  readonly unitId: number;
  readonly urgency: ModbusUrgency;
  readonly sinceMs: number;
  readonly message: ModbusMessage;
  readonly timeoutMs: number;
  retriesLeft: number;
  /** Ends the caller's promise and lets go of its signal; does nothing the second time. */
  readonly resolve: (words: ModbusWords) => void;
  readonly reject: (failure: Failure) => void;
}

interface InFlight {
  readonly item: Item;
  readonly startMs: number;
  readonly callOff: () => void;
  sent: SentRequest | null;
}

const GUARD_MS = 50;
const LATE_ANSWER_MS = 1000;
/** A line that somebody else fills is not waited for any longer than this. */
const LONGEST_WAIT_FOR_SILENCE_MS = 250;
const LONGEST_READ = 125;
const LONGEST_WRITE = 123;

/**
 * The bus above a line: whose turn it is, when the line may be used, how long an answer is waited for, and what becomes of late ones.
 * After a timeout the line rests for the guard time; the silent unit is not asked with the same function again until its answer has
 * come (it is thrown away) or can no longer come, while the other units go on. Moves only with its clock.
 */
export function createQueuedBus(options: QueuedBusOptions): ModbusBus {
  const { line, clock, guardMs = GUARD_MS } = options;
  const queue = createRequestQueue<Item>();
  const counters = createBusCounters();
  const lateAnswers = createLateAnswers(options.lateAnswerMs ?? LATE_ANSWER_MS);
  let inFlight: InFlight | null = null;
  let freeMs = -Infinity;
  let waitingSinceMs: number | null = null;
  let callOffWake: (() => void) | null = null;
  let isClosed = false;

  const wakeAt = (timeMs: number): void => {
    callOffWake?.();
    callOffWake = clock.callAt(timeMs, () => {
      callOffWake = null;
      pump();
    });
  };

  /** When the line may be used: after its rest, and once nobody talks on it. */
  const lineFreeMs = (nowMs: number): number => {
    const silentMs = line.lastByteMs() + line.silenceMs;
    waitingSinceMs ??= nowMs;
    return Math.max(freeMs, Math.min(silentMs, waitingSinceMs + LONGEST_WAIT_FOR_SILENCE_MS));
  };

  const mayGo = (item: Item): boolean => line.numbersRequests || !lateAnswers.isAwaited(item.unitId, functionCodeOf(item.message));

  const pump = (): void => {
    if (inFlight !== null || queue.size === 0 || line.state().kind !== 'connected') return;
    const nowMs = clock.monotonicMs();
    const readyMs = lineFreeMs(nowMs);
    if (readyMs > nowMs) {
      wakeAt(readyMs);
      return;
    }
    lateAnswers.expire(nowMs);
    const item = queue.take(nowMs, mayGo);
    if (item === null) {
      wakeAt(lateAnswers.nextExpiryMs());
      return;
    }
    waitingSinceMs = null;
    put(item, nowMs);
  };

  const put = (item: Item, startMs: number): void => {
    const { requestMs, answerMs } = line.wireTime(item.message);
    const isAnswered = isAnswerExpected(item.message);
    counters.count('requests', item.unitId);
    const endMs = startMs + requestMs + (isAnswered ? item.timeoutMs + answerMs : 0);
    const flight: InFlight = {
      item,
      startMs,
      sent: null,
      callOff: clock.callAt(endMs, () => {
        if (isAnswered) expire(flight);
        else if (leave(flight, endMs, 0)) item.resolve({ words: [], timeMs: endMs });
        pump();
      }),
    };
    inFlight = flight;
    try {
      flight.sent = line.send(item.message, eventsOf(flight));
    } catch (error) {
      flight.callOff();
      if (leave(flight, startMs, 0)) item.reject(error instanceof ChargebenchError ? error : { code: 'internal', context: { message: String(error) } });
    }
  };

  /** The line is done with this request; false when it was already. */
  const leave = (flight: InFlight, nowMs: number, restMs: number): boolean => {
    if (inFlight !== flight) return false;
    inFlight = null;
    flight.callOff();
    freeMs = nowMs + Math.max(restMs, line.silenceMs);
    counters.busy(flight.startMs, nowMs);
    return true;
  };

  const eventsOf = (flight: InFlight): LineEvents => ({
    answered(words, timeMs) {
      if (!leave(flight, timeMs, 0)) return;
      counters.answered(flight.item.unitId, timeMs - flight.startMs);
      flight.item.resolve({ words, timeMs });
      pump();
    },
    failed(failure, timeMs) {
      if (!leave(flight, timeMs, failure.code === 'refused' ? 0 : guardMs)) return;
      fail(flight.item, failure);
      pump();
    },
    late(timeMs) {
      const { unitId, message } = flight.item;
      counters.count('unexpected', unitId);
      lateAnswers.came(unitId, functionCodeOf(message), timeMs);
      pump();
    },
  });

  const expire = (flight: InFlight): void => {
    const nowMs = clock.monotonicMs();
    if (!leave(flight, nowMs, guardMs)) return;
    fail(flight.item, awaitLate(flight));
  };

  const awaitLate = ({ item, sent }: InFlight): Failure => {
    if (sent === null) return { code: 'timeout', context: {} };
    if (!line.numbersRequests) lateAnswers.await(item.unitId, functionCodeOf(item.message), item.timeoutMs, clock.monotonicMs(), sent);
    return sent.giveUp();
  };

  const fail = (item: Item, failure: Failure): void => {
    counters.failed(item.unitId, failure);
    const isWorthRepeating = failure.code === 'timeout' || failure.code === 'checksum' || failure.code === 'unexpected-reply';
    if (isWorthRepeating && item.retriesLeft > 0 && !isClosed) {
      item.retriesLeft -= 1;
      queue.add(item);
      return;
    }
    item.reject({ code: failure.code, context: { ...placeOf(item.message), ...failure.context } });
  };

  const ask = (message: ModbusMessage, signal: CancelSignal | undefined): Promise<ModbusWords> =>
    new Promise((resolve, reject) => {
      const refusal = refusalOf(message) ?? (signal?.aborted === true ? ({ code: 'cancelled', context: placeOf(message) } as const) : null) ?? linkFailure();
      if (refusal !== null) {
        reject(new ChargebenchError(refusal.code, refusal.context));
        return;
      }
      const timing = options.units?.get(message.unitId);
      const end = (): void => signal?.removeEventListener('abort', cancel);
      const item: Item = {
        unitId: message.unitId,
        urgency: message.urgency ?? 'fast',
        sinceMs: clock.monotonicMs(),
        message,
        timeoutMs: message.timeoutMs ?? timing?.timeoutMs ?? options.timeoutMs,
        retriesLeft: message.retries ?? timing?.retries ?? 0,
        resolve(words) {
          end();
          resolve(words);
        },
        reject(failure) {
          end();
          reject(new ChargebenchError(failure.code, failure.context));
        },
      };
      const cancel = (): void => {
        // On its way it still occupies the line until it is answered or its time is over.
        queue.remove(item);
        item.retriesLeft = 0;
        item.reject({ code: 'cancelled', context: placeOf(message) });
      };
      signal?.addEventListener('abort', cancel);
      if (queue.size === 0) waitingSinceMs = null;
      queue.add(item);
      pump();
    });

  const linkFailure = (): Failure | null => {
    const state = line.state();
    if (state.kind === 'connected' && !isClosed) return null;
    return { code: 'link-lost', context: state.kind === 'lost' ? state.error.context : {} };
  };

  /** Nothing is kept for later: an old setpoint must not arrive when the link comes back. */
  const rejectAll = (error: Failure): void => {
    const flight = inFlight;
    if (flight !== null && leave(flight, clock.monotonicMs(), 0)) {
      // A gateway may hand its answer to the next connection.
      if (isAnswerExpected(flight.item.message)) awaitLate(flight);
      flight.item.reject(error);
    }
    for (const item of queue.clear()) item.reject(error);
  };

  const stopListening = [
    line.onState((state) => {
      if (state.kind === 'connected') pump();
      else rejectAll({ code: 'link-lost', context: state.kind === 'lost' ? state.error.context : {} });
    }),
    line.onUnexpected((unitId) => {
      counters.count('unexpected', unitId);
    }),
  ];

  return {
    state: () => line.state(),
    onState: (listener) => line.onState(listener),
    read: (request: ModbusRead, signal) => ask(request, signal),
    write: async (request: ModbusWrite, signal) => ({ timeMs: (await ask(request, signal)).timeMs }),
    load: () => counters.load(clock.monotonicMs(), queue.size),
    async close() {
      if (isClosed) return;
      isClosed = true;
      rejectAll({ code: 'link-lost', context: { reason: 'closed' } });
      callOffWake?.();
      lateAnswers.forgetAll();
      for (const stop of stopListening) stop();
      await line.close();
    },
  };
}

function placeOf(message: ModbusMessage): ErrorContext {
  return { unitId: message.unitId, functionCode: functionCodeOf(message), address: message.address };
}

const isWithin = (value: number, least: number, most: number): boolean => Number.isInteger(value) && value >= least && value <= most;

/** What would go out as another request than was meant, or as none. */
function refusalOf(message: ModbusMessage): Failure | null {
  const refuse = (argument: string): Failure => ({ code: 'invalid-argument', context: { ...placeOf(message), argument } });
  const count = 'table' in message ? message.count : message.values.length;
  const most = 'table' in message ? LONGEST_READ : message.functionCode === 6 ? 1 : LONGEST_WRITE;
  if (!isWithin(message.unitId, 1, 247)) return refuse('unitId');
  if (!isWithin(message.address, 0, 0xffff)) return refuse('address');
  if (!isWithin(count, 1, Math.min(most, 0x1_0000 - message.address))) return refuse('count');
  if ('values' in message && message.values.some((word) => !isWithin(word, 0, 0xffff))) return refuse('values');
  return null;
}
