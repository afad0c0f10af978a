/** The host as a process: what only a process can show. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseJournal } from '../../core/runs/parse-journal.ts';
import { LOCK_FILE } from '../files/project-lock.ts';
import { buildEntries, writeScreen, type BuiltEntries } from '../testing/build-entry.ts';

let built: BuiltEntries;
let project: string;
const children: Served[] = [];

beforeAll(async () => {
  built = await buildEntries(['cli/index', 'simulation/worker']);
  writeScreen(built.folder);
}, 60_000);

afterAll(() => {
  built.remove();
});

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'chargebench-serve-'));
});

afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(project, { recursive: true });
});

interface Served {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  said(): string;
  /** stdout alone. */
  printed(): string;
  says(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function serve(nodeArgs: readonly string[] = [], args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Served {
  const all = [...nodeArgs, built.pathOf('cli/index'), 'serve', '--port', '0', '--project', project, ...args];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CHARGEBENCH_DATA: join(project, 'data'), ...env } });
  let text = '';
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk);
      for (const listener of [...listeners]) listener();
    });
  }
  const served: Served = {
    child,
    said: () => text,
    printed: () => out,
    says: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    ended: new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    }),
  };
  children.push(served);
  return served;
}

const journals = (): readonly string[] => readdirSync(join(project, 'runs')).map((name) => readFileSync(join(project, 'runs', name), 'utf8'));

test('killed in mid-run: the journal is readable to its last line, and the project opens again', { timeout: 60_000 }, async () => {
  const first = serve();
  await first.says(/passed: starting \(feed\)/);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(existsSync(join(project, LOCK_FILE))).toBe(true);
  const [journal] = journals().map((text) => parseJournal(text.split('\n')));
  if (journal?.ok !== true) throw new Error('no journal');
  expect(journal.value.entries.length).toBeGreaterThan(3);
  // A line that was cut in its middle may stand at the end, and nowhere else.
  expect(journal.value.brokenAt?.unreadLines ?? 0).toBeLessThanOrEqual(1);

  const second = serve();
  await second.says(/READY http/);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(process.platform === 'win32' ? 'SIGTERM' : 0);
});

test('a second program says where the first is, and ends well', { timeout: 60_000 }, async () => {
  const first = serve();
  await first.says(/READY (\S+)/);
  const url = /READY (\S+)/.exec(first.said())?.[1] ?? '';
  const second = serve();
  expect(await second.ended).toBe(0);
  expect(second.said()).toContain(url);
  expect(second.said()).not.toContain('READY');
});

test('prints READY and nothing else on stdout; without a screen, stderr says how to get here', { timeout: 60_000 }, async () => {
  const host = serve([], [], { DISPLAY: '', WAYLAND_DISPLAY: '', SSH_CONNECTION: '192.168.1.7 51514 192.168.1.20 22' });
  await host.says(/READY http[\s\S]*ssh -L (\d+):127\.0\.0\.1:\1 \S+@192\.168\.1\.20/);
  expect(host.printed()).toMatch(/^READY http:\/\/127\.0\.0\.1:\d+\/\?token=\S+\n$/);
});

test('the token stands in the start line and nowhere else', { timeout: 60_000 }, async () => {
  const host = serve();
  await host.says(/passed: starting \(feed\)/);
  const token = /token=(\S+)/.exec(host.said())?.[1] ?? '';
  expect(token.length).toBeGreaterThan(20);
  expect(host.said().split(token).length).toBe(2);
  expect([...journals(), readFileSync(join(project, 'project.json'), 'utf8')].join('')).not.toContain(token);
});

test('an error that nobody caught pauses the EVSEs and ends with code 70', { timeout: 60_000 }, async () => {
  const planted = 'process.on("SIGUSR2", () => { throw new Error("planted") })';
  const host = serve(['--import', `data:text/javascript,${encodeURIComponent(planted)}`]);
  await host.says(/passed: starting \(feed\)/);
  if (process.platform === 'win32') return;
  host.child.kill('SIGUSR2');
  expect(await host.ended).toBe(70);
  expect(host.said()).toMatch(/planted[\s\S]*Primary: now at pause, confirmed/);
  expect(existsSync(join(project, LOCK_FILE))).toBe(false);
});

test('whoever read its output may go: control goes on, and it still ends in order', { timeout: 60_000 }, async () => {
  const host = serve();
  await host.says(/passed: starting \(feed\)/);
  host.child.stdout.destroy();
  host.child.stderr.destroy();
  host.child.kill('SIGTERM');
  expect(await host.ended).toBe(process.platform === 'win32' ? 'SIGTERM' : 0);
  expect(existsSync(join(project, LOCK_FILE))).toBe(process.platform === 'win32');
});

test('a broker that is down is said and tried again; the screen is served all the same', { timeout: 60_000 }, async () => {
  // Port 9 (discard) is refused on a machine that does not offer it.
  const host = serve([], ['--broker', 'mqtt://bench:hush-hush@127.0.0.1:9']);
  await host.says(/READY http/);
  await host.says(/Broker mqtt:\/\/127\.0\.0\.1:9: lost, link-lost .*ECONNREFUSED/);
  expect(host.said()).not.toContain('hush-hush');
});
