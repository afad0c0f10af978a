/**
 * Modbus messages without a socket: CRC, RTU and TCP frames, requests and answers of function codes 3, 4, 6 and 16, exceptions.
 * Sources: Modbus Application Protocol V1.1b3 (6.3, 6.4, 6.6, 6.12, 7), Modbus over Serial Line V1.02 (2.5.1, 6.2.2), Modbus
 * Messaging on TCP/IP V1.0b (3.1.3). A PDU is function code and data, without address and CRC.
 */
import { failure, success, type Result } from '../errors.ts';
import type { ModbusTable } from '../transport/modbus-bus.ts';

export const LONGEST_READ_REGISTERS = 125;
export const LONGEST_WRITE_REGISTERS = 123;
/** Serial line: 256 bytes with address and CRC. */
export const LONGEST_RTU_BYTES = 256;
/** MBAP header of 7 bytes and a PDU of at most 253. */
export const LONGEST_TCP_BYTES = 260;

export type ModbusRequest =
  | { readonly kind: 'read'; readonly table: ModbusTable; readonly address: number; readonly count: number }
  | { readonly kind: 'write'; readonly functionCode: 6 | 16; readonly address: number; readonly values: readonly number[] };

export type ModbusAnswer =
  | { readonly kind: 'words'; readonly table: ModbusTable; readonly words: readonly number[] }
  /** Function code 6 repeats its value, 16 the count of registers. */
  | { readonly kind: 'written'; readonly functionCode: 6; readonly address: number; readonly value: number }
  | { readonly kind: 'written'; readonly functionCode: 16; readonly address: number; readonly count: number }
  | { readonly kind: 'exception'; readonly functionCode: number; readonly exception: number };

export interface RtuMessage<Content> {
  readonly unitId: number;
  readonly pdu: Uint8Array;
  readonly content: Content;
}

export interface TcpMessage<Content> extends RtuMessage<Content> {
  readonly transactionId: number;
}

const READ_CODES: Readonly<Record<ModbusTable, number>> = { holding: 3, input: 4 };
const READ_TABLES: ReadonlyMap<number, ModbusTable> = new Map([
  [3, 'holding'],
  [4, 'input'],
]);
const EXCEPTION_BIT = 0x80;

/** Names of exception codes (Application Protocol, section 7). */
export const EXCEPTION_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'illegal function'],
  [2, 'illegal data address'],
  [3, 'illegal data value'],
  [4, 'server device failure'],
  [5, 'acknowledge'],
  [6, 'server device busy'],
  [8, 'memory parity error'],
  [10, 'gateway path unavailable'],
  [11, 'gateway target device failed to respond'],
]);

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16/Modbus over these bytes; on the wire its low byte goes first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

export function readRequestPdu(table: ModbusTable, address: number, count: number): Uint8Array {
  return Uint8Array.of(READ_CODES[table], ...wordBytes(address), ...wordBytes(count));
}

/** Function code 6 takes the first value only. */
export function writeRequestPdu(functionCode: 6 | 16, address: number, values: readonly number[]): Uint8Array {
  if (functionCode === 6) return Uint8Array.of(6, ...wordBytes(address), ...wordBytes(values[0] ?? 0));
  return Uint8Array.of(16, ...wordBytes(address), ...wordBytes(values.length), values.length * 2, ...values.flatMap(wordBytes));
}

export function readAnswerPdu(table: ModbusTable, words: readonly number[]): Uint8Array {
  return Uint8Array.of(READ_CODES[table], words.length * 2, ...words.flatMap(wordBytes));
}

export function writeAnswerPdu(functionCode: 6 | 16, address: number, values: readonly number[]): Uint8Array {
  return Uint8Array.of(functionCode, ...wordBytes(address), ...wordBytes(functionCode === 6 ? (values[0] ?? 0) : values.length));
}

export function exceptionPdu(functionCode: number, exception: number): Uint8Array {
  return Uint8Array.of(functionCode | EXCEPTION_BIT, exception);
}

export function rtuFrame(unitId: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unitId;
  frame.set(pdu, 1);
  const crc = crc16(frame.subarray(0, pdu.length + 1));
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >> 8;
  return frame;
}

export function tcpFrame(transactionId: number, unitId: number, pdu: Uint8Array): Uint8Array {
  return Uint8Array.of(...wordBytes(transactionId), 0, 0, ...wordBytes(pdu.length + 1), unitId, ...pdu);
}

