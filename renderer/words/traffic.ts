/** Frames as sentences: what was asked, what was told, and what is wrong with a frame. */
import type { ReadField } from '../../core/commissioning/traffic/traffic-frame.ts';
import type { TrafficEntry } from '../../core/host-api/bench-devices.ts';
import { capitalized } from './names.ts';
import { asText, decimal, THIN } from './numbers.ts';

const PHASE_TAIL = /^(.*?) (?:phase |l)([123])$/;

export interface MeaningPart {
  readonly name: string;
  readonly values: string;
}

const DECIMALS: Readonly<Record<string, number>> = { A: 1, V: 1, W: 0, s: 0 };

function digitsOf(value: number, unit: string | null): string {
  if (unit === 'Wh') return decimal(value / 1000, 2);
  const known = unit === null ? undefined : DECIMALS[unit];
  return decimal(value, known ?? (Number.isInteger(value) ? 0 : 2));
}

const shownUnit = (unit: string | null): string => (unit === 'Wh' ? 'kWh' : (unit ?? ''));

/** Value and unit; energy in kWh. */
export function fieldValue({ value, unit }: Pick<ReadField, 'value' | 'unit'>): string {
  if (value === null) return 'no value';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return asText({ value: digitsOf(value, unit), unit: shownUnit(unit) });
}

/** Phases of one quantity stand together: "Current 4.1, 13.0, 6.2 A". */
export function meaningParts(fields: readonly ReadField[]): readonly MeaningPart[] {
  const byName = new Map<string, ReadField[]>();
  for (const field of fields) {
    const name = PHASE_TAIL.exec(field.name)?.[1] ?? field.name;
    byName.set(name, [...(byName.get(name) ?? []), field]);
  }
  return [...byName].map(([name, held]) => {
    const unit = held[0]?.unit ?? null;
    if (held.length === 1 || unit === null) return { name: capitalized(name), values: held.map(fieldValue).join(', ') };
    const values = held.map(({ value }) => (typeof value === 'number' ? digitsOf(value, unit) : fieldValue({ value, unit }))).join(', ');
    return { name: capitalized(name), values: `${values}${THIN}${shownUnit(unit)}` };
  });
}

const READ = /^read (input|holding) (0x[0-9A-F]+) x (\d+)$/;
const TOLD = /^(input|holding) x (\d+)$/;
const WRITTEN = /^written (0x[0-9A-F]+)$/;
const WRITE = /^write (0x[0-9A-F]+)(?: = (\d+)| x (\d+))$/;

/** What a frame asks or tells where no field of it has a name. */
export function titleText(title: string): string {
  const read = READ.exec(title);
  if (read !== null) return `Read ${read[3] ?? ''} ${read[1] ?? ''} ${read[3] === '1' ? 'register' : 'registers'} from ${read[2] ?? ''}`;
  const write = WRITE.exec(title);
  if (write !== null) return write[2] === undefined ? `Write ${write[3] ?? ''} registers from ${write[1] ?? ''}` : `Write ${write[2]} to ${write[1] ?? ''}`;
  const told = TOLD.exec(title);
  if (told !== null) return `${told[2] ?? ''} ${told[1] ?? ''} ${told[2] === '1' ? 'register' : 'registers'}`;
  const written = WRITTEN.exec(title);
  if (written !== null) return `Confirms what was written from ${written[1] ?? ''}`;
  return title.startsWith('$') ? title : capitalized(title);
}

const EXCEPTIONS: Readonly<Record<string, string>> = {
  '1': 'does not know this function',
  '2': 'has no such register',
  '3': 'does not take this value or number',
  '4': 'failed while doing it',
  '5': 'needs longer',
  '6': 'is busy',
  '10': 'gateway finds no way there',
  '11': 'gateway gets no answer from it',
};

const FAULTS: Readonly<Record<string, string>> = {
  checksum: 'Checksum wrong, not used',
  unexpected: 'Late or not asked, thrown away',
  'no frame': 'Bytes that are no frame',
  refused: 'Refused by the device',
};

export function faultText(fault: string): string {
  const exception = /^exception (\d+)$/.exec(fault)?.[1];
  if (exception !== undefined) return `Refused: ${EXCEPTIONS[exception] ?? `exception ${exception}`}`;
  return FAULTS[fault] ?? capitalized(fault.replaceAll('-', ' '));
}

/** For search and for a screen reader: the whole row in words. */
export function entryText(entry: TrafficEntry): string {
  const parts = meaningParts(entry.fields).map(({ name, values }) => `${name} ${values}`);
  const meaning = parts.length === 0 ? titleText(entry.title) : parts.join(', ');
  return [entry.fault === null ? '' : faultText(entry.fault), meaning, entry.unitId === null ? '' : `unit ${entry.unitId}`].filter((text) => text !== '').join(', ');
}

/** "12:41:21.031" on the site's clock. */
export function frameTime(wallMs: number, clock: (wallMs: number) => string): string {
  return `${clock(wallMs)}.${String(Math.floor(((wallMs % 1000) + 1000) % 1000)).padStart(3, '0')}`;
}
