/** A frame taken apart for the eye: which bytes say what. Decoded values come with the frame; here they only get their bytes. */
import type { ReadField } from '../../../core/commissioning/traffic/traffic-frame.ts';
import type { TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import { fieldValue } from '../../words/traffic.ts';

export interface FramePart {
  /** As they crossed the wire: hex, or text where the protocol is one. */
  readonly bytes: string;
  readonly meaning: string;
  /** `value` carries something that was measured or set; `sound` and `broken` are the checksum. */
  readonly kind: 'plain' | 'value' | 'sound' | 'broken';
  /** Register, command or code of the field; null for what belongs to the frame alone. */
  readonly place: string | null;
}

const FUNCTIONS: Readonly<Record<number, string>> = { 3: 'holding registers', 4: 'input registers', 6: 'write one', 16: 'write several' };
const EXCEPTION_BIT = 0x80;

/** Registers that were asked for, by the newest question to this unit before the answer; null where it was not heard. */
export function askedBefore(entry: TrafficEntry, all: readonly TrafficEntry[]): number | null {
  const at = all.findIndex(({ id }) => id === entry.id);
  const question = all.slice(0, at < 0 ? all.length : at).findLast(({ unitId, title }) => unitId === entry.unitId && title.startsWith('read '));
  const address = /0x([0-9A-F]+)/.exec(question?.title ?? '')?.[1];
  return address === undefined ? null : Number.parseInt(address, 16);
}

/** Empty for a frame whose bytes were not kept. */
export function framePartsOf(entry: TrafficEntry, askedAddress: number | null): readonly FramePart[] {
  if (entry.hex === '') return [];
  if (entry.protocol === 'p1') return telegramParts(entry);
  const bytes = entry.hex.split(' ');
  if (entry.protocol === 'rapi') return rapiParts(entry, bytes);
  if (entry.fault === 'no frame') return [plain(bytes, 'no frame')];
  return entry.protocol === 'modbus-tcp' ? tcpParts(entry, bytes, askedAddress) : rtuParts(entry, bytes, askedAddress);
}

const plain = (bytes: readonly string[], meaning: string): FramePart => ({ bytes: bytes.join(' '), meaning, kind: 'plain', place: null });

function numberIn(bytes: readonly string[]): number {
  return Number.parseInt(bytes.join(''), 16);
}

function rtuParts(entry: TrafficEntry, bytes: readonly string[], askedAddress: number | null): readonly FramePart[] {
  if (bytes.length < 4) return [plain(bytes, 'too short for a frame')];
  const isBroken = entry.fault === 'checksum';
  const crc: FramePart = { bytes: bytes.slice(-2).join(' '), meaning: isBroken ? 'checksum wrong' : 'checksum right', kind: isBroken ? 'broken' : 'sound', place: null };
  return [plain(bytes.slice(0, 1), `unit ${numberIn(bytes.slice(0, 1))}`), ...pduParts(entry, bytes.slice(1, -2), askedAddress), crc];
}

/** MBAP header: number of the question, protocol, length, unit (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
function tcpParts(entry: TrafficEntry, bytes: readonly string[], askedAddress: number | null): readonly FramePart[] {
  if (bytes.length < 8) return [plain(bytes, 'too short for a frame')];
  return [
    plain(bytes.slice(0, 2), `question ${numberIn(bytes.slice(0, 2))}`),
    plain(bytes.slice(2, 4), 'Modbus'),
    plain(bytes.slice(4, 6), `${numberIn(bytes.slice(4, 6))} bytes follow`),
    plain(bytes.slice(6, 7), `unit ${numberIn(bytes.slice(6, 7))}`),
    ...pduParts(entry, bytes.slice(7), askedAddress),
  ];
}

function pduParts(entry: TrafficEntry, pdu: readonly string[], askedAddress: number | null): readonly FramePart[] {
  const [head, ...rest] = pdu;
  if (head === undefined) return [];
  const code = Number.parseInt(head, 16);
  if ((code & EXCEPTION_BIT) !== 0) {
    return [plain([head], `refuses ${FUNCTIONS[code & ~EXCEPTION_BIT] ?? `function ${code & ~EXCEPTION_BIT}`}`), plain(rest, entry.title)];
  }
  const first = plain([head], FUNCTIONS[code] ?? `function ${code}`);
  const isAnswer = entry.direction === 'in' && !/^(read|write) /.test(entry.title);
  if ((code === 3 || code === 4) && isAnswer) {
    const [count = '', ...data] = rest;
    return [first, plain([count], `${numberIn([count])} bytes`), ...dataParts(data, entry.fields, entry.fault === 'checksum' ? null : askedAddress)];
  }
  const address = plain(rest.slice(0, 2), `from 0x${rest.slice(0, 2).join('')}`);
  if (code === 6) return [first, address, ...dataParts(rest.slice(2), entry.fields, numberIn(rest.slice(0, 2)))];
  const count = plain(rest.slice(2, 4), `${numberIn(rest.slice(2, 4))} registers`);
  if (code !== 16 || isAnswer || rest.length < 6) return [first, address, count];
  return [first, address, count, plain(rest.slice(4, 5), `${numberIn(rest.slice(4, 5))} bytes`), ...dataParts(rest.slice(5), entry.fields, numberIn(rest.slice(0, 2)))];
}

/** Bytes of each named field: from its register to the next one's; what no field names stays by itself. */
function dataParts(data: readonly string[], fields: readonly ReadField[], startAddress: number | null): readonly FramePart[] {
  const placed = fields.flatMap((field) => {
    const address = /0x([0-9A-F]+)/.exec(field.place)?.[1];
    return address === undefined || startAddress === null ? [] : [{ field, at: (Number.parseInt(address, 16) - startAddress) * 2 }];
  });
  const inside = placed.filter(({ at }) => at >= 0 && at < data.length).toSorted((a, b) => a.at - b.at);
  if (inside.length === 0) return data.length === 0 ? [] : [plain(data, 'values')];
  const parts: FramePart[] = [];
  let at = 0;
  for (const [index, { field, at: from }] of inside.entries()) {
    if (from < at) continue;
    if (from > at) parts.push(plain(data.slice(at, from), 'not named'));
    const next = inside[index + 1]?.at ?? data.length;
    const end = Math.min(next, from + widthOf(inside, index, data.length), data.length);
    parts.push({ bytes: data.slice(from, end).join(' '), meaning: `${field.name} ${fieldValue(field)}`, kind: 'value', place: field.place });
    at = end;
  }
  if (at < data.length) parts.push(plain(data.slice(at), 'not named'));
  return parts;
}

/** A field is as wide as the gap to its neighbour of the same quantity; at most four registers. */
function widthOf(inside: readonly { readonly field: ReadField; readonly at: number }[], index: number, length: number): number {
  const name = (at: number): string | undefined => inside[at]?.field.name.replace(/\d+$/, '');
  const gap = (from: number, to: number): number | null => (name(from) !== undefined && name(from) === name(to) ? Math.abs((inside[to]?.at ?? 0) - (inside[from]?.at ?? 0)) : null);
  const own = inside[index]?.at ?? 0;
  return gap(index, index + 1) ?? gap(index - 1, index) ?? Math.min((inside[index + 1]?.at ?? length) - own, 8);
}

const CARRIAGE_RETURN = '0D';

/** Command or answer, its arguments, sequence id, checksum: $SC 16 V^35 (OpenEVSE RAPI). */
function rapiParts(entry: TrafficEntry, bytes: readonly string[]): readonly FramePart[] {
  const text = bytes.filter((byte) => byte !== CARRIAGE_RETURN).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join('');
  const [content = '', checksum] = text.split('^');
  const [command = '', ...tokens] = content.split(' ');
  const isBroken = entry.fault === 'checksum';
  return [
    { bytes: command, meaning: entry.direction === 'out' ? 'command' : 'answer', kind: 'plain', place: null },
    ...tokens.map((token, index): FramePart => ({ bytes: token, meaning: token.startsWith(':') ? 'sequence id' : `value ${index + 1}`, kind: token.startsWith(':') ? 'plain' : 'value', place: null })),
    ...(checksum === undefined ? [] : [{ bytes: `^${checksum}`, meaning: isBroken ? 'checksum wrong' : 'checksum right', kind: isBroken ? 'broken' : 'sound', place: null } satisfies FramePart]),
  ];
}

/** One line of a telegram each, with the value that was taken from it. */
function telegramParts(entry: TrafficEntry): readonly FramePart[] {
  const isBroken = entry.fault !== null;
  return entry.hex
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line): FramePart => {
      if (line.startsWith('/')) return { bytes: line, meaning: 'identification', kind: 'plain', place: null };
      if (line.startsWith('!')) return { bytes: line, meaning: line.length === 1 ? 'end, no checksum' : isBroken ? 'checksum wrong' : 'checksum right', kind: isBroken ? 'broken' : 'sound', place: null };
      const field = entry.fields.find(({ place }) => line.startsWith(`${place}(`));
      return { bytes: line, meaning: field === undefined ? 'not used' : `${field.name} ${fieldValue(field)}`, kind: field === undefined ? 'plain' : 'value', place: field?.place ?? null };
    });
}