/** A whole frame as a master sends it. Fails with `checksum`, or `unexpected-reply` and the reason. */
export function parseRtuRequest(frame: Uint8Array): Result<RtuMessage<ModbusRequest>> {
  return parseRtu(frame, parseRequestPdu);
}

/** A whole frame as a unit answers. Fails with `checksum`, or `unexpected-reply` and the reason. */
export function parseRtuResponse(frame: Uint8Array): Result<RtuMessage<ModbusAnswer>> {
  return parseRtu(frame, parseAnswerPdu);
}

export function parseTcpRequest(frame: Uint8Array): Result<TcpMessage<ModbusRequest>> {
  return parseTcp(frame, parseRequestPdu);
}

export function parseTcpResponse(frame: Uint8Array): Result<TcpMessage<ModbusAnswer>> {
  return parseTcp(frame, parseAnswerPdu);
}

export function parseRequestPdu(pdu: Uint8Array): Result<ModbusRequest> {
  const functionCode = pdu[0];
  if (functionCode === undefined) return refuse('empty');
  const table = READ_TABLES.get(functionCode);
  if (table !== undefined) {
    if (pdu.length !== 5) return refuseLength(functionCode, pdu.length, 5);
    const count = wordAt(pdu, 3);
    if (count < 1 || count > LONGEST_READ_REGISTERS) return refuse('count-out-of-range', { functionCode, count });
    return success({ kind: 'read', table, address: wordAt(pdu, 1), count });
  }
  if (functionCode === 6) {
    if (pdu.length !== 5) return refuseLength(functionCode, pdu.length, 5);
    return success({ kind: 'write', functionCode, address: wordAt(pdu, 1), values: [wordAt(pdu, 3)] });
  }
  return functionCode === 16 ? parseWriteMany(pdu) : refuse('unknown-function', { functionCode });
}

function parseWriteMany(pdu: Uint8Array): Result<ModbusRequest> {
  if (pdu.length < 6) return refuseLength(16, pdu.length, 6);
  const count = wordAt(pdu, 3);
  if (count < 1 || count > LONGEST_WRITE_REGISTERS) return refuse('count-out-of-range', { functionCode: 16, count });
  if (pdu[5] !== count * 2) return refuse('byte-count-contradicts-count', { functionCode: 16, count, byteCount: pdu[5] ?? null });
  if (pdu.length !== 6 + count * 2) return refuseLength(16, pdu.length, 6 + count * 2);
  return success({ kind: 'write', functionCode: 16, address: wordAt(pdu, 1), values: wordsFrom(pdu, 6) });
}

export function parseAnswerPdu(pdu: Uint8Array): Result<ModbusAnswer> {
  const functionCode = pdu[0];
  if (functionCode === undefined) return refuse('empty');
  if (functionCode >= EXCEPTION_BIT) {
    if (pdu.length !== 2) return refuseLength(functionCode, pdu.length, 2);
    return success({ kind: 'exception', functionCode: functionCode & ~EXCEPTION_BIT, exception: pdu[1] ?? 0 });
  }
  const table = READ_TABLES.get(functionCode);
  if (table !== undefined) return parseWords(table, pdu);
  if (functionCode !== 6 && functionCode !== 16) return refuse('unknown-function', { functionCode });
  if (pdu.length !== 5) return refuseLength(functionCode, pdu.length, 5);
  const [address, second] = [wordAt(pdu, 1), wordAt(pdu, 3)];
  return success(functionCode === 6 ? { kind: 'written', functionCode, address, value: second } : { kind: 'written', functionCode, address, count: second });
}

function parseWords(table: ModbusTable, pdu: Uint8Array): Result<ModbusAnswer> {
  const byteCount = pdu[1] ?? 0;
  if (byteCount === 0 || byteCount % 2 !== 0) return refuse('odd-byte-count', { functionCode: READ_CODES[table], byteCount });
  if (pdu.length !== 2 + byteCount) return refuseLength(READ_CODES[table], pdu.length, 2 + byteCount);
  return success({ kind: 'words', table, words: wordsFrom(pdu, 2) });
}

/**
 * Whether an answer can be one to this request: function, table, count and address. An exception fits any request of its function
 * code. The unit id is the caller's to compare. On a serial line a late answer to another read of equal length fits as well.
 */
