/**
 * Asks one RAPI controller one thing at a time over a byte link and never takes the answer to one command for that to another:
 * by sequence ids where the controller echoes them; else by the form of the answer, and after a lost answer by a question whose answer
 * nothing else looks like ($GV), because the controller answers in order.
 */
import { failure, failureOf, success, type Failure, type Result } from '../../errors.ts';
import { rapiFrame, readRapiLine, type RapiAnswer, type RapiEvent } from '../../protocols/rapi.ts';
import { createRapiLines } from '../../protocols/rapi-lines.ts';
import { fitsCommand } from '../../protocols/rapi-values.ts';
import type { Clock } from '../../time/clock.ts';
import type { ByteLink } from '../../transport/byte-link.ts';

/** Reference openevse e.3; the gateway waits as long. */
export const RAPI_TIMEOUT_MS = 500;
/** A sequence id whose answer was lost is not used again so soon that a late answer could meet it. */
const QUARANTINE_MS = 30_000;
const FENCE = '$GV';
/** An answer that has not come after so long of silence will not come: it was lost on the wire. */
const SILENCE_MS = 3000;

/** Why something that came was not taken. */
export type RapiReason = 'garbage' | 'broken-off' | 'too-long' | 'not-text' | 'checksum' | 'unexpected-reply' | 'late-answer' | 'unasked' | 'other-form';

export interface RapiAsk {
  /** Before all that is not urgent. */
  readonly isUrgent?: boolean;
  /** How often it is sent at most until an answer comes; 3 when absent. */
  readonly attempts?: number;
}

export interface RapiExchange {
  /** The answer, `$NK` included; `timeout`, `link-lost` or `cancelled` where none came. */
  ask(command: string, how?: RapiAsk): Promise<Result<RapiAnswer>>;
  /** The same; `take` is called in the turn of the clock in which the answer comes. */
  put(command: string, how: RapiAsk, take: (answer: Result<RapiAnswer>) => void): void;
  /** From now on every command carries an id that its answer has to carry too. */
  useSequenceIds(): void;
  readonly counts: ReadonlyMap<RapiReason, number>;
  close(): void;
}

export interface RapiExchangeOptions {
  readonly link: ByteLink;
  readonly clock: Clock;
  readonly onEvent: (event: RapiEvent, timeMs: number) => void;
  readonly onRejection: (failure: Failure, timeMs: number) => void;
}

interface Question {
  readonly command: string;
  attemptsLeft: number;
  readonly resolve: (answer: Result<RapiAnswer>) => void;
}

interface Sent {
  readonly command: string;
  readonly sequenceId: number | null;
  /** Null for a fence, which nobody waits for. */
  readonly question: Question | null;
  callOff: () => void;
}

