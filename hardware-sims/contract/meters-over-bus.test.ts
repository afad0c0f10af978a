/** The shared contract of meters, for every model that is described by registers and for the Sensorbox, over the bus in memory. */
import { describe, expect, it } from 'vitest';
import { describeMeter } from '../../core/devices/describe-meter.ts';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import type { MeterValues } from '../../core/devices/meter-values.ts';
import type { MeterDriver } from '../../core/drivers/driver.ts';
import { createMeterDriver } from '../../core/drivers/list.ts';
import { parseAnswerPdu, readRequestPdu, writeRequestPdu } from '../../core/protocols/modbus.ts';
import type { PerPhase } from '../../core/quantities.ts';
import { meterSchema } from '../../core/site/schema.ts';
import type { MeterReading } from '../../core/site/readings.ts';
import type { Meter } from '../../core/site/site.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createMemoryBus } from '../memory-bus.ts';
import { createRegisterMeter } from '../meters/register-meter.ts';
import { createSensorbox, type SensorboxOptions } from '../meters/sensorbox.ts';
import { createModbusFault, type ModbusFaultKind, type SwitchedModbusFault } from '../faults/modbus-faults.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';

const UNIT = 11;
const TRANSPORT = 'serial:/dev/ttyUSB0';

interface MeterBench {
  readonly driver: MeterDriver;
  readonly readings: readonly MeterReading[];
  readonly rejections: readonly string[];
  readonly run: (seconds: number) => Promise<void>;
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
}

function meterOf(model: string, unitId = UNIT, changes: object = {}): Meter {
  return meterSchema.parse({ id: 'mains', name: 'Mains', model, link: { kind: 'modbus', transport: TRANSPORT, unitId }, clamp: 'each-phase', periodMs: 1000, allowedAgeMs: 10_000, ...changes });
}

function benchOf(meter: Meter, unit: SimulatedUnit, faults: readonly SwitchedModbusFault[] = []): MeterBench {
  const clock = createVirtualClock();
  const bus = createMemoryBus({ units: [unit], clock, wire: { baud: 9600, parity: 'none', stopBits: 1, dataBits: 8 }, faults, timings: new Map([[unit.unitId, { retries: 1 }]]) });
  const driver = createMeterDriver(meter, { links: { mqtt: null, buses: new Map([[TRANSPORT, bus]]) }, clock });
  const readings: MeterReading[] = [];
  const rejections: string[] = [];
  driver.onReading((reading) => readings.push(reading));
  driver.onRejection(({ failure }) => rejections.push(failure.code));
  const pass = async (untilMs: number): Promise<void> => {
    for (;;) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      if (!clock.runNext(untilMs)) break;
    }
    clock.advanceTo(untilMs);
  };
  return {
    driver,
    readings,
    rejections,
    run: (seconds) => pass(clock.monotonicMs() + seconds * 1000),
    async settle(promise) {
      const state = { isSettled: false };
      const mark = (): void => void (state.isSettled = true);
      promise.then(mark, mark);
      for (let turn = 0; turn < 600 && !state.isSettled; turn += 1) await pass(clock.monotonicMs() + 50);
      return promise;
    },
  };
}

/** Import on L1, export on L2, nothing on L3, at 230 V and cos phi 1. */
const CURRENTS: PerPhase<number> = [12, -7, 0];
const VALUES: MeterValues = {
  currentA: CURRENTS,
  voltageV: [230, 231, 232],
  powerW: [2760, -1617, 0],
  totalPowerW: 1143,
  energyImportWh: 12_345_000,
  energyExportWh: 678_000,
};

function faultOf(fault: ModbusFaultKind): SwitchedModbusFault {
  return { unitId: UNIT, change: createModbusFault(fault), isOn: true };
}

const described = [...BUNDLED_METERS.values()].filter(({ modbus, model }) => modbus !== undefined && !model.startsWith('sensorbox'));

