/**
 * Every write to a stored setting of a device: what was there, what was written, and why. It stands on the disk before the device is
 * told, so that what a program was in the middle of when it died can be put back (rows of a file that only grows).
 */
import { z } from 'zod';
import type { Failure, Result } from '../errors.ts';
import { parsePart } from '../site/file-gate.ts';

const settingValue = z.union([z.string(), z.number(), z.boolean()]);
export type SettingValue = z.output<typeof settingValue>;

const writeSchema = z.strictObject({
  /** Grows by one with each write. */
  id: z.number().int().min(1),
  deviceId: z.string().min(1),
  key: z.string().min(1),
  oldValue: settingValue,
  newValue: settingValue,
  /** In the words of whoever asked for it. */
  reason: z.string().min(1).max(200),
  /** To be put back when what it was for is over, or was cut off. */
  isTemporary: z.boolean(),
  /** UTC. */
  wallMs: z.number(),
});

const rowSchema = z.discriminatedUnion('row', [
  z.strictObject({ row: z.literal('begin'), write: writeSchema }),
  /** What the device said afterwards; null where it said nothing. */
  z.strictObject({ row: z.literal('end'), id: z.number().int(), readBack: settingValue.nullable(), wallMs: z.number() }),
  z.strictObject({ row: z.literal('restored'), id: z.number().int(), wallMs: z.number() }),
]);

export type SettingWrite = z.output<typeof writeSchema>;
export type SettingRow = z.output<typeof rowSchema>;

/** `begun`: nobody knows whether the device has heard of it. `kept`: the device has it, and was meant to. */
export type WriteState = 'begun' | 'temporary' | 'kept' | 'refused' | 'restored';

export interface RecordedWrite extends SettingWrite {
  readonly state: WriteState;
}

/** One row of the file, as parsed JSON. Fails with `invalid-file`. */
export function parseSettingRow(row: unknown): Result<SettingRow> {
  return parsePart(rowSchema, row, []);
}

/** What the rows come to, in their order. Rows about writes that never began are left out. */
export function recordedWrites(rows: readonly SettingRow[]): readonly RecordedWrite[] {
  const writes = new Map<number, RecordedWrite>();
  for (const row of rows) {
    if (row.row === 'begin') writes.set(row.write.id, { ...row.write, state: 'begun' });
    else {
      const write = writes.get(row.id);
      if (write !== undefined) writes.set(row.id, { ...write, state: row.row === 'restored' ? 'restored' : stateAfter(write, row.readBack) });
    }
  }
  return [...writes.values()];
}

/** A device that shows the old value has not taken the new one: there is nothing to put back. */
function stateAfter({ newValue, oldValue, isTemporary }: SettingWrite, readBack: SettingValue | null): WriteState {
  if (readBack === null) return 'begun';
  if (readBack === oldValue && readBack !== newValue) return 'refused';
  return isTemporary ? 'temporary' : 'kept';
}

/** What has to be put back, the newest write first: what was meant for a while, and what was cut off in the middle. */
export function openWrites(writes: readonly RecordedWrite[]): readonly RecordedWrite[] {
  return writes.filter(({ state }) => state === 'begun' || state === 'temporary').reverse();
}

/** Where the rows go. `begin` resolves once its row would outlast a loss of power; it throws `not-writable`, and then nothing may be written to the device. */
export interface SettingRecord {
  begin(write: Omit<SettingWrite, 'id'>): Promise<number>;
  end(id: number, readBack: SettingValue | null): Promise<void>;
  restored(id: number): Promise<void>;
  writes(): readonly RecordedWrite[];
}

export interface RowStore {
  /** Resolves once the row is safe. */
  append(row: SettingRow): Promise<void>;
}

/** `rows`: those of earlier lives of the program. */
export function createSettingRecord(rows: readonly SettingRow[], store: RowStore, wallMs: () => number): SettingRecord {
  const all = [...rows];
  let lastId = Math.max(0, ...all.map((row) => (row.row === 'begin' ? row.write.id : 0)));
  const append = async (row: SettingRow): Promise<void> => {
    await store.append(row);
    all.push(row);
  };
  return {
    async begin(write) {
      lastId += 1;
      const id = lastId;
      await append({ row: 'begin', write: { ...write, id } });
      return id;
    },
    end: (id, readBack) => append({ row: 'end', id, readBack, wallMs: wallMs() }),
    restored: (id) => append({ row: 'restored', id, wallMs: wallMs() }),
    writes: () => recordedWrites(all),
  };
}

/** Kept for as long as the program lives: for simulated devices, which forget with it. */
export function createMemorySettingRecord(wallMs: () => number): SettingRecord {
  return createSettingRecord([], { append: () => Promise.resolve() }, wallMs);
}

export interface RestoreOutcome {
  readonly write: RecordedWrite;
  /** null where it was put back. */
  readonly failure: Failure | null;
}

export type PutBack = (write: RecordedWrite) => Promise<Result<unknown>>;

/**
 * Puts back what is open, backwards, one after the other. What cannot be put back now stays open, and so does everything older on
 * the same device: a later value must not be overwritten by an earlier write's.
 */
export async function restoreSettings(record: SettingRecord, putBack: PutBack): Promise<readonly RestoreOutcome[]> {
  const outcomes: RestoreOutcome[] = [];
  const stuck = new Set<string>();
  for (const write of openWrites(record.writes())) {
    if (stuck.has(write.deviceId)) {
      outcomes.push({ write, failure: { code: 'cancelled', context: { device: write.deviceId, setting: write.key, after: 'a later write could not be put back' } } });
      continue;
    }
    const result = await putBack(write);
    if (result.ok) await record.restored(write.id);
    else stuck.add(write.deviceId);
    outcomes.push({ write, failure: result.ok ? null : result.error });
  }
  return outcomes;
}
