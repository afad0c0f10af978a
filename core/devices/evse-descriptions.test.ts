import { describe, expect, it } from 'vitest';
import { evseSchema } from '../site/schema.ts';
import { BUNDLED_EVSES } from './list-evses.ts';
import { restoreEvseDescription } from './restore-evse-description.ts';
import { checkSettingWrite, settingOf } from './setting-rules.ts';

const FILE = {
  format: 'chargebench-evse',
  version: 1,
  model: 'test-evse',
  name: 'Test EVSE',
  source: 'none',
  ratings: { lowestA: 6, highestA: 32, stepA: 1, source: 'none' },
  capabilities: { canPause: true, measuresCurrent: false, switchesPhases: false, offerTtlMs: null, source: 'none' },
  settings: [{ key: 'a', name: 'A', where: { kind: 'display' }, value: { kind: 'switch' } }],
};

describe('the file of an EVSE model', () => {
  it.each([
    ['another format', { ...FILE, format: 'chargebench-meter' }, 'invalid-file', 'format'],
    ['a later version', { ...FILE, version: 2 }, 'newer-version', 'version'],
    ['a key nobody knows', { ...FILE, colour: 'grey' }, 'invalid-file', 'colour'],
    ['one key for two settings', { ...FILE, settings: [FILE.settings[0], FILE.settings[0]] }, 'invalid-file', 'settings'],
    ['a rule without a reason', { ...FILE, settings: [{ ...FILE.settings[0], neverWrite: true }] }, 'invalid-file', 'settings/0/neverWrite'],
  ])('is refused with %s, naming where', (_, file, code, path) => {
    expect(restoreEvseDescription(file)).toMatchObject({ ok: false, error: { code, context: { path } } });
  });

  it.each([null, 3, 'text', [], {}])('is refused whatever it is: %j', (file) => {
    expect(restoreEvseDescription(file).ok).toBe(false);
  });

  it('of every bundled model belongs to a model that a site can name', () => {
    for (const model of BUNDLED_EVSES.keys()) expect(evseSchema.shape.model.options).toContain(model);
  });
});

/** Registers by reference smartevse.md 6.2, ranges by chapter 1, the last column by the map of the D35 firmware. */
describe('settings of a SmartEVSE on the bus', () => {
  const smartevse = BUNDLED_EVSES.get('smartevse');
  if (smartevse === undefined) throw new Error('not described');

  it.each([
    ['config', 0x0100, undefined],
    ['lock', 0x0101, undefined],
    ['min', 0x0102, undefined],
    ['max', 0x0103, undefined],
    ['pwr-share', 0x0104, undefined],
    ['switch', 0x0105, undefined],
    ['rcmon', 0x0106, undefined],
    ['rfid', 0x0107, undefined],
    ['ev-meter', 0x0108, undefined],
    ['ev-adr', 0x0109, undefined],
    ['mode', 0x0200, undefined],
    ['circuit', 0x0201, undefined],
    ['grid', 0x0202, undefined],
    ['sb2-wifi', 0x0203, undefined],
    ['mains', 0x0204, undefined],
    ['start', 0x0205, undefined],
    ['stop', 0x0206, undefined],
    ['import', 0x0207, undefined],
    ['mains-met', 0x0208, undefined],
    ['mains-adr', 0x0209, undefined],
    ['byte-ord', 0x020a, 0x020e],
    ['data-type', 0x020b, 0x020f],
    ['function', 0x020c, 0x0210],
    ['vol-regi', 0x020d, 0x0211],
    ['vol-divi', 0x020e, 0x0212],
    ['cur-regi', 0x020f, 0x0213],
    ['cur-divi', 0x0210, 0x0214],
    ['pow-regi', 0x0211, 0x0215],
    ['pow-divi', 0x0212, null],
    ['ene-regi', 0x0213, null],
    ['ene-divi', 0x0214, null],
  ])('%s stands at %d', (key, address, inD35) => {
    const where = settingOf(smartevse, key)?.where;
    if (where?.kind !== 'register') throw new Error('not on the bus');
    expect([where.address, where.otherFirmware['d35']]).toEqual([address, inD35]);
  });

  it.each(['contact-2', 'wifi', 'autoupdat', 'app-pin', 'app-servr', 'max-temp', 'capacity', 'cap-stop', 'lcd-pin', 'priority', 'rotation', 'idle-tmo'])('%s is not on the bus', (key) => {
    expect(settingOf(smartevse, key)?.where.kind).toBe('display');
  });

  it('has all 33 lines of the menu, and the custom meter one by one', () => {
    // 33 lines, of which "custom meter" is eleven, and two registers that are no settings.
    expect(smartevse.settings).toHaveLength(33 - 1 + 11 + 2);
  });

  it('never erases cards', () => {
    expect(checkSettingWrite(smartevse, 'rfid', 5, { role: 'node', isVehicleConnected: false })).toMatchObject({ ok: false, error: { context: { rule: 'action-not-setting' } } });
  });

  it('a setting that a node does not obey says in which role it is', () => {
    const grid = { ...smartevse, settings: smartevse.settings.map((each) => (each.key === 'grid' ? { ...each, roles: ['master'] } : each)) };
    expect(checkSettingWrite(grid, 'grid', 1, { role: 'node', isVehicleConnected: false })).toMatchObject({ ok: false, error: { context: { rule: 'not-in-this-role' } } });
  });
});

it('the irreversible maximum of an OpenEVSE is never written', () => {
  const openevse = BUNDLED_EVSES.get('openevse');
  if (openevse === undefined) throw new Error('not described');
  expect(checkSettingWrite(openevse, 'max_current_hard', 32, { role: null, isVehicleConnected: false })).toMatchObject({ ok: false, error: { code: 'refused', context: { rule: 'never-write' } } });
});
