import { afterEach, describe, expect, test } from 'vitest';
import { createMemoryBus } from '../../../hardware-sims/memory-bus.ts';
import { createRegisterMeter } from '../../../hardware-sims/meters/register-meter.ts';
import type { SimulatedUnit } from '../../../hardware-sims/modbus-unit.ts';
import { BUNDLED_METERS } from '../../devices/list-meters.ts';
import type { MeterDescription } from '../../devices/meter-description-schema.ts';
import type { MeterValues } from '../../devices/meter-values.ts';
import { failureOf } from '../../errors.ts';
import { exceptionPdu, readAnswerPdu } from '../../protocols/modbus.ts';
import { meterSchema } from '../../site/schema.ts';
import type { MeterReading } from '../../site/readings.ts';
import { createVirtualClock, type VirtualClock } from '../../time/virtual-clock.ts';
import type { MeterDriver, Rejection } from '../driver.ts';
import { createMeterDriver } from '../list.ts';
import type { RegisterMeterDriver } from './register-meter.ts';

const VALUES: MeterValues = { currentA: [10, -20, 5], voltageV: [230, 231, 232], powerW: [2300, -4600, 1160], totalPowerW: -1140, energyImportWh: 1_000_000, energyExportWh: 50_000 };
const LINE = { baud: 9600 } as const;

interface Rig {
  readonly clock: VirtualClock;
  readonly driver: MeterDriver;
  readonly readings: MeterReading[];
  readonly rejections: Rejection[];
  readonly run: (durationMs: number) => Promise<void>;
}

const drivers: MeterDriver[] = [];
afterEach(() => {
  for (const driver of drivers.splice(0)) driver.close();
});

function known(model: string): MeterDescription {
  const found = BUNDLED_METERS.get(model);
  if (found === undefined) throw new Error(model);
  return found;
}

function rig(model: string, units: readonly SimulatedUnit[], more: object = {}, meterModels = BUNDLED_METERS): Rig {
  const clock = createVirtualClock();
  const meter = meterSchema.parse({ id: 'm', name: 'M', model, link: { kind: 'modbus', transport: 'bus', unitId: 10 }, clamp: known(model).modbus?.phases === 1 ? 'one-phase' : 'each-phase', periodMs: 1000, allowedAgeMs: 5000, ...more });
  const bus = createMemoryBus({ units, clock, wire: LINE, timeoutMs: 300 });
  const driver = createMeterDriver(meter, { links: { mqtt: null, buses: new Map([['bus', bus]]) }, clock, meterModels });
  drivers.push(driver);
  const readings: MeterReading[] = [];
  const rejections: Rejection[] = [];
  driver.onReading((reading) => readings.push(reading));
  driver.onRejection((rejection) => rejections.push(rejection));
  return { clock, driver, readings, rejections, run: (durationMs) => pass(clock, durationMs) };
}

/** Call by call, with the promises that each of them settles. */
async function pass(clock: VirtualClock, durationMs: number): Promise<void> {
  const untilMs = clock.monotonicMs() + durationMs;
  for (;;) {
    const nextMs = Math.min(clock.nextCallMs(), untilMs);
    clock.advanceTo(nextMs);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    if (nextMs >= untilMs && clock.nextCallMs() > untilMs) return;
  }
}

async function settled<T>(run: Rig['run'], promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await run(10_000);
  return promise;
}

const meterOf = (model: string, measure: (timeMs: number) => MeterValues = () => VALUES): SimulatedUnit => createRegisterMeter({ unitId: 10, description: known(model), measure });

/** Answers every read with words that a test gives. */
const scripted = (words: (count: number, address: number, timeMs: number) => readonly number[] | null): SimulatedUnit => ({
  unitId: 10,
  turnaroundMs: 5,
  handle(pdu, timeMs) {
    const [code = 3, ahigh = 0, alow = 0, , count = 0] = pdu;
    const found = words(count, ahigh * 256 + alow, timeMs);
    return found === null ? exceptionPdu(code, 2) : readAnswerPdu(code === 3 ? 'holding' : 'input', found);
  },
});

const models = [...BUNDLED_METERS.values()].filter(({ modbus }) => modbus !== undefined);

describe.each(models.map((description) => [description.model, description] as const))('%s', (model, description) => {
  test('is identified and read: currents with their direction at the site period, voltages slowly', async () => {
    const { driver, readings, rejections, run } = rig(model, [meterOf(model)]);
    const identified = driver.identify();
    expect(await settled(run, identified)).toEqual({ model: description.name, firmware: null, serial: null });
    await run(30_000);
    expect(rejections).toEqual([]);
    expect(readings.length).toBeGreaterThanOrEqual(38);
    const last = readings.at(-1);
    const phases = description.modbus?.phases ?? 3;
    for (let phase = 0; phase < phases; phase += 1) {
      expect(last?.currentA[phase]).toBeCloseTo(VALUES.currentA[phase] ?? NaN, 1);
      if (description.modbus?.registers.power !== undefined) expect(last?.powerW?.[phase]).toBeCloseTo(VALUES.powerW[phase] ?? NaN, -1);
      if (description.quantities.voltage !== undefined) expect(last?.voltageV?.[phase]).toBeCloseTo(VALUES.voltageV[phase] ?? NaN, 0);
    }
    expect(last?.currentA.slice(phases)).toEqual([null, null, null].slice(phases));
  });
});

