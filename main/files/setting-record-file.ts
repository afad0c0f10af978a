import { closeSync, existsSync, fdatasyncSync, ftruncateSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChargebenchError } from '../../core/errors.ts';
import { checkFileFormat } from '../../core/site/file-gate.ts';
import { createSettingRecord, parseSettingRow, type SettingRecord, type SettingRow } from '../../core/drivers/setting-record.ts';

const FORMAT = { format: 'chargebench-setting-writes', version: 1 } as const;

export interface SettingRecordFile extends SettingRecord {
  close(): void;
}

/**
 * Opens the record of setting writes of a project, or begins one; every row is on the disk before its promise resolves. A last line
 * that a power cut left half is cut off: its write had not begun. Throws `invalid-file` naming the line, `newer-version`, `not-writable`.
 */
export function openSettingRecordFile(path: string, wallMs: () => number): SettingRecordFile {
  const { rows, wholeBytes } = readRows(path);
  const file = openForAppending(path, wholeBytes);
  const put = (line: unknown): void => {
    try {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fdatasyncSync(file);
    } catch (error) {
      throw notWritable(path, error);
    }
  };
  if (wholeBytes === 0) put(FORMAT);
  const store = {
    append: (row: SettingRow): Promise<void> =>
      new Promise((resolve) => {
        put(row);
        resolve();
      }),
  };
  return {
    ...createSettingRecord(rows, store, wallMs),
    close() {
      closeSync(file);
    },
  };
}

function readRows(path: string): { readonly rows: readonly SettingRow[]; readonly wholeBytes: number } {
  if (!existsSync(path)) return { rows: [], wholeBytes: 0 };
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [head, ...lines] = whole.split('\n').slice(0, -1);
  if (head === undefined) return { rows: [], wholeBytes: 0 };
  const format = checkFileFormat(parsed(path, 1, head), FORMAT);
  if (!format.ok) throw new ChargebenchError(format.error.code, { file: path, ...format.error.context });
  const rows = lines.map((line, index) => {
    const row = parseSettingRow(parsed(path, index + 2, line));
    if (!row.ok) throw new ChargebenchError(row.error.code, { file: path, line: index + 2, ...row.error.context });
    return row.value;
  });
  return { rows, wholeBytes: Buffer.byteLength(whole) };
}

function parsed(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ChargebenchError('invalid-file', { file: path, line, rule: 'not-json' });
  }
}

function openForAppending(path: string, wholeBytes: number): number {
  try {
    const isNew = !existsSync(path);
    const file = openSync(path, 'a', 0o600);
    ftruncateSync(file, wholeBytes);
    // A new file is there after a power cut only once its folder says so.
    if (isNew && process.platform !== 'win32') syncFolder(dirname(path));
    return file;
  } catch (error) {
    throw notWritable(path, error);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function notWritable(path: string, error: unknown): ChargebenchError {
  const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new ChargebenchError('not-writable', { path, cause }, { cause: error });
}
