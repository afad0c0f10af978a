/** Runs a host as a child process and lives as long as it does. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { REACH_IS_TOLD } from './reach.ts';

/** Keeps Ctrl-C from ending the launcher first: the host gets it too and has vehicles to leave in order. */
function followSignals(child: ChildProcess): void {
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', () => {
      resolve(127);
    });
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Starts the window; answers its exit code. */
export function runElectron(binary: string, args: readonly string[]): Promise<number> {
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  const child = spawn(binary, args, { stdio: 'inherit', env });
  followSignals(child);
  return exitCodeOf(child);
}

/** What `serve` prints: where it listens, or where the program listens that has this project open already. */
const ADDRESS = /^(?:READY|Already open:) (http\S+)$/;

/** Starts the web host; calls with the address to go to; answers its exit code. */
export function runWebHost(cli: string, args: readonly string[], onReady: (url: string) => void): Promise<number> {
  const child = spawn(process.execPath, [cli, 'serve', ...args], { stdio: ['inherit', 'pipe', 'inherit'], env: { ...process.env, [REACH_IS_TOLD]: '1' } });
  followSignals(child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = ADDRESS.exec(line)?.[1];
    if (url === undefined) console.log(line);
    else onReady(url);
  });
  return exitCodeOf(child);
}
