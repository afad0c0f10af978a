import { spawn, type ChildProcess } from 'node:child_process';

/** Keeps the machine awake while this program controls: a sleeping controller cuts nothing. */
export interface PowerSave {
  hold(): void;
  release(): void;
}

interface Inhibitor {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * The system's own command, which holds sleep off for as long as its child lives. `cat` ends with our end of its
 * input, so a killed program blocks nothing.
 */
function inhibitorOf(platform: string): Inhibitor | null {
  if (platform === 'linux') {
    const what = ['--what=idle:sleep', '--who=Chargebench', '--why=EVSEs are being controlled', '--mode=block'];
    return { file: 'systemd-inhibit', args: [...what, 'cat'] };
  }
  return platform === 'darwin' ? { file: 'caffeinate', args: ['-i', 'cat'] } : null;
}

/** For the host without a window. Where the system has no such command, or refuses, `log` says so once. */
export function createCommandPowerSave(log: (line: string) => void, platform: string = process.platform): PowerSave {
  const inhibitor = inhibitorOf(platform);
  let child: ChildProcess | null = null;
  let hasComplained = false;
  const complain = (why: string): void => {
    if (hasComplained) return;
    hasComplained = true;
    log(`This machine may go to sleep while Chargebench controls (${why}): switch sleep off in its settings.`);
  };
  return {
    hold() {
      if (child !== null) return;
      if (inhibitor === null) {
        complain(`no command for it on ${platform}`);
        return;
      }
      // In a process group of its own: Ctrl-C is for us alone, who have EVSEs to leave in order first.
      const started = spawn(inhibitor.file, [...inhibitor.args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
      child = started;
      started.on('error', () => {
        complain(`${inhibitor.file} is not installed`);
      });
      started.stdin.on('error', () => undefined);
      started.on('exit', (code) => {
        if (child !== started) return;
        child = null;
        complain(`${inhibitor.file} ended with ${code ?? 'a signal'}`);
      });
      started.unref();
      unrefStream(started);
    },
    release() {
      const held = child;
      child = null;
      held?.stdin?.end();
    },
  };
}

/** The pipe alone would keep this process alive. */
function unrefStream(child: ChildProcess): void {
  const stream = child.stdin as { unref?: () => void } | null;
  stream?.unref?.();
}
