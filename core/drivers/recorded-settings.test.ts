import { describe, expect, it } from 'vitest';
import { BUNDLED_EVSES } from '../devices/list-evses.ts';
import { ChargebenchError, failure, success } from '../errors.ts';
import { evseId } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import type { EvseDriver } from './driver.ts';
import { createListeners } from './listeners.ts';
import { withSettingRecord } from './recorded-settings.ts';
import { createSettingRecord, openWrites, parseSettingRow, recordedWrites, restoreSettings, type SettingRecord, type SettingRow, type SettingValue } from './setting-record.ts';

interface Device {
  readonly values: Map<string, SettingValue>;
  readonly writes: string[];
  /** What it does with a write: takes it, or says nothing. */
  answer: 'takes' | 'is-silent' | 'ignores';
  onWrite: () => void;
}

const REPORT: EvseReport = {
  evseId: evseId('bay'),
  timeMs: 0,
  state: 'idle',
  isVehicleConnected: false,
  offeredCurrentA: 0,
  measuredCurrentA: null,
  measuredTimeMs: null,
  voltageV: null,
  energyWh: null,
  restartCount: 0,
  otherCommander: null,
};

function driverOf(device: Device, reports = createListeners<EvseReport>()): EvseDriver {
  const never = (): never => {
    throw new ChargebenchError('not-supported');
  };
  return {
    evseId: evseId('bay'),
    capabilities: never,
    identify: never,
    read: never,
    offer: never,
    release: never,
    onReport: (listener) => reports.add(listener),
    onSettings: () => () => undefined,
    onRejection: () => () => undefined,
    readSetting: (key) => {
      const value = device.values.get(key);
      return Promise.resolve(value === undefined ? failure('not-supported', { setting: key }) : success(value));
    },
    writeSetting(key, value) {
      device.onWrite();
      device.writes.push(`${key}=${String(value)}`);
      if (device.answer === 'is-silent') return Promise.resolve(failure('timeout'));
      if (device.answer === 'takes') device.values.set(key, value);
      return Promise.resolve(success(device.values.get(key) ?? value));
    },
    close: () => undefined,
  };
}

interface Rig {
  readonly device: Device;
  readonly rows: SettingRow[];
  readonly record: SettingRecord;
  readonly driver: EvseDriver;
  readonly reports: ReturnType<typeof createListeners<EvseReport>>;
}

function rigOf({ rows = [] as SettingRow[], isDiskFull = false, role = 'node' } = {}): Rig {
  const device: Device = { values: new Map<string, SettingValue>([['max', 16], ['min', 6], ['config', 0], ['rcmon', 1], ['rfid', 0], ['capacity', 0], ['access', 1]]), writes: [], answer: 'takes', onWrite: () => undefined };
  const store = {
    append: (row: SettingRow) => {
      if (isDiskFull) return Promise.reject(new ChargebenchError('not-writable'));
      rows.push(row);
      return Promise.resolve();
    },
  };
  const record = createSettingRecord([...rows], store, () => 1000);
  const reports = createListeners<EvseReport>();
  const driver = withSettingRecord({ driver: driverOf(device, reports), description: BUNDLED_EVSES.get('smartevse'), role, record, clock: { wallMs: () => 500 } });
  return { device, rows, record, driver, reports };
}

describe('a write to a stored setting', () => {
  it('stands in the record before the device hears of it, and what came of it afterwards', async () => {
    const { device, rows, driver } = rigOf();
    const seen: string[] = [];
    device.onWrite = () => seen.push(rows.map(({ row }) => row).join());
    expect(await driver.writeSetting('max', 20, undefined, { reason: 'cable of 20 A' })).toEqual({ ok: true, value: 20 });
    expect(seen).toEqual(['begin']);
    expect(rows).toEqual([
      { row: 'begin', write: { id: 1, deviceId: 'bay', key: 'max', oldValue: 16, newValue: 20, reason: 'cable of 20 A', isTemporary: false, wallMs: 500 } },
      { row: 'end', id: 1, readBack: 20, wallMs: 1000 },
    ]);
  });

  it('does not happen where the record cannot be written', async () => {
    const { device, driver } = rigOf({ isDiskFull: true });
    expect(await driver.writeSetting('max', 20)).toMatchObject({ ok: false, error: { code: 'not-writable' } });
    expect(device.writes).toEqual([]);
  });

  it('does not happen for the value that is there already: its memory wears', async () => {
    const { device, rows, driver } = rigOf();
    expect(await driver.writeSetting('max', 16)).toEqual({ ok: true, value: 16 });
    expect([device.writes, rows]).toEqual([[], []]);
  });

  it('does not happen where the old value cannot be read: it could not be put back', async () => {
    const { device, driver } = rigOf();
    device.values.delete('max');
    expect((await driver.writeSetting('max', 20)).ok).toBe(false);
    expect(device.writes).toEqual([]);
  });

  it('of what the device forgets anyway needs no record', async () => {
    const { device, rows, driver } = rigOf();
    expect(await driver.writeSetting('access', 2)).toEqual({ ok: true, value: 2 });
    expect([device.writes, rows]).toEqual([['access=2'], []]);
  });
});

