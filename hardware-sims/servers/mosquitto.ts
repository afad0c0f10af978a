import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { listen, type Broker, type BrokerOptions } from './broker.ts';

/** Where the broker program lies; null where it is not installed. Debian keeps it outside of a user's PATH. */
export function findMosquitto(): string | null {
  const name = process.platform === 'win32' ? 'mosquitto.exe' : 'mosquitto';
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Starts mosquitto on a free loopback port with a configuration of its own, for tests and for `sims`. */
export async function startMosquitto(program: string, options: Pick<BrokerOptions, 'port' | 'credentials'> = {}): Promise<Broker> {
  const host = '127.0.0.1';
  const port = options.port ?? (await freePort(host));
  const folder = mkdtempSync(join(tmpdir(), 'chargebench-mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  // Started by root it would change to a user of its own, who cannot read this folder.
  const user = `user ${userInfo().username}`;
  writeFileSync(config, [`listener ${port} ${host}`, user, ...authentication(folder, options.credentials)].join('\n'));
  const child = spawn(program, ['-c', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await answers(host, port, ended))) {
    await close();
    throw new Error(`mosquitto did not begin to listen on ${host}:${port}`);
  }
  return { host, port, close };
}

function authentication(folder: string, credentials: BrokerOptions['credentials']): string[] {
  if (credentials === undefined) return ['allow_anonymous true'];
  const file = join(folder, 'passwords');
  spawnSync('mosquitto_passwd', ['-c', '-b', file, credentials.username, credentials.password], { stdio: 'ignore' });
  return ['allow_anonymous false', `password_file ${file}`];
}

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  const port = await listen(server, host, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tries to connect until it works, the process has ended or 5 s are over. */
async function answers(host: string, port: number, ended: Promise<void>): Promise<boolean> {
  const isOver = ended.then(() => 'over' as const);
  const untilMs = performance.now() + 5000;
  while (performance.now() < untilMs) {
    if (await connects(host, port)) return true;
    const pause = new Promise((resolve) => setTimeout(resolve, 20));
    if ((await Promise.race([isOver, pause])) === 'over') return false;
  }
  return false;
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
