import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ChargebenchError } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteChunk, ByteLink } from '../../core/transport/byte-link.ts';
import type { LinkState } from '../../core/transport/mqtt-link.ts';

export interface PtyLink {
  /** What a program opens as its serial port. */
  readonly devicePath: string;
  /** The device's side of the line. */
  readonly link: ByteLink;
  /** Takes the port away, in mid-frame if need be, as a pulled adapter; the promise waits until it is gone. */
  close(): Promise<void>;
}

export interface PtyOptions {
  readonly clock: Clock;
  /** Where the port appears; a name in a folder of its own when absent. */
  readonly devicePath?: string;
}

/** Where socat lies; null where it is not installed, and on Windows, which has no pseudo-terminals. */
export function findSocat(): string | null {
  if (process.platform === 'win32') return null;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return folders.map((folder) => join(folder, 'socat')).find((path) => existsSync(path)) ?? null;
}

const LONGEST_START_MS = 5000;
const LOOK_EVERY_MS = 5;

/**
 * A serial port that is none: a pseudo-terminal by socat, whose other side is a byte link. It ignores baud rate and parity, and has no
 * modem lines. Throws `not-supported` without socat.
 */
export async function openPtyLink({ clock, devicePath }: PtyOptions): Promise<PtyLink> {
  const socat = findSocat();
  if (socat === null) throw new ChargebenchError('not-supported', { cause: 'socat is not installed' });
  const folder = devicePath === undefined ? mkdtempSync(join(tmpdir(), 'chargebench-pty-')) : null;
  const path = devicePath ?? join(folder ?? '', 'port');
  const child = spawn(socat, ['-b', '4096', '-', `pty,raw,echo=0,link=${path}`]);
  const link = linkOf(child, clock);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    if (isLink(path)) rmSync(path, { force: true });
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  if (!(await appears(path, exited))) {
    await close();
    throw new ChargebenchError('not-supported', { cause: 'socat gave no port', port: path });
  }
  return { devicePath: path, link, close };
}

/** The name is a link to a device that need not exist any more. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

async function appears(path: string, exited: Promise<void>): Promise<boolean> {
  const untilMs = performance.now() + LONGEST_START_MS;
  const over = exited.then(() => 'over' as const);
  while (!existsSync(path)) {
    if (performance.now() > untilMs) return false;
    const pause = new Promise<'look'>((resolve) => setTimeout(resolve, LOOK_EVERY_MS, 'look'));
    if ((await Promise.race([over, pause])) === 'over') return false;
  }
  return true;
}

function linkOf(child: ChildProcessWithoutNullStreams, clock: Clock): ByteLink {
  const openedMs = clock.monotonicMs();
  const lost = (): LinkState => ({ kind: 'lost', sinceMs: clock.monotonicMs(), error: { code: 'link-lost', context: {} } });
  return {
    state: () => (child.exitCode === null && child.signalCode === null ? { kind: 'connected', sinceMs: openedMs } : lost()),
    onState(listener) {
      const tell = (): void => {
        listener(lost());
      };
      child.once('close', tell);
      return () => child.off('close', tell);
    },
    onData(listener) {
      const tell = (bytes: Uint8Array): void => {
        const chunk: ByteChunk = { bytes, timeMs: clock.monotonicMs() };
        listener(chunk);
      };
      child.stdout.on('data', tell);
      return () => child.stdout.off('data', tell);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        child.stdin.write(bytes, (error) => {
          if (error) reject(new ChargebenchError('link-lost'));
          else resolve();
        });
      }),
    close() {
      child.kill('SIGKILL');
      return Promise.resolve();
    },
  };
}