describe('the rules of the description', () => {
  it.each([
    ['rcmon', 0, 'refused', { rule: 'never-write' }],
    ['rfid', 5, 'refused', { rule: 'only-uncharged' }],
    ['capacity', 100, 'not-supported', { display: 'menu: CAPACITY' }],
    ['max', 81, 'out-of-range', { lowest: 6, highest: 80 }],
    ['max', 16.5, 'out-of-range', {}],
    ['max', '16', 'out-of-range', {}],
    ['no-such', 1, 'not-supported', {}],
  ] as const)('%s = %s: %s', async (key, value, code, context) => {
    const { device, driver } = rigOf();
    const rule = key === 'rfid' ? { ...context, rule: 'action-not-setting' } : context;
    expect(await driver.writeSetting(key, value)).toMatchObject({ ok: false, error: { code, context: rule } });
    expect(device.writes).toEqual([]);
  });

  it.each([
    [null, false],
    [true, false],
    [false, true],
  ])('a setting for which nobody may charge, with a vehicle known as %s: written %s', async (isVehicleConnected, isWritten) => {
    const { device, driver, reports } = rigOf();
    reports.emit({ ...REPORT, isVehicleConnected });
    const result = await driver.writeSetting('config', 1);
    expect([result.ok, device.writes.length === 1]).toEqual([isWritten, isWritten]);
    if (!result.ok) expect(result.error.context['rule']).toBe('only-uncharged');
  });
});

describe('after a crash', () => {
  /** A temporary write that took, a lasting one that took, and one that nobody knows of. */
  async function crashed(): Promise<Rig> {
    const rig = rigOf();
    await rig.driver.writeSetting('max', 10, undefined, { reason: 'test', isTemporary: true });
    await rig.driver.writeSetting('min', 7, undefined, { reason: 'asked for' });
    rig.device.answer = 'is-silent';
    await rig.driver.writeSetting('max', 12, undefined, { reason: 'test', isTemporary: true });
    return rig;
  }

  it('what was meant for a while or is unknown is put back backwards, what was meant to stay stays', async () => {
    const before = await crashed();
    // It had heard after all.
    before.device.values.set('max', 12);
    const rig = rigOf({ rows: [...before.rows] });
    for (const [key, value] of before.device.values) rig.device.values.set(key, value);
    const outcomes = await restoreSettings(rig.record, ({ key, oldValue, id }) => rig.driver.writeSetting(key, oldValue, undefined, { restores: id }));
    expect(rig.device.writes).toEqual(['max=10', 'max=16']);
    expect(outcomes.map(({ failure: error }) => error)).toEqual([null, null]);
    expect([rig.device.values.get('max'), rig.device.values.get('min')]).toEqual([16, 7]);
    expect(openWrites(rig.record.writes())).toEqual([]);
    expect(openWrites(recordedWrites(rig.rows))).toEqual([]);
  });

  it('what cannot be put back stays open, and nothing older is put over it', async () => {
    const before = await crashed();
    const rig = rigOf({ rows: [...before.rows] });
    rig.device.values.set('max', 12);
    rig.device.answer = 'ignores';
    const outcomes = await restoreSettings(rig.record, ({ key, oldValue, id }) => rig.driver.writeSetting(key, oldValue, undefined, { restores: id }));
    expect(outcomes.map(({ failure: error }) => error?.code)).toEqual(['unexpected-reply', 'cancelled']);
    expect(openWrites(rig.record.writes())).toHaveLength(2);
  });

  it('ids go on where the file ends', async () => {
    const before = await crashed();
    const rig = rigOf({ rows: [...before.rows] });
    await rig.driver.writeSetting('min', 8);
    expect(rig.record.writes().at(-1)?.id).toBe(4);
  });
});

describe('a row', () => {
  it.each([[null], [{}], [{ row: 'begin' }], [{ row: 'end', id: 'x', readBack: null, wallMs: 0 }], [['begin']]])('%j is refused', (row) => {
    expect(parseSettingRow(row)).toMatchObject({ ok: false, error: { code: 'invalid-file' } });
  });

  it('about a write that never began says nothing', () => {
    expect(recordedWrites([{ row: 'restored', id: 7, wallMs: 0 }])).toEqual([]);
  });
});
