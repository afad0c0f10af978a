import { describe, expect, it } from 'vitest';
import { chooseHost, hasScreen } from './choose-host.ts';
import type { Environment, HostChoice } from './choose-host.ts';

const web = (why: 'no-screen' | 'asked'): HostChoice => ({ kind: 'web', why });
const fetchIt: HostChoice = { kind: 'fetch-electron' };
const electron: HostChoice = { kind: 'electron', binary: '/e' };

const ROWS: readonly [title: string, platform: string, env: Environment, binary: string | null, asked: boolean, choice: HostChoice][] = [
  ['a desktop with Electron', 'linux', { DISPLAY: ':0' }, '/e', false, electron],
  ['a Wayland desktop with Electron', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, '/e', false, electron],
  ['a desktop without the binary', 'linux', { DISPLAY: ':0' }, null, false, fetchIt],
  ['a Raspberry Pi without a screen does not download 100 MB it cannot show', 'linux', {}, null, false, web('no-screen')],
  ['no screen, though the binary is there', 'linux', { DISPLAY: '' }, '/e', false, web('no-screen')],
  ['macOS at the desk', 'darwin', {}, null, false, fetchIt],
  ['macOS from elsewhere', 'darwin', { SSH_CONNECTION: '10.0.0.2 5 10.0.0.3 22' }, '/e', false, web('no-screen')],
  ['Windows', 'win32', {}, '/e', false, electron],
  ['the user asked for the web host', 'linux', { DISPLAY: ':0' }, '/e', true, web('asked')],
];

describe('what npm start starts', () => {
  it.each(ROWS)('%s', (_title, platform, env, electronBinary, isWebAskedFor, choice) => {
    expect(chooseHost({ platform, env, electronBinary, isWebAskedFor })).toEqual(choice);
  });

  it('takes a forwarded X display for a screen', () => {
    expect(hasScreen('linux', { DISPLAY: 'localhost:10.0', SSH_CONNECTION: '10.0.0.2 5 10.0.0.3 22' })).toBe(true);
  });
});
