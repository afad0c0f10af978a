/** RAPI, the controller's serial protocol (reference openevse e.1 to e.4): `$CC p1 p2 :ss^xk`, xk the XOR of all bytes before `^`. */
import { failure, success, type Result } from '../errors.ts';

/** Two upper-case hex digits. */
export function rapiChecksum(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum ^= text.charCodeAt(index);
  return twoDigits(sum);
}

/** Of the older form `$CC p1*ck`: the sum of all bytes before `*`, eight bits of it. */
export function rapiAdditiveChecksum(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum += text.charCodeAt(index);
  return twoDigits(sum & 0xff);
}

const twoDigits = (number: number): string => number.toString(16).toUpperCase().padStart(2, '0');

/** `sequenceId`: 1 to 255, echoed by the answer (protocol 3.0.0 and later); null without. */
export function rapiFrame(text: string, sequenceId: number | null = null): string {
  const body = sequenceId === null ? text : `${text} :${twoDigits(sequenceId)}`;
  return `${body}^${rapiChecksum(body)}`;
}

export interface RapiAnswer {
  readonly kind: 'answer';
  /** False for `$NK`. */
  readonly isOk: boolean;
  readonly tokens: readonly string[];
  readonly sequenceId: number | null;
}

/** What the controller says by itself, also between a command and its answer (reference e.4). */
export interface RapiEvent {
  readonly kind: 'event';
  readonly name: (typeof RAPI_EVENTS)[number];
  readonly tokens: readonly string[];
}

/** Boot; change of state, and its older form; button; wish for a WiFi mode. */
const RAPI_EVENTS = ['$AB', '$AT', '$ST', '$AN', '$WF'] as const;

const LINE = /^(\$[\x20-\x5d\x5f-\x7e]*)\^([0-9A-Fa-f]{2})$/;
const SEQUENCE_ID = /^:[0-9A-Fa-f]{2}$/;

/**
 * One line without its CR. `checksum` when it does not fit; `unexpected-reply` for what is neither an answer nor an event, an echoed
 * command among them, and for lines without a checksum, which only protocols before 2.0.0 send.
 */
export function readRapiLine(line: string): Result<RapiAnswer | RapiEvent> {
  const [, text, checksum] = LINE.exec(line) ?? [];
  if (text === undefined || checksum === undefined) return failure('unexpected-reply', { payload: excerpt(line), expected: 'a RAPI answer' });
  if (rapiChecksum(text) !== checksum.toUpperCase()) return failure('checksum', { payload: excerpt(line), expected: rapiChecksum(text) });
  const [name = '', ...tokens] = text.trim().split(/\s+/);
  if (name === '$OK' || name === '$NK') return success(answerOf(name === '$OK', tokens));
  const event = RAPI_EVENTS.find((known) => known === name);
  return event === undefined ? failure('unexpected-reply', { payload: excerpt(line), expected: 'a RAPI answer' }) : success({ kind: 'event', name: event, tokens });
}

const excerpt = (line: string): string => line.slice(0, 40);

function answerOf(isOk: boolean, tokens: readonly string[]): RapiAnswer {
  const last = tokens.at(-1) ?? '';
  if (!SEQUENCE_ID.test(last)) return { kind: 'answer', isOk, tokens, sequenceId: null };
  return { kind: 'answer', isOk, tokens: tokens.slice(0, -1), sequenceId: Number.parseInt(last.slice(1), 16) };
}

/** The tokens of an answer after `$OK`; `refused` on `$NK`, `checksum` or `unexpected-reply` on anything else. */
export function readRapiAnswer(answer: string): Result<readonly string[]> {
  const read = readRapiLine(answer.trimEnd());
  if (!read.ok) return read;
  if (read.value.kind !== 'answer') return failure('unexpected-reply', { payload: excerpt(answer), expected: 'a RAPI answer' });
  return read.value.isOk ? success(read.value.tokens) : failure('refused', { payload: excerpt(answer) });
}
