import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, readSync, closeSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError } from '../core/errors.ts';
import type { RecordingHead, RecordingPart } from '../core/host-api/contract.ts';

/** Recordings that a person picks for scenarios of his own, beside their files. */
export interface OwnRecordings {
  /** One part after the other; the path for the scenario with the last one, else null. Throws `not-writable`, `invalid-argument`. */
  keep(part: RecordingPart): string | null;
  /** The beginning of one that lies there. Throws `not-found`. */
  headOf(file: string): RecordingHead;
}

const LARGEST_BYTES = 50_000_000;
const HEAD_BYTES = 4096;
const SAFE_PATH = /^(?!.*(^|\/)\.\.?(\/|$))[^/\\:][^\\:]*$/;

export function openOwnRecordings(folder: string): OwnRecordings {
  const growing = join(folder, '.recording.part');
  return {
    keep({ name, text, isFirst, isLast }) {
      try {
        mkdirSync(folder, { recursive: true });
        if (isFirst) writeFileSync(growing, text);
        else appendFileSync(growing, text);
        if (statSync(growing).size > LARGEST_BYTES) {
          rmSync(growing, { force: true });
          throw new ChargebenchError('invalid-argument', { path: 'text', rule: 'recording-too-large', message: `a recording of at most ${LARGEST_BYTES / 1_000_000} MB` });
        }
        return isLast ? settle(folder, growing, fileName(name)) : null;
      } catch (error) {
        if (error instanceof ChargebenchError) throw error;
        throw new ChargebenchError('not-writable', { file: join(folder, fileName(name)), cause: String((error as NodeJS.ErrnoException).code) }, { cause: error });
      }
    },
    headOf(file) {
      const path = join(folder, file);
      if (!SAFE_PATH.test(file) || !existsSync(path)) throw new ChargebenchError('not-found', { file, what: 'recording' });
      return { text: beginningOf(path), bytes: statSync(path).size };
    },
  };
}

/** A name that every system takes, and that no scenario file has. */
function fileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '').slice(-80);
  return /\.(csv|tsv|txt)$/i.test(safe) ? safe : `${safe === '' ? 'recording' : safe}.csv`;
}

/** Under its name, or the next free one where that is another recording. */
function settle(folder: string, growing: string, name: string): string {
  const text = readFileSync(growing);
  const dot = name.lastIndexOf('.');
  for (let count = 1; ; count += 1) {
    const file = count === 1 ? name : `${name.slice(0, dot)}-${count}${name.slice(dot)}`;
    const path = join(folder, file);
    if (existsSync(path)) {
      if (!readFileSync(path).equals(text)) continue;
      rmSync(growing);
    } else renameSync(growing, path);
    return file;
  }
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(file, bytes, 0, HEAD_BYTES, 0)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
