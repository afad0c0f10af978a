/** Finds the answer to one request in the bytes of a serial line: noise before it, echoes, other units' frames and broken ones are passed over. */
import { answersRequest, parseRtuResponse, rtuFrame, rtuResponseLength, type ModbusAnswer, type ModbusRequest, writeRequestPdu, readRequestPdu } from './modbus.ts';

export interface FoundAnswer {
  /** Unit id to CRC. */
  readonly frame: Uint8Array;
  readonly answer: ModbusAnswer;
  /** What came behind it: nobody's answer. */
  readonly rest: Uint8Array;
}

/**
 * Why bytes were passed over. `checksum` and `short`: our unit began to answer, and its frame was broken or stopped; `other-unit`,
 * `other-answer`: a sound frame, but not to this request; `noise`: no frame at all.
 */
export type PassedOverReason = 'checksum' | 'short' | 'other-unit' | 'other-answer' | 'noise';

export interface PassedOver {
  readonly reason: PassedOverReason;
  /** Whose frame it is, where that can be believed. */
  readonly unitId: number | null;
}

export interface AnswerCollector {
  /** Takes what came; the answer as soon as it is whole, then nothing more. */
  push(bytes: Uint8Array): FoundAnswer | null;
  /** Nothing came for a while, or time is over: what was passed over until now, in its order, told once. */
  judge(): readonly PassedOver[];
  /** The line gave our own request back before anything else; null while that cannot be told. */
  readonly isEchoed: boolean | null;
}

/** Longer than any frame: older bytes without an answer in them are noise. */
const MOST_BYTES = 1024;

/**
 * `isEchoing`: whether the line is known to repeat what we send; null before it is. It has to be known for function code 6, whose
 * answer is the request again; for the others the echo is recognised.
 */
export function createAnswerCollector(unitId: number, request: ModbusRequest, isEchoing: boolean | null): AnswerCollector {
  const sent = rtuFrame(unitId, request.kind === 'read' ? readRequestPdu(request.table, request.address, request.count) : writeRequestPdu(request.functionCode, request.address, request.values));
  const functionCode = sent[1] ?? 0;
  const wholeLength = request.kind === 'read' ? 5 + 2 * request.count : 8;
  let bytes = new Uint8Array(0);
  let isEchoed: boolean | null = null;

  const dropEcho = (): void => {
    if (isEchoed !== null || (functionCode === 6 && isEchoing !== true)) return;
    const length = Math.min(bytes.length, sent.length);
    for (let at = 0; at < length; at += 1) {
      if (bytes[at] === sent[at]) continue;
      isEchoed = false;
      return;
    }
    if (length < sent.length) return;
    isEchoed = true;
    bytes = bytes.slice(length);
  };

  /** Length of the answer that may begin here: 0 when none can. */
  const lengthAt = (at: number): number => {
    if (bytes[at] !== unitId) return 0;
    const code = bytes[at + 1];
    if (code === undefined || code === functionCode) return request.kind === 'read' && (bytes[at + 2] ?? 2 * request.count) !== 2 * request.count ? 0 : wholeLength;
    return code === (functionCode | 0x80) ? 5 : 0;
  };

  const find = (): FoundAnswer | null => {
    for (let at = 0; at + 5 <= bytes.length; at += 1) {
      const length = lengthAt(at);
      if (length === 0 || at + length > bytes.length) continue;
      const frame = bytes.slice(at, at + length);
      const rest = bytes.slice(at + length);
      const parsed = parseRtuResponse(frame);
      if (!parsed.ok || !answersRequest(request, parsed.value.content)) continue;
      bytes = bytes.slice(0, at);
      return { frame, answer: parsed.value.content, rest };
    }
    return null;
  };

  return {
    get isEchoed() {
      return isEchoed;
    },
    push(more) {
      const joined = new Uint8Array(bytes.length + more.length);
      joined.set(bytes);
      joined.set(more, bytes.length);
      bytes = joined.length > MOST_BYTES ? joined.slice(joined.length - MOST_BYTES) : joined;
      dropEcho();
      // As long as all that came may be the echo, an answer within it would be a part of our own words.
      const mayBeEcho = isEchoed === null && isEchoing !== false && functionCode !== 6;
      return mayBeEcho ? null : find();
    },
    judge() {
      const passed = classifyBytes(bytes, (at) => (lengthAt(at) > 0 ? unitId : null));
      bytes = new Uint8Array(0);
      return passed;
    },
  };
}

/**
 * What lies in bytes that answered nothing, frame after frame; where none begins, noise up to the next frame. `beginner` says at which
 * places an answer may begin, and whose.
 */
export function classifyBytes(bytes: Uint8Array, beginner: (at: number) => number | null = () => null): readonly PassedOver[] {
  const passed: PassedOver[] = [];
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    const length = rtuResponseLength(rest);
    const isWhole = length !== null && length <= rest.length;
    const parsed = isWhole ? parseRtuResponse(rest.subarray(0, length)) : null;
    const unitId = beginner(at);
    if (parsed?.ok === true && isWhole) {
      passed.push({ reason: unitId === parsed.value.unitId ? 'other-answer' : 'other-unit', unitId: parsed.value.unitId });
      at += length;
    } else if (unitId !== null) {
      passed.push({ reason: isWhole ? 'checksum' : 'short', unitId });
      at = bytes.length;
    } else {
      if (passed.at(-1)?.reason !== 'noise') passed.push({ reason: 'noise', unitId: null });
      at += 1;
    }
  }
  return passed;
}