describe('a meter read by its registers', () => {
  test('phases and direction of the site are applied once', async () => {
    const { readings, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')], { phaseMap: [2, 0, 1], sign: -1 });
    await run(500);
    expect(readings[0]).toMatchObject({ currentA: [20, -5, -10], powerW: [4600, -1160, -2300] });
  });

  test('with one clamp only its first phase is told', async () => {
    const { readings, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')], { clamp: 'one-phase', phaseMap: [1, 0, 2] });
    await run(500);
    expect(readings[0]?.currentA).toEqual([null, 10, null]);
  });

  test('a reading is as old as the first of its registers', async () => {
    const { readings, run } = rig('schneider-iem3x5x', [meterOf('schneider-iem3x5x')]);
    await run(1000);
    // 8 bytes out, 10 ms, 17 bytes back at 9600 baud: about 36 ms; the second request comes after that.
    expect(readings[0]?.timeMs).toBeGreaterThan(30);
    expect(readings[0]?.timeMs).toBeLessThan(45);
  });

  test.each([
    // Measures by itself: an equal answer is a new measurement.
    ['eastron-sdm630', true],
    // The inverter repeats what its meter told it last.
    ['solaredge-sunspec-meter', false],
  ])('%s: the same answer again counts as live: %s', async (model, isLive) => {
    const { readings, run } = rig(model, [meterOf(model)]);
    await run(4500);
    expect(readings.map((reading) => reading.isLive)).toEqual([true, ...readings.slice(1).map(() => isLive)]);
  });

  test('an equal answer that came sooner than the device measures is not live', async () => {
    const { readings, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')], { periodMs: 250 });
    await run(2100);
    expect(readings.filter((reading) => reading.isLive).length).toBeLessThanOrEqual(3);
  });

  test('a changing value is live at every reading', async () => {
    const { readings, run } = rig('solaredge-sunspec-meter', [meterOf('solaredge-sunspec-meter', (timeMs) => ({ ...VALUES, currentA: [timeMs / 1000, 0, 0] }))]);
    await run(4500);
    expect(readings.map((reading) => reading.isLive)).toEqual(readings.map(() => true));
  });

  test('what cannot be is no reading, and the rejection says register and reason', async () => {
    const words = (count: number): readonly number[] => [0x7fc0, 0, ...Array.from({ length: count - 2 }, () => 0)];
    const { readings, rejections, run } = rig('eastron-sdm630', [scripted(words)]);
    await run(500);
    expect(readings).toEqual([]);
    expect(rejections[0]?.failure).toEqual({ code: 'unexpected-reply', context: { meter: 'm', reason: 'not-a-number', quantity: 'current', phase: 1, address: 6, got: '7FC0 0000' } });
  });

  test('a phase that the site believes measured and the device has not is no 0 A', async () => {
    const missing = [0xffff, 0xffff];
    const words = (count: number): readonly number[] => [0, 1000, 0, 1000, ...missing, ...Array.from({ length: count - 6 }, () => 0)];
    const { readings, rejections, run } = rig('abb-b23', [scripted(words)]);
    await run(500);
    expect(readings).toEqual([]);
    expect(rejections[0]?.failure).toMatchObject({ code: 'unexpected-reply', context: { reason: 'phase-missing', phase: 3 } });
  });

  test('another map behind the same name is found out at identification: floats where 16-bit volts should be (Sinotimer)', async () => {
    // 230.0 V as float: 4366 0000; as 16-bit tenths of a volt that is 1725.4 V.
    const words = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 0x4366 : 0));
    const { driver, run } = rig('sinotimer-dts6619', [scripted(words)]);
    const error: unknown = await settled(run, driver.identify()).catch((thrown: unknown) => thrown);
    expect(failureOf(error)).toMatchObject({ code: 'unexpected-reply', context: { meter: 'm' } });
    expect(String(failureOf(error).context['reason'])).toContain('1725.4');
  });

  test('values that contradict each other are no meter of this model: 20 kW at 230 V and 1 A', async () => {
    const { driver, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630', () => ({ ...VALUES, currentA: [1, 1, 1], powerW: [20_000, 0, 0] }))]);
    const error: unknown = await settled(run, driver.identify()).catch((thrown: unknown) => thrown);
    expect(failureOf(error).context['reason']).toBe('phase 1: 20000 W at 230.0 V and 1.00 A');
  });

  test('what a Sensorbox sends without new data makes no reading, and is counted with its reason', async () => {
    const box = (flags: number): number[] => [0x14, 0x3200 | flags, 0x4366, 0x8000, 0x4366, 0x4ccd, 0x4369, 0x199a, 0x3f80, 0, 0x4000, 0, 0xc040, 0, 0, 0, 0, 0, 0, 0];
    // New data every two seconds until 9 s, then none.
    const { readings, rejections, run } = rig('sensorbox', [scripted((_count, _address, timeMs) => box(timeMs % 2000 < 1000 && timeMs < 9000 ? 0x80 : 0))]);
    await run(8900);
    expect(readings.map(({ currentA }) => currentA)).toEqual(Array.from({ length: 5 }, () => [1, 2, -3]));
    expect(rejections.map(({ failure }) => failure.context['reason'])).toEqual(Array.from({ length: 4 }, () => 'no-new-data'));
    await run(10_000);
    expect(readings).toHaveLength(5);
  });

  test('a silent meter is told, is asked more rarely, and is read again when it is back', async () => {
    let isSilent = true;
    let asked = 0;
    const meter = meterOf('eastron-sdm630');
    const unit: SimulatedUnit = {
      ...meter,
      handle(pdu, timeMs) {
        asked += 1;
        return isSilent ? null : meter.handle(pdu, timeMs);
      },
    };
    const { readings, rejections, run } = rig('eastron-sdm630', [unit]);
    await run(30_000);
    expect(readings).toEqual([]);
    expect(rejections.map(({ failure }) => failure.code)).toEqual(rejections.map(() => 'timeout'));
    expect(asked).toBeLessThan(15);
    isSilent = false;
    await run(10_000);
    expect(readings.length).toBeGreaterThan(5);
  });

  test('an exception is told with its code and makes no reading', async () => {
    const { readings, rejections, run } = rig('eastron-sdm630', [scripted(() => null)]);
    await run(500);
    expect(readings).toEqual([]);
    expect(rejections[0]?.failure).toMatchObject({ code: 'refused', context: { meter: 'm', exception: 2 } });
  });

  test('after it is closed nothing is asked and nothing told', async () => {
    const { driver, readings, rejections, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')]);
    driver.close();
    await run(5000);
    expect([readings, rejections]).toEqual([[], []]);
  });

  test('totals and counters stand beside the reading', async () => {
    const { driver, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')]);
    await run(5000);
    expect((driver as RegisterMeterDriver).values()).toMatchObject({ totalPowerW: -1140, energyImportWh: 1_000_000, energyExportWh: 50_000 });
  });
});

describe('a meter by the registers that the site tells', () => {
  /** One row per byte order: 12.34 A as a 32-bit number with a divisor of 2, in wire order (reference smartevse 7.3). */
  test.each([
    [0, [0xd204, 0x0000]],
    [1, [0x0000, 0xd204]],
    [2, [0x04d2, 0x0000]],
    [3, [0x0000, 0x04d2]],
  ])('byte order %i', async (byteOrder, current) => {
    const custom = { byteOrder, dataType: 0, functionCode: 4, current: { register: 0x30, divisor: 2 }, power: { register: 0x40, divisor: 0 }, energy: { register: 0x50, divisor: 0 } };
    const { readings, rejections, run } = rig('modbus-meter', [scripted((count, address) => (address === 0x30 ? [...current, ...current, ...current] : Array.from({ length: count }, () => 0)))], { custom });
    await run(500);
    expect(rejections).toEqual([]);
    expect(readings[0]).toMatchObject({ currentA: [12.34, 12.34, 12.34], voltageV: null, powerW: null });
  });

  test.each([
    [1, 3, 0, [0x4145, 0x70a4], 12.34],
    [2, 4, 1, [0xff85], -12.3],
  ])('data type %i, function %i, divisor %i', async (dataType, functionCode, divisor, current, currentA) => {
    const custom = { byteOrder: 3, dataType, functionCode, current: { register: 0, divisor }, power: { register: 0x40, divisor: 0 }, energy: { register: 0x50, divisor: 3 } };
    const { readings, run } = rig('modbus-meter', [scripted((count, address) => (address === 0 ? [...current, ...current, ...current] : Array.from({ length: count }, () => 0)))], { custom });
    await run(500);
    for (const value of readings[0]?.currentA ?? []) expect(value).toBeCloseTo(currentA, 5);
  });

  test.each([3, 4])('data type %i, which no firmware knows, is refused', (dataType) => {
    const custom = { byteOrder: 3, dataType, functionCode: 3, current: { register: 0, divisor: 0 }, power: { register: 2, divisor: 0 }, energy: { register: 4, divisor: 0 } };
    expect(() => rig('modbus-meter', [], { custom })).toThrow(expect.objectContaining({ code: 'not-supported', context: expect.objectContaining({ device: 'm', dataType }) as unknown }));
  });

  test('without them it cannot be read', () => {
    expect(() => rig('modbus-meter', [])).toThrow(expect.objectContaining({ code: 'not-supported' }));
  });
});

test('a description of the user takes the place of the bundled one', async () => {
  const description = known('eastron-sdm630');
  if (description.modbus === undefined) throw new Error('registers');
  const own: MeterDescription = { ...description, modbus: { ...description.modbus, registers: { ...description.modbus.registers, power: { address: 12, type: 'f32', scale: 0, isNegated: true } } } };
  const { readings, run } = rig('eastron-sdm630', [meterOf('eastron-sdm630')], {}, new Map([[own.model, own]]));
  await run(500);
  expect(readings[0]?.currentA).toEqual([-10, 20, -5]);
});