describe.each(described)('$model', (description) => {
  const map = description.modbus;
  const clamp = map?.phases === 1 || !description.clamps.includes('each-phase') ? 'one-phase' : 'each-phase';
  const meter = meterOf(description.model, UNIT, { clamp });
  const bench = (measure: () => MeterValues = () => VALUES, faults: readonly SwitchedModbusFault[] = []): MeterBench =>
    benchOf(meter, createRegisterMeter({ unitId: UNIT, description: describeMeter(meter, BUNDLED_METERS), measure }), faults);

  it('tells the currents that flow, import positive, within its resolution', async () => {
    const { run, readings, rejections } = bench();
    await run(3);
    expect(rejections).toEqual([]);
    const reading = readings.at(-1);
    const phases = clamp === 'one-phase' ? [0] : [0, 1, 2];
    for (const phase of phases) expect(reading?.currentA[phase]).toBeCloseTo(CURRENTS[phase] ?? NaN, 1);
    expect(readings.length).toBeGreaterThanOrEqual(3);
  });

  it.each([[{ kind: 'silent' }], [{ kind: 'wrong-crc' }], [{ kind: 'short-frame' }], [{ kind: 'wrong-unit' }], [{ kind: 'garbage' }], [{ kind: 'exception', exception: 4 }]] satisfies [ModbusFaultKind][])('says nothing while there is %j, and counts it', async (fault) => {
    const { run, readings, rejections } = bench(undefined, [faultOf(fault)]);
    await run(5);
    expect(readings).toEqual([]);
    expect(rejections.length).toBeGreaterThan(0);
  });

  it('is read in spite of an echo and of a first attempt that is lost, on a bus that asks twice', async () => {
    const { run, readings } = bench(undefined, [faultOf({ kind: 'echo' }), faultOf({ kind: 'first-attempt-lost' })]);
    await run(8);
    expect(readings.length).toBeGreaterThan(0);
    for (const { currentA } of readings) expect(currentA[0]).toBeCloseTo(12, 1);
  });

  it('is never asked to change anything', async () => {
    const pdus: number[] = [];
    const unit = createRegisterMeter({ unitId: UNIT, description: describeMeter(meter, BUNDLED_METERS), measure: () => VALUES });
    const { run } = benchOf(meter, {
      ...unit,
      handle(pdu, timeMs) {
        pdus.push(pdu[0] ?? 0);
        return unit.handle(pdu, timeMs);
      },
    });
    await run(12);
    expect(pdus.length).toBeGreaterThan(5);
    expect(pdus.every((code) => code === 3 || code === 4)).toBe(true);
  });
});

/** Registers, flags and writes: reference smartevse.md 7.1. */
describe('Sensorbox', () => {
  const boxOf = (options: Partial<SensorboxOptions> = {}) => createSensorbox({ measure: () => ({ currentA: CURRENTS, voltageV: [230, 231, 232] }), ...options });
  const read = (box: SimulatedUnit, count: number, timeMs: number): readonly number[] => {
    const parsed = parseAnswerPdu(box.handle(readRequestPdu('input', 0, count), timeMs) ?? new Uint8Array());
    return parsed.ok && parsed.value.kind === 'words' ? parsed.value.words : [];
  };

  it.each([
    ['sensorbox', { version: 2, source: 'p1' }],
    ['sensorbox', { version: 2, source: 'clamps' }],
    ['sensorbox-1', { version: 1, source: 'p1' }],
    ['sensorbox-1', { version: 1, source: 'clamps' }],
  ] as const)('%s with %j tells the currents', async (model, options) => {
    const { run, readings, rejections } = benchOf(meterOf(model, 10, { periodMs: 2000 }), boxOf(options));
    await run(7);
    expect(rejections).toEqual([]);
    for (const phase of [0, 1, 2]) expect(readings.at(-1)?.currentA[phase]).toBeCloseTo(CURRENTS[phase] ?? NaN, 3);
    expect(readings.length).toBeGreaterThanOrEqual(3);
  });

  it('asked before anything new has come, its flags are 0 and nothing is used', async () => {
    const { run, readings, rejections } = benchOf(meterOf('sensorbox', 10, { periodMs: 500 }), boxOf());
    await run(4);
    expect(rejections.length).toBeGreaterThan(2);
    expect(readings.length).toBeLessThanOrEqual(5);
  });

  it('set to 3 wires its clamps are no clamps of a star supply: the 4-wire description refuses them, the 3-wire one takes them', async () => {
    const box = boxOf({ source: 'clamps' });
    expect(box.handle(writeRequestPdu(6, 0x0800, [2]), 0)).toEqual(Uint8Array.of(6, 8, 0, 0, 2));
    expect(box.isThreeWire()).toBe(true);
    expect(read(box, 20, 0)[0]).toBe(0x16);
    const refused = benchOf(meterOf('sensorbox', 10), box);
    await refused.run(3);
    expect([refused.readings.length, refused.rejections.length > 0]).toEqual([0, true]);
    const taken = benchOf(meterOf('sensorbox-3-wire', 10), boxOf({ source: 'clamps' }));
    await taken.run(3);
    expect(taken.readings).toEqual([]);
    const wired = boxOf({ source: 'clamps' });
    wired.handle(writeRequestPdu(6, 0x0800, [3]), 0);
    const fitting = benchOf(meterOf('sensorbox-3-wire', 10), wired);
    await fitting.run(3);
    expect(fitting.readings.at(-1)?.currentA[0]).toBeCloseTo(12, 3);
    expect(wired.isCounterClockwise()).toBe(true);
  });

  it('a box with a network answers 32 registers, one without 20', () => {
    expect(read(boxOf(), 32, 0)).toEqual([]);
    const box = boxOf({ hasNetwork: true });
    expect(read(box, 32, 0)).toHaveLength(32);
    expect((read(box, 20, 0)[0] ?? 0) >> 8).toBe(1);
    box.handle(writeRequestPdu(6, 0x0801, [2]), 0);
    expect(read(box, 32, 0)[0x14]).toBe((4 << 8) | 2);
  });

  it('says who it is', async () => {
    const { driver, settle } = benchOf(meterOf('sensorbox', 10), boxOf());
    expect((await settle(driver.identify())).model).toContain('Sensorbox');
  });
});
