import type { Failure } from '../errors.ts';
import type { ModbusRead, ModbusWrite } from './modbus-bus.ts';
import type { LinkState, Unsubscribe } from './mqtt-link.ts';

export type ModbusMessage = ModbusRead | ModbusWrite;

export interface LineEvents {
  /** No words for a write. */
  answered(words: readonly number[], timeMs: number): void;
  /** `refused` is an answer too; all others mean that nothing more is to be expected from this request. */
  failed(failure: Failure, timeMs: number): void;
  /** Told at most once, after `giveUp`: the answer came after all. What it said is gone. */
  late(timeMs: number): void;
}

/** A request on its way. */
export interface SentRequest {
  /** Its time is over. Says why, from what came meanwhile: `timeout`, or `unexpected-reply` and the reason. */
  giveUp(): Failure;
  /** No late answer is looked for any more. */
  forget(): void;
}

/** The line below a bus: one request at a time is put on it, the bus above says which and when. */
export interface ModbusLine {
  state(): LinkState;
  onState(listener: (state: LinkState) => void): Unsubscribe;
  /** Puts a request on the line; for a write without answer nothing is told but a `failed` link. */
  send(request: ModbusMessage, events: LineEvents): SentRequest;
  /** Wire time of request and whole answer; 0 where the line is not ours (a socket). */
  wireTime(request: ModbusMessage): { readonly requestMs: number; readonly answerMs: number };
  /** Kept after the last byte in either direction. */
  readonly silenceMs: number;
  /** When the last byte came, wanted or not; -Infinity before the first. */
  lastByteMs(): number;
  /** Answers carry the number of their request (Modbus TCP), so a late one cannot be mistaken for another's. */
  readonly numbersRequests: boolean;
  /** Something came that nobody had asked for; from which unit, where that could be read. */
  onUnexpected(listener: (unitId: number | null) => void): Unsubscribe;
  close(): Promise<void>;
}

export function functionCodeOf(request: ModbusMessage): 3 | 4 | 6 | 16 {
  if ('table' in request) return request.table === 'holding' ? 3 : 4;
  return request.functionCode;
}

export function isAnswerExpected(request: ModbusMessage): boolean {
  return 'table' in request || request.answer === 'expected';
}