export function createRapiExchange({ link, clock, onEvent, onRejection }: RapiExchangeOptions): RapiExchange {
  const urgent: Question[] = [];
  const usual: Question[] = [];
  const counts = new Map<RapiReason, number>();
  const quarantineMs = new Map<number, number>();
  let sent: Sent | null = null;
  let hasSequenceIds = false;
  let lastId = 0;
  let needsFence = false;
  /** Fences and other $GV that have gone out and not been answered: each answer that comes is that of the oldest. */
  let openFences = 0;
  /** The queue that each question stands in, or stood in before it was sent. */
  const questions = new Map<Question, Question[]>();
  const usualOrUrgent = (question: Question): Question[] => questions.get(question) ?? usual;

  const reject = (reason: RapiReason, error: Failure, timeMs: number): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    onRejection({ code: error.code, context: { reason, ...error.context } }, timeMs);
  };

  const nextId = (): number | null => {
    if (!hasSequenceIds) return null;
    const nowMs = clock.monotonicMs();
    for (let step = 0; step < 255; step += 1) {
      lastId = (lastId % 255) + 1;
      if ((quarantineMs.get(lastId) ?? -Infinity) <= nowMs) break;
    }
    quarantineMs.delete(lastId);
    return lastId;
  };

  const settle = (question: Question | null, answer: Result<RapiAnswer>): void => {
    sent = null;
    question?.resolve(answer);
    sendNext();
  };

  const lose = (lost: Sent): void => {
    if (lost.sequenceId === null) needsFence = true;
    else quarantineMs.set(lost.sequenceId, clock.monotonicMs() + QUARANTINE_MS);
    sent = null;
    const { question } = lost;
    if (question !== null && question.attemptsLeft > 0) usualOrUrgent(question).unshift(question);
    else question?.resolve(failure('timeout', { command: lost.command, limitMs: RAPI_TIMEOUT_MS }));
    sendNext();
  };

  const transmit = (command: string, question: Question | null): void => {
    const sending: Sent = { command, sequenceId: nextId(), question, callOff: () => undefined };
    sent = sending;
    if (command === FENCE) openFences += 1;
    if (question !== null) question.attemptsLeft -= 1;
    sending.callOff = clock.callAt(clock.monotonicMs() + RAPI_TIMEOUT_MS, () => {
      if (sent === sending) lose(sending);
    });
    const bytes = Uint8Array.from(`${rapiFrame(command, sending.sequenceId)}\r`, (character) => character.charCodeAt(0));
    link.write(bytes).catch((thrown: unknown) => {
      if (sent === sending) failAll(failureOf(thrown));
    });
  };

  /** A fence comes first, and as often as it takes: without it no answer could be told from a late one. */
  const sendNext = (): void => {
    if (sent !== null) return;
    const next = urgent[0] ?? usual[0];
    if (next === undefined) return;
    if (needsFence && !hasSequenceIds) {
      fenceBefore(next);
      return;
    }
    usualOrUrgent(next).shift();
    transmit(next.command, next);
  };

  /** A question that has waited behind lost fences as often as it may be sent is lost too. */
  const fenceBefore = (next: Question): void => {
    if (next.attemptsLeft > 0) {
      next.attemptsLeft -= 1;
      transmit(FENCE, null);
      return;
    }
    usualOrUrgent(next).shift();
    next.resolve(failure('timeout', { command: next.command, limitMs: RAPI_TIMEOUT_MS }));
    sendNext();
  };

  const failAll = (error: Failure): void => {
    sent?.callOff();
    const waiting = [...(sent?.question == null ? [] : [sent.question]), ...urgent.splice(0), ...usual.splice(0)];
    sent = null;
    needsFence = true;
    for (const question of waiting) question.resolve({ ok: false, error });
  };

  /** Nothing that was asked before the fence can be answered any more. */
  const passFence = (fence: Sent, answer: RapiAnswer): void => {
    openFences = 0;
    needsFence = false;
    settle(fence.question, success(answer));
  };

  /** True where the answer was the newest fence's own; older ones are waited for, as long as the line is not silent. */
  const isLastFence = (fence: Sent, answer: RapiAnswer): boolean => {
    if (openFences === 0) return true;
    fence.callOff = clock.callAt(clock.monotonicMs() + SILENCE_MS, () => {
      if (sent === fence) passFence(fence, answer);
    });
    return false;
  };

  const receiveAnswer = (answer: RapiAnswer, line: string, timeMs: number): void => {
    const excerpt = { payload: line.slice(0, 40) };
    if (openFences > 0 && answer.isOk && fitsCommand(FENCE, answer)) openFences -= 1;
    if (sent === null) {
      reject('unasked', { code: 'unexpected-reply', context: excerpt }, timeMs);
      return;
    }
    const { command, sequenceId, question, callOff } = sent;
    // Without ids of ours an answer has none; with them it has ours or belongs to an earlier command.
    if (answer.sequenceId !== sequenceId) {
      reject('late-answer', { code: 'unexpected-reply', context: { command, ...excerpt } }, timeMs);
      return;
    }
    if (!fitsCommand(command, answer) || (question === null && !answer.isOk)) {
      reject('other-form', { code: 'unexpected-reply', context: { command, ...excerpt } }, timeMs);
      return;
    }
    callOff();
    if (command !== FENCE || sequenceId !== null) settle(question, success(answer));
    else if (isLastFence(sent, answer)) passFence(sent, answer);
  };

  const lines = createRapiLines({
    onLine(line, timeMs) {
      const read = readRapiLine(line);
      if (!read.ok) reject(read.error.code === 'checksum' ? 'checksum' : 'unexpected-reply', read.error, timeMs);
      else if (read.value.kind === 'event') onEvent(read.value, timeMs);
      else receiveAnswer(read.value, line, timeMs);
    },
    onRefusal({ reason, byteCount, timeMs }) {
      reject(reason, { code: 'unexpected-reply', context: { byteCount } }, timeMs);
    },
  });

  const stops = [
    link.onData(({ bytes, timeMs }) => {
      lines.push(bytes, timeMs);
    }),
    link.onState((state) => {
      if (state.kind === 'connected') return;
      lines.reset();
      // Whoever answers after this may be another controller, and what was on its way is gone.
      hasSequenceIds = false;
      openFences = 0;
      failAll(state.kind === 'lost' ? state.error : { code: 'link-lost', context: {} });
    }),
  ];

  const put: RapiExchange['put'] = (command, { isUrgent = false, attempts = 3 }, take) => {
    const queue = isUrgent ? urgent : usual;
    const question: Question = {
      command,
      attemptsLeft: attempts,
      resolve(answer) {
        questions.delete(question);
        take(answer);
      },
    };
    questions.set(question, queue);
    queue.push(question);
    sendNext();
  };

  return {
    counts,
    useSequenceIds() {
      hasSequenceIds = true;
    },
    put,
    ask: (command, how = {}) =>
      new Promise((resolve) => {
        put(command, how, resolve);
      }),
    close() {
      for (const stop of stops) stop();
      failAll({ code: 'cancelled', context: {} });
    },
  };
}
