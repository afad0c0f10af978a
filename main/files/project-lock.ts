import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ChargebenchError } from '../../core/errors.ts';
import { replaceFile } from './replace-file.ts';

export const LOCK_FILE = 'chargebench.lock';

const ownerSchema = z.object({
  machine: z.string(),
  pid: z.number().int().positive(),
  /** Start of the process as the system counts it (Linux: /proc, clock ticks since boot); null where it does not say. */
  processStart: z.string().nullable(),
  sinceWallMs: z.number(),
  /** Where the first program is reached; null for a window, or while it starts. */
  url: z.string().nullable(),
});

export type LockOwner = z.output<typeof ownerSchema>;

export interface ProjectLock {
  /** Tells a second program where this one is. */
  readonly setUrl: (url: string) => void;
  readonly release: () => void;
}

/** What tells a living owner from a dead one; the tests put their own in. */
export interface Processes {
  isAlive(pid: number): boolean;
  startOf(pid: number): string | null;
  bootWallMs(): number;
}

/**
 * Makes this process the only one that has the project folder open. Throws `already-open` with pid, url and the path
 * of the lock while another one lives; the lock of a dead one (killed, or before a restart of the machine) is taken over.
 */
export function lockProject(folder: string, processes: Processes = systemProcesses): ProjectLock {
  const path = join(folder, LOCK_FILE);
  const own: LockOwner = {
    machine: hostname(),
    pid: process.pid,
    processStart: processes.startOf(process.pid),
    sinceWallMs: Date.now(),
    url: null,
  };
  let text = JSON.stringify(own);
  while (!create(path, text)) {
    const other = readLock(path);
    if (other.owner !== null && lives(other.owner, processes)) throw alreadyOpen(path, other.owner);
    removeStale(path, other.text);
  }
  const isOwn = (): boolean => readLock(path).text === text;
  return {
    setUrl(url) {
      if (!isOwn()) return;
      text = JSON.stringify({ ...own, url });
      replaceFile(path, text, MODE);
    },
    release() {
      if (isOwn()) unlinkSync(path);
    },
  };
}

function alreadyOpen(lock: string, { machine, pid, url, sinceWallMs }: LockOwner): ChargebenchError {
  return new ChargebenchError('already-open', { lock, machine, pid, url, since: new Date(sinceWallMs).toISOString() });
}

/** Only the user may read it: the address in it opens the program. */
const MODE = 0o600;

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: MODE });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new ChargebenchError('not-writable', { path, cause: String((error as NodeJS.ErrnoException).code) }, { cause: error });
  }
}

function readLock(path: string): { readonly text: string | null; readonly owner: LockOwner | null } {
  let text: string | null = null;
  try {
    text = readFileSync(path, 'utf8');
    return { text, owner: ownerSchema.parse(JSON.parse(text)) };
  } catch {
    return { text, owner: null };
  }
}

/**
 * The number of a dead process may belong to another one by now, hence the start times. Where the system tells none,
 * what was locked before the machine started is stale. Of another machine (a shared folder) nothing can be told, so
 * its program counts as alive.
 */
function lives(owner: LockOwner, processes: Processes): boolean {
  if (owner.machine !== hostname()) return true;
  if (!processes.isAlive(owner.pid)) return false;
  const start = processes.startOf(owner.pid);
  if (owner.processStart !== null && start !== null) return start === owner.processStart;
  return owner.sinceWallMs > processes.bootWallMs();
}

/** Moves it aside first and looks again: in between, a third program may have replaced it by its own. */
function removeStale(path: string, text: string | null): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
    unlinkSync(aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const systemProcesses: Processes = {
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
  startOf(pid) {
    try {
      // proc(5): field 22 is the start time; the name in field 2 may hold blanks and parentheses.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    } catch {
      return null;
    }
  },
  bootWallMs: () => Date.now() - uptime() * 1000,
};
