import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';

export interface JournalFile {
  readonly path: string;
  /** Gives one line to the system; never throws. */
  append(line: string): void;
  /** Waits until everything appended so far is on the disk. */
  readonly close: () => void;
}

export interface JournalOptions {
  readonly path: string;
  /** Told once, when the disk takes no more; what runs goes on without a journal. */
  readonly onFailure: (failure: Failure) => void;
  readonly syncEveryMs?: number;
}

/**
 * Begins a new journal. Every line is with the system when `append` returns (a few microseconds), so that a killed
 * program loses none; it is synced to the disk once a second in the background, so that a power cut loses one second.
 * Throws `not-writable`, also where the file exists: a journal is never overwritten.
 */
export function createJournalFile({ path, onFailure, syncEveryMs = 1000 }: JournalOptions): JournalFile {
  const file = openNew(path);
  let isDirty = false;
  let isSyncing = false;
  let isOver = false;

  const fail = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    onFailure(failureOf(notWritable(path, error)));
  };
  const timer = setInterval(() => {
    if (!isDirty || isSyncing || isOver) return;
    isDirty = false;
    isSyncing = true;
    fdatasync(file, (error) => {
      isSyncing = false;
      if (error !== null) fail(error);
    });
  }, syncEveryMs);
  timer.unref();

  return {
    path,
    append(line) {
      if (isOver) return;
      try {
        writeWhole(file, Buffer.from(`${line}\n`));
        isDirty = true;
      } catch (error) {
        fail(error);
      }
    },
    close() {
      clearInterval(timer);
      try {
        if (!isOver) fdatasyncSync(file);
      } catch (error) {
        fail(error);
      }
      isOver = true;
      closeSync(file);
    },
  };
}

function openNew(path: string): number {
  try {
    return openSync(path, 'ax');
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** The system may take a part only, on a disk that is nearly full. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function notWritable(path: string, error: unknown): ChargebenchError {
  const { code } = error as { code?: unknown };
  return new ChargebenchError('not-writable', { path, cause: typeof code === 'string' ? code : String(error) }, { cause: error });
}
