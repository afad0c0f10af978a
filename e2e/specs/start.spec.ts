/** `npm start`: something runs and says where, whatever the machine lacks. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { start, root } from '../fixtures/process.ts';
import { startSilentServer } from '../fixtures/silent-server.ts';

const isElectronHere = existsSync(join(root, 'node_modules/electron/path.txt')) || process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined;
const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, SSH_CONNECTION: _ssh, ...withoutScreen } = process.env;

/** `npm start` on this project, on a free port. */
const npmStart = (project: string, env: NodeJS.ProcessEnv) =>
  start('npm', ['start', '--', '--port', '0', '--project', project], { env, shell: process.platform === 'win32' });

test('without a screen the web host starts at once and says how to reach it', async ({ project, page }) => {
  const program = npmStart(project, withoutScreen);
  const [, url = ''] = await program.waitFor(/^Chargebench runs at (http:\S+)$/, 20_000);
  const port = new URL(url).port;
  await program.waitFor(new RegExp(`ssh -L ${port}:127\\.0\\.0\\.1:${port} \\S+@\\S+`));
  await page.goto(url);
  await expect(page.getByRole('navigation')).toBeVisible();
  await program.stop();
});

test('a network that swallows the download of Electron does not keep the program from starting', async ({ project }, testInfo) => {
  test.skip(isElectronHere, 'Electron’s binary is here: nothing would be downloaded');
  test.skip(process.platform !== 'linux', 'the stand-in for the browser opener is a shell script named xdg-open');
  const network = await startSilentServer();
  const opened = testInfo.outputPath('opened');
  const opener = testInfo.outputPath('xdg-open');
  writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`);
  chmodSync(opener, 0o755);
  const startedMs = Date.now();
  const program = npmStart(project, {
    ...withoutScreen,
    DISPLAY: ':99',
    PATH: `${testInfo.outputDir}:${process.env['PATH'] ?? ''}`,
    ELECTRON_MIRROR: `http://127.0.0.1:${network.port}/`,
    electron_config_cache: testInfo.outputPath('electron-cache'),
  });
  await program.waitFor(/^Electron is not here yet/);
  const [, url = ''] = await program.waitFor(/^Chargebench runs at (http:\S+)$/, 20_000);
  expect(Date.now() - startedMs).toBeLessThan(20_000);
  expect(network.accepted()).toBeGreaterThan(0);
  await expect.poll(() => (existsSync(opened) ? readFileSync(opened, 'utf8') : '')).toBe(url);
  await program.stop();
  network.close();
});

for (const [signal, title, file, args] of [
  ['SIGINT', 'npm start', 'npm', ['start', '--', '--web', '--no-open']],
  ['SIGINT', 'npx chargebench serve', 'npx', ['chargebench', 'serve']],
  ['SIGTERM', 'npx chargebench serve', 'npx', ['chargebench', 'serve']],
] as const) {
  test(`${signal} to all of ${title}, as from a terminal or a service manager, leaves every EVSE in order`, async ({ project }) => {
    test.skip(process.platform === 'win32', 'there are no process groups to send a signal to');
    const program = start(file, [...args, '--port', '0', '--project', project], { env: withoutScreen, detached: true });
    await program.waitFor(/(READY|runs at) http/);
    await expect.poll(() => program.printed()).toContain('Control: controlling');
    const { pid = 0 } = program.child;
    process.kill(-pid, signal);
    await program.ended;
    expect(program.printed()).toContain('Primary: now at 6 A, confirmed.');
    expect(program.printed()).toContain('Secondary: now at 6 A, confirmed.');
    expect(program.printed()).not.toContain('ending without waiting');
  });
}

test('when npm is ended, the program ends too, in order', async ({ project }) => {
  test.skip(process.platform === 'win32', 'signals are for systems that have them');
  const program = start('npx', ['chargebench', 'serve', '--port', '0', '--project', project], { env: withoutScreen });
  await program.waitFor(/^READY/);
  await expect.poll(() => program.printed()).toContain('Control: controlling');
  program.child.kill('SIGTERM');
  // Its output ends when the last process that holds it has ended.
  await program.ended;
  expect(program.printed()).toContain('Secondary: now at 6 A, confirmed.');
});

test('Electron opens its window', async ({ project }) => {
  test.skip(!isElectronHere, 'Electron’s binary is not on this machine, and it is not fetched for a test');
  const { _electron } = await import('playwright');
  const electronApp = await _electron.launch({ args: [root, '--project', project] });
  const window = await electronApp.firstWindow();
  await expect(window.getByRole('navigation')).toBeVisible();
  await electronApp.close();
});
