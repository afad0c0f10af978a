import { expect, test } from 'vitest';
import { userDataFolder } from './user-data.ts';

// Expected folders: Electron documentation, app.getPath('appData'), and the XDG base directory specification.
test.each([
  ['linux', {}, '/home/ada', '/home/ada/.config/chargebench'],
  ['linux', { XDG_CONFIG_HOME: '/srv/config' }, '/home/ada', '/srv/config/chargebench'],
  ['linux', { XDG_CONFIG_HOME: 'not/absolute' }, '/home/ada', '/home/ada/.config/chargebench'],
  ['linux', { XDG_CONFIG_HOME: '' }, '/home/ada', '/home/ada/.config/chargebench'],
  ['darwin', { XDG_CONFIG_HOME: '/srv/config' }, '/Users/ada', '/Users/ada/Library/Application Support/chargebench'],
  ['win32', { APPDATA: 'C:\\Users\\Ada\\AppData\\Roaming' }, 'C:\\Users\\Ada', 'C:\\Users\\Ada\\AppData\\Roaming\\chargebench'],
  ['win32', {}, 'C:\\Users\\Ada', 'C:\\Users\\Ada\\AppData\\Roaming\\chargebench'],
  ['linux', { CHARGEBENCH_DATA: '/tmp/profile' }, '/home/ada', '/tmp/profile'],
])('%s with %j: %s has its data in %s', (platform, env, home, folder) => {
  expect(userDataFolder({ platform, env, home })).toBe(folder);
});