export function answersRequest(request: ModbusRequest, answer: ModbusAnswer): boolean {
  const functionCode = request.kind === 'read' ? READ_CODES[request.table] : request.functionCode;
  if (answer.kind === 'exception') return answer.functionCode === functionCode;
  if (request.kind === 'read') return answer.kind === 'words' && answer.table === request.table && answer.words.length === request.count;
  if (answer.kind !== 'written' || answer.functionCode !== functionCode || answer.address !== request.address) return false;
  return answer.functionCode === 6 ? answer.value === request.values[0] : answer.count === request.values.length;
}

/** Bytes of the RTU request that begins here, CRC included; null until enough has come to tell, or where the function is unknown. */
export function rtuRequestLength(bytes: Uint8Array): number | null {
  const functionCode = bytes[1];
  if (functionCode === undefined) return null;
  if (functionCode === 16) return bytes[6] === undefined ? null : 9 + bytes[6];
  return functionCode === 6 || READ_TABLES.has(functionCode) ? 8 : null;
}

/** Bytes of the RTU answer that begins here, CRC included; null until enough has come to tell, or where the function is unknown. */
export function rtuResponseLength(bytes: Uint8Array): number | null {
  const functionCode = bytes[1];
  if (functionCode === undefined) return null;
  if (functionCode >= EXCEPTION_BIT) return 5;
  if (READ_TABLES.has(functionCode)) return bytes[2] === undefined ? null : 5 + bytes[2];
  return functionCode === 6 || functionCode === 16 ? 8 : null;
}

/** Bytes of the Modbus TCP frame that begins here; null until its header is there. */
export function tcpFrameLength(bytes: Uint8Array): number | null {
  return bytes.length < 6 ? null : 6 + wordAt(bytes, 4);
}

function parseRtu<Content>(frame: Uint8Array, parse: (pdu: Uint8Array) => Result<Content>): Result<RtuMessage<Content>> {
  if (frame.length < 4) return refuse('too-short', { bytes: frame.length, least: 4 });
  if (frame.length > LONGEST_RTU_BYTES) return refuse('too-long', { bytes: frame.length, most: LONGEST_RTU_BYTES });
  const end = frame.length - 2;
  const received = (frame[end] ?? 0) | ((frame[end + 1] ?? 0) << 8);
  const computed = crc16(frame.subarray(0, end));
  if (received !== computed) return failure('checksum', { received: hexWord(received), computed: hexWord(computed) });
  return messageOf(frame[0] ?? 0, frame.slice(1, end), parse);
}

function parseTcp<Content>(frame: Uint8Array, parse: (pdu: Uint8Array) => Result<Content>): Result<TcpMessage<Content>> {
  if (frame.length < 8) return refuse('too-short', { bytes: frame.length, least: 8 });
  if (frame.length > LONGEST_TCP_BYTES) return refuse('too-long', { bytes: frame.length, most: LONGEST_TCP_BYTES });
  if (wordAt(frame, 2) !== 0) return refuse('not-modbus', { protocol: wordAt(frame, 2) });
  if (wordAt(frame, 4) !== frame.length - 6) return refuse('wrong-length', { bytes: frame.length, expected: wordAt(frame, 4) + 6 });
  const message = messageOf(frame[6] ?? 0, frame.slice(7), parse);
  return message.ok ? success({ ...message.value, transactionId: wordAt(frame, 0) }) : message;
}

function messageOf<Content>(unitId: number, pdu: Uint8Array, parse: (pdu: Uint8Array) => Result<Content>): Result<RtuMessage<Content>> {
  const content = parse(pdu);
  if (content.ok) return success({ unitId, pdu, content: content.value });
  return failure(content.error.code, { unitId, ...content.error.context });
}

function refuse(reason: string, context: Readonly<Record<string, string | number | null>> = {}): Result<never> {
  return failure('unexpected-reply', { reason, ...context });
}

function refuseLength(functionCode: number, bytes: number, expected: number): Result<never> {
  return refuse('wrong-length', { functionCode, bytes, expected });
}

function wordBytes(word: number): [number, number] {
  return [(word >> 8) & 0xff, word & 0xff];
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function wordsFrom(bytes: Uint8Array, offset: number): readonly number[] {
  return Array.from({ length: (bytes.length - offset) >> 1 }, (_, index) => wordAt(bytes, offset + 2 * index));
}

function hexWord(word: number): string {
  return word.toString(16).padStart(4, '0');
}
