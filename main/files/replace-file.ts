import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Virus scanners and search indexers hold fresh files for a moment on Windows. */
const WINDOWS_LOCKS = ['EPERM', 'EACCES', 'EBUSY'];
const ATTEMPTS = 20;
const PAUSE_MS = 25;

/**
 * Replaces a file as a whole: whoever reads it, even after a power cut, finds the old or the new content. Throws what
 * the system throws; the old file stands then. Not the package atomically: on a signal it sends the same signal again,
 * and a program that leaves EVSEs in order must hear it once.
 */
export function replaceFile(path: string, text: string, mode = 0o666): void {
  const fresh = `${path}.${randomUUID()}.tmp`;
  try {
    writeSynced(fresh, text, mode);
    renamePatiently(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function writeSynced(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const isLocked = process.platform === 'win32' && WINDOWS_LOCKS.includes(String((error as NodeJS.ErrnoException).code));
      if (!isLocked || attempt === ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** Makes the rename itself last; Windows knows no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
