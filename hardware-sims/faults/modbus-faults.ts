/** Faults between a Modbus unit and the wire, by name: each says what becomes of the answer to one request while it is on. */
import { exceptionPdu, rtuFrame } from '../../core/protocols/modbus.ts';

/** Bytes that leave for the wire. */
export interface WireAnswer {
  /** A whole RTU frame unless a fault broke it. */
  readonly bytes: Uint8Array;
  /** Later than the unit would have sent them. */
  readonly afterMs: number;
}

export interface ModbusExchange {
  readonly unitId: number;
  /** RTU frame as it was received. */
  readonly request: Uint8Array;
}

/** What leaves instead of the answers. Some faults remember what they saw while they were off. */
export type ModbusFault = (answers: readonly WireAnswer[], exchange: ModbusExchange, isOn: boolean) => readonly WireAnswer[];

export type ModbusFaultKind =
  | { readonly kind: 'silent' }
  | { readonly kind: 'late'; readonly byMs: number }
  | { readonly kind: 'wrong-crc' }
  | { readonly kind: 'short-frame' }
  | { readonly kind: 'wrong-unit' }
  | { readonly kind: 'echo' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'first-attempt-lost' }
  | { readonly kind: 'duplicated' }
  | { readonly kind: 'exception'; readonly exception: number };

type Change = (answer: WireAnswer, exchange: ModbusExchange) => readonly WireAnswer[];

const eachAnswer =
  (change: Change): ModbusFault =>
  (answers, exchange, isOn) =>
    isOn ? answers.flatMap((answer) => change(answer, exchange)) : answers;

export function createModbusFault(fault: ModbusFaultKind): ModbusFault {
  switch (fault.kind) {
    case 'silent':
      return eachAnswer(() => []);
    case 'late':
      return eachAnswer((answer) => [{ ...answer, afterMs: answer.afterMs + fault.byMs }]);
    case 'wrong-crc':
      return eachAnswer((answer) => [withBytes(answer, flippedAt(answer.bytes, answer.bytes.length - 1))]);
    case 'short-frame':
      return eachAnswer((answer) => [withBytes(answer, answer.bytes.slice(0, -3))]);
    case 'wrong-unit':
      return eachAnswer((answer, { unitId }) => [withBytes(answer, rtuFrame((unitId % 247) + 1, answer.bytes.slice(1, -2)))]);
    case 'echo':
      // The adapter hears itself: what was sent comes back, whether the unit answers or not.
      return (answers, { request }, isOn) => (isOn ? [{ bytes: request, afterMs: 0 }, ...answers] : answers);
    case 'garbage':
      return eachAnswer((answer) => [withBytes(answer, answer.bytes.map((byte, at) => byte ^ (0x55 + 7 * at)))]);
    case 'first-attempt-lost':
      return firstAttemptLost();
    case 'duplicated':
      return eachAnswer((answer) => [answer, answer]);
    case 'exception':
      return (answers, { unitId, request }, isOn) => (isOn ? [{ bytes: rtuFrame(unitId, exceptionPdu(request[1] ?? 0, fault.exception)), afterMs: answers[0]?.afterMs ?? 0 }] : answers);
  }
}

/** Every new request goes unanswered; when the same comes again, it is answered. */
function firstAttemptLost(): ModbusFault {
  const attempted = new Map<number, string>();
  return (answers, { unitId, request }, isOn) => {
    if (!isOn) return answers;
    const asked = request.join(' ');
    const isRepeated = attempted.get(unitId) === asked;
    attempted.set(unitId, isRepeated ? '' : asked);
    return isRepeated ? answers : [];
  };
}

export interface SwitchedModbusFault {
  readonly unitId: number;
  readonly change: ModbusFault;
  isOn: boolean;
}

/** Passes the answer of a unit through its faults in their order. */
export function faultyAnswers(faults: readonly SwitchedModbusFault[], exchange: ModbusExchange, answer: Uint8Array | null): readonly WireAnswer[] {
  let answers: readonly WireAnswer[] = answer === null ? [] : [{ bytes: answer, afterMs: 0 }];
  for (const { unitId, change, isOn } of faults) if (unitId === exchange.unitId) answers = change(answers, exchange, isOn);
  return answers;
}

function withBytes(answer: WireAnswer, bytes: Uint8Array): WireAnswer {
  return { ...answer, bytes };
}

function flippedAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 0x5a : byte));
}
