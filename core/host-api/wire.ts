/**
 * How the contract crosses a web socket. Calls, answers and small events are JSON texts; `runColumns` is one binary
 * message, because a day of columns as JSON would be ten times as large and block both ends while it is parsed.
 *
 * Binary layout, little-endian: uint32 length of the header in bytes · header (UTF-8 JSON: `WireColumnsHeader`) ·
 * zeros up to a multiple of 8 · Float64 timeS × rows · Float32 × rows for each column in the order of the header.
 */
import { ChargebenchError, failureOf, type Result } from '../errors.ts';
import type { Column, RunColumns } from '../runs/columns.ts';
import { CALLS, EVENTS, type CallName, type EventName, type HostEvents } from './contract.ts';

export interface WireCall {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

export interface WireAnswer {
  readonly id: number;
  readonly result: Result<unknown>;
}

export type WireEventName = Exclude<EventName, 'runColumns'>;
export type WireEvent = { readonly [Name in WireEventName]: { readonly event: Name; readonly data: HostEvents[Name] } }[WireEventName];

interface WireColumnsHeader {
  readonly event: 'runColumns';
  readonly runId: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

const TIME_BYTES = Float64Array.BYTES_PER_ELEMENT;
const VALUE_BYTES = Float32Array.BYTES_PER_ELEMENT;
const LENGTH_BYTES = 4;

const alignUp = (bytes: number): number => Math.ceil(bytes / TIME_BYTES) * TIME_BYTES;

/** Throws `invalid-argument` when a column has not as many values as there are times. */
export function encodeRunColumns(event: HostEvents['runColumns']): Uint8Array<ArrayBuffer> {
  const { timeS, columns } = event.columns;
  const rows = timeS.length;
  for (const { column, values } of columns) {
    if (values.length === rows) continue;
    throw new ChargebenchError('invalid-argument', { path: `columns/${column.kind}`, expected: rows, found: values.length });
  }
  const header: WireColumnsHeader = { event: 'runColumns', runId: event.runId, rows, columns: columns.map(({ column }) => column) };
  const headerBytes = utf8Bytes(JSON.stringify(header));
  const timesAt = alignUp(LENGTH_BYTES + headerBytes.length);
  const bytes = new Uint8Array(timesAt + rows * (TIME_BYTES + columns.length * VALUE_BYTES));
  new DataView(bytes.buffer).setUint32(0, headerBytes.length, true);
  bytes.set(headerBytes, LENGTH_BYTES);
  new Float64Array(bytes.buffer, timesAt, rows).set(timeS);
  columns.forEach(({ values }, index) => {
    new Float32Array(bytes.buffer, timesAt + rows * (TIME_BYTES + index * VALUE_BYTES), rows).set(values);
  });
  return bytes;
}

/**
 * The arrays of the answer lie in `message` where its start is a multiple of 8, else in a copy. Throws
 * `unexpected-reply` for anything that `encodeRunColumns` would not have written.
 */
export function decodeRunColumns(message: ArrayBuffer | Uint8Array<ArrayBuffer>): HostEvents['runColumns'] {
  const given = message instanceof Uint8Array ? message : new Uint8Array(message);
  const bytes = given.byteOffset % TIME_BYTES === 0 ? given : given.slice();
  const { header, timesAt } = readHeader(bytes);
  const { rows } = header;
  const expected = timesAt + rows * (TIME_BYTES + header.columns.length * VALUE_BYTES);
  if (bytes.length !== expected) throw refused('length', { expected, found: bytes.length });
  const { buffer, byteOffset } = bytes;
  const columns: RunColumns['columns'] = header.columns.map((column, index) => ({
    column,
    values: new Float32Array(buffer, byteOffset + timesAt + rows * (TIME_BYTES + index * VALUE_BYTES), rows),
  }));
  return { runId: header.runId, columns: { timeS: new Float64Array(buffer, byteOffset + timesAt, rows), columns } };
}

function readHeader(bytes: Uint8Array<ArrayBuffer>): { readonly header: WireColumnsHeader; readonly timesAt: number } {
  if (bytes.length < LENGTH_BYTES) throw refused('length', { found: bytes.length });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (LENGTH_BYTES + length > bytes.length) throw refused('header length', { found: length });
  const header = parseJson(utf8Text(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)));
  if (!isColumnsHeader(header)) throw refused('header', {});
  return { header, timesAt: alignUp(LENGTH_BYTES + length) };
}

function isColumnsHeader(value: unknown): value is WireColumnsHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { event, runId, rows, columns } = value as Record<string, unknown>;
  const isCount = typeof rows === 'number' && Number.isInteger(rows) && rows >= 0;
  return event === 'runColumns' && typeof runId === 'string' && isCount && Array.isArray(columns);
}

/** What a host sends as text: the answer to a call, or an event. Throws `unexpected-reply` for anything else. */
export function parseHostText(text: string): WireAnswer | WireEvent {
  const message = parseJson(text);
  if (typeof message !== 'object' || message === null) throw refused('message', {});
  const { id, result, event } = message as Record<string, unknown>;
  if (typeof id === 'number' && typeof result === 'object' && result !== null) return message as WireAnswer;
  if (event !== 'runColumns' && EVENTS.some((known) => known === event)) return message as WireEvent;
  throw refused('message', { event: typeof event === 'string' ? event : null });
}

/** What a screen sends. Arguments are not looked at here: `CALL_ARGUMENTS` judges them. */
export function parseScreenText(text: string): WireCall {
  const message = parseJson(text);
  if (typeof message !== 'object' || message === null) throw refused('message', {});
  const { id, call, args } = message as Record<string, unknown>;
  const known = CALLS.find((name) => name === call);
  if (typeof id !== 'number' || !Array.isArray(args)) throw refused('message', {});
  if (known === undefined) throw new ChargebenchError('not-supported', { call: typeof call === 'string' ? call : null });
  return { id, call: known, args };
}

function refused(what: string, context: Readonly<Record<string, string | number | null>>): ChargebenchError {
  return new ChargebenchError('unexpected-reply', { link: 'screen', what, ...context });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw refused('json', { message: String(failureOf(thrown).context.message) });
  }
}

/** The language itself has no text encoder; percent-encoding is its UTF-8. */
function utf8Bytes(text: string): Uint8Array {
  const encoded = encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(encoded, (char) => char.charCodeAt(0));
}

function utf8Text(bytes: Uint8Array): string {
  let encoded = '';
  for (const byte of bytes) encoded += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw refused('utf-8', {});
  }
}
