import { expect, test } from 'vitest';
import { firstProjectFolder, userDataFolder } from './user-data.ts';

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

test('what was chosen on the command line comes before the environment', () => {
  const surroundings = { platform: 'linux', env: { CHARGEBENCH_DATA: '/tmp/profile' }, home: '/home/ada' };
  expect(userDataFolder(surroundings, '/srv/bench')).toBe('/srv/bench');
  expect(firstProjectFolder(surroundings, '/srv/bench')).toBe('/srv/bench/projects/first');
  expect(firstProjectFolder(surroundings)).toBe('/tmp/profile/projects/first');
});
