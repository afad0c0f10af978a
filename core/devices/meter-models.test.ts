/** Every meter that comes with the program: what outside frames of it must give, and what its requests look like. */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseRtuRequest, parseRtuResponse, answersRequest } from '../protocols/modbus.ts';
import { numberIn } from './data-types.ts';
import { decodeRegisters } from './decode-registers.ts';
import { encodeRegisters } from './encode-registers.ts';
import { BUNDLED_METERS } from './list-meters.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type MeterValues, type RegisterBlock } from './meter-values.ts';
import { readBlocksOf } from './read-blocks.ts';
import { cadenceOf } from './register-places.ts';
import type { Register } from './register-schema.ts';

const withRegisters = [...BUNDLED_METERS.values()].filter(({ modbus }) => modbus !== undefined);
const models = withRegisters.map((description) => [description.model, description] as const);
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16));

function known(model: string): MeterDescription {
  const found = BUNDLED_METERS.get(model);
  if (found === undefined) throw new Error(model);
  return found;
}

describe.each(models)('%s', (_model, description) => {
  const map = registerMapOf(description);

  it('has samples whose frames are whole and belong together, or says that there are none', () => {
    if (map.evidence.kind === 'register-table-only') {
      expect(map.evidence.statement).toBe('register table only, verify on site');
      return;
    }
    for (const { request, response } of map.evidence.samples) {
      const [asked, answered] = [parseRtuRequest(bytesOf(request)), parseRtuResponse(bytesOf(response))];
      if (!asked.ok || !answered.ok) throw new Error(`${request}: ${JSON.stringify([asked, answered])}`);
      expect(answered.value.unitId).toBe(asked.value.unitId);
      expect(answersRequest(asked.value.content, answered.value.content)).toBe(true);
    }
  });

  it('is asked for no more than it gives, and its currents are in what is polled fast', () => {
    const blocks = readBlocksOf(description);
    for (const { count } of blocks) expect(count).toBeLessThanOrEqual(map.bus.longestRead);
    const values = decodeRegisters(description, blocks.filter(({ cadence }) => cadence === 'fast').map((block) => imageBlock(description, VALUES, block)));
    expect(values.rejected).toEqual([]);
    for (let phase = 0; phase < map.phases; phase += 1) expect(values.currentA[phase]).toBeCloseTo(VALUES.currentA[phase] ?? NaN, 0);
  });

  it('gives values back that it was told, within the resolution of its registers', () => {
    fc.assert(
      fc.property(meterValues(), (told) => {
        const decoded = decodeRegisters(description, readBlocksOf(description).map((block) => imageBlock(description, told, block)));
        expect(decoded.rejected).toEqual([]);
        for (const key of ['currentA', 'voltageV', 'powerW'] as const) {
          const register = registerOf(description, key);
          for (let phase = 0; phase < map.phases; phase += 1) expectNear(register, told[key][phase] ?? 0, decoded[key][phase] ?? null);
        }
        expectNear(registerOf(description, 'totalPowerW'), told.totalPowerW ?? 0, decoded.totalPowerW);
        expectNear(registerOf(description, 'energyImportWh'), told.energyImportWh ?? 0, decoded.energyImportWh);
        expectNear(registerOf(description, 'energyExportWh'), told.energyExportWh ?? 0, decoded.energyExportWh);
      }),
      { numRuns: 100 },
    );
  });

  it('never throws on any registers, gives no impossible value, and every rejection has a reason', () => {
    const words = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x7fff, 0x8000, 0xffff, 0x7f80, 0xff80, 0x7fc0));
    const blocks = readBlocksOf(description).map(({ table, address, count }) => fc.array(words, { minLength: count, maxLength: count }).map((found): RegisterBlock => ({ table, address, words: found })));
    fc.assert(
      fc.property(fc.tuple(...blocks), (garbage) => {
        const { rejected, currentA, voltageV, powerW, totalPowerW, energyImportWh, energyExportWh } = decodeRegisters(description, garbage);
        for (const value of [...currentA, ...voltageV, ...powerW, totalPowerW, energyImportWh, energyExportWh]) expect(value === null || Number.isFinite(value)).toBe(true);
        for (const current of currentA) expect(Math.abs(current ?? 0)).toBeLessThanOrEqual(map.largestCurrentA);
        for (const { reason, got } of rejected) expect([reason.length > 0, got.length > 0]).toEqual([true, true]);
        // Whatever is missing for another cause than that the device has it not is told.
        if (map.missing === 'none' && currentA.slice(0, map.phases).includes(null)) expect(rejected.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });
});

const KEYS = { currentA: 'current', voltageV: 'voltage', powerW: 'power', totalPowerW: 'totalPower', energyImportWh: 'energyImport', energyExportWh: 'energyExport' } as const;

function registerOf(description: MeterDescription, key: keyof typeof KEYS): Register | null {
  const { registers, choice } = registerMapOf(description);
  return choice?.cases[0]?.registers[KEYS[key]] ?? registers[KEYS[key]] ?? null;
}

/** Half a step of a whole number, the 24 bits of a float, nothing where the device does not tell. */
function expectNear(register: Register | null, told: number, got: number | null): void {
  if (register === null) {
    expect(got).toBeNull();
    return;
  }
  const step = register.type === 'f32' ? Math.abs(told) * 1.2e-7 + 1e-30 : 0.5000001 * 10 ** register.scale;
  expect(Math.abs((got ?? NaN) - told)).toBeLessThanOrEqual(step);
}

/** Values that a meter can have: the power of a phase has the direction of its current, and 16 bits of watts hold it. */
function meterValues(): fc.Arbitrary<MeterValues> {
  const current = fc.double({ min: -120, max: 120, noNaN: true });
  return fc
    .record({
      currentA: fc.tuple(current, current, current),
      voltageV: fc.tuple(fc.double({ min: 85, max: 277, noNaN: true }), fc.double({ min: 85, max: 277, noNaN: true }), fc.double({ min: 85, max: 277, noNaN: true })),
      energyImportWh: fc.double({ min: 0, max: 20_000_000, noNaN: true }),
      energyExportWh: fc.double({ min: 0, max: 20_000_000, noNaN: true }),
    })
    .map((values) => {
      const powerW = values.currentA.map((currentA, phase) => (currentA < 0 ? -1 : 1) * Math.max(Math.abs(currentA) * (values.voltageV[phase] ?? 0) * 0.9, 20)) as [number, number, number];
      return { ...values, powerW, totalPowerW: Math.max(-32_000, Math.min(32_000, powerW[0] + powerW[1] + powerW[2])) };
    });
}

const VALUES: MeterValues = { currentA: [10, -20, 30], voltageV: [230, 231, 232], powerW: [2300, -4600, 6900], totalPowerW: 4600, energyImportWh: 1_000_000, energyExportWh: 50_000 };

function imageBlock(description: MeterDescription, values: MeterValues, { table, address, count }: { table: 'holding' | 'input'; address: number; count: number }): RegisterBlock {
  const registers = encodeRegisters(description, values).get(table);
  return { table, address, words: Array.from({ length: count }, (_, index) => registers?.get(address + index) ?? 0) };
}

test('every file of the folder is in the list, under the name it has', () => {
  const names = readdirSync(new URL('meters/', import.meta.url)).map((name) => name.replace(/\.json$/, ''));
  expect([...BUNDLED_METERS.keys()].sort()).toEqual(names.sort());
});

describe('what vendors and recordings say about single models', () => {
  const input = (address: number, ...words: number[]): RegisterBlock => ({ table: 'input', address, words });
  const holding = (address: number, ...words: number[]): RegisterBlock => ({ table: 'holding', address, words });

  test('requests are those that a SmartEVSE makes (reference 7.2) or a vendor shows', () => {
    const fast = (model: string) => readBlocksOf(known(model)).filter(({ cadence }) => cadence === 'fast').map(({ table, address, count }) => [table, address, count]);
    expect(fast('sensorbox')).toEqual([['input', 0, 20]]);
    expect(fast('sensorbox-1')).toEqual([['input', 0, 20]]);
    expect(fast('eastron-sdm630')).toEqual([['input', 0x0006, 12]]);
    expect(fast('eastron-sdm120')).toEqual([['input', 0x0006, 12]]);
    expect(fast('abb-b23')).toEqual([['holding', 0x5b0c, 16]]);
    expect(fast('chint-dtsu666')).toEqual([['holding', 0x200c, 14]]);
    expect(fast('finder-7m38')).toEqual([['input', 2516, 20]]);
    expect(fast('solaredge-sunspec-meter')).toEqual([['holding', 40188, 23]]);
    // 12 registers in one would be beyond the 11 it gives.
    expect(fast('phoenix-eem-350-d-mcb')).toEqual([['input', 12, 6], ['input', 18, 6]]);
  });

  test('ABB: a current of FFFFFFFF and a power of 7FFFFFFF are quantities that the variant has not, and no phase has one', () => {
    const { currentA, powerW, rejected } = decodeRegisters(known('abb-b23'), [holding(0x5b0c, 0, 100, 0xffff, 0xffff, 0xffff, 0xffff, 0, 0, 0, 50, 0xffff, 0xce00, 0x7fff, 0xffff, 0x7fff, 0xffff)]);
    expect(currentA).toEqual([-1, null, null]);
    expect(powerW).toEqual([-128, null, null]);
    expect(rejected).toEqual([]);
  });

  test('EM340: an overflow (vendor protocol page 8: words FFFF 7FFF) is refused, not taken for two million amperes', () => {
    const { currentA, rejected } = decodeRegisters(known('carlogavazzi-em340'), [input(12, 0xffff, 0x7fff, 0x2c88, 0, 0x3138, 0)]);
    expect(currentA).toEqual([null, 11.4, 12.6]);
    expect(rejected).toMatchObject([{ reason: 'out-of-range', quantity: 'current', phase: 0, got: '2147483.647' }]);
  });

  test('SolarEdge: exponents come from their registers; 8000 is a quantity that is not there', () => {
    const map = known('solaredge-sunspec-meter');
    // 40191..40210 with an exponent of -1, then 0, for the currents; phase L3 not implemented; power 100 W export.
    const block = (exponent: number) => holding(40191, 115, 0xfff8, 0x8000, exponent, 0, 23888, 23, 0, 0, 0, 0, 0, 0xfffe, 0, 0, 100, 100, 0, 0, 0);
    expect(decodeRegisters(map, [block(0xffff)])).toMatchObject({ currentA: [11.5, -0.8, null], voltageV: [238.88, 0.23, 0], powerW: [-100, 0, 0], totalPowerW: -100 });
    expect(decodeRegisters(map, [block(0)]).currentA).toEqual([115, -8, null]);
    expect(decodeRegisters(map, [block(50)]).rejected).toMatchObject([{ reason: 'exponent-out-of-range', got: '50' }, {}]);
    expect(decodeRegisters(map, [block(0x8000)]).currentA).toEqual([null, null, null]);
  });

  const sensorboxWords = (flags: number, low = 0x14): number[] => [low, 0x3200 | flags, 0x4366, 0x8000, 0x4366, 0x4ccd, 0x4369, 0x199a, 0x3f80, 0, 0x4000, 0, 0xc040, 0, 0x4080, 0, 0x40a0, 0, 0xc0c0, 0];

  test.each([
    ['P1 data and clamps: P1 wins', 0x83, 'sensorbox', [1, 2, -3]],
    ['clamps only', 0x03, 'sensorbox', [4, 5, -6]],
    ['P1 only', 0x80, 'sensorbox', [1, 2, -3]],
    ['an old box', 0x03, 'sensorbox-1', [4, 5, -6]],
  ])('Sensorbox with %s', (_what, flags, model, currentA) => {
    const decoded = decodeRegisters(known(model), [input(0, ...sensorboxWords(flags))]);
    expect(decoded.currentA).toEqual(currentA);
    expect(decoded.voltageV[0]).toBe((flags & 0x80) === 0 ? null : 230.5);
  });

  test('Sensorbox without new data is ignored whole, with the reason', () => {
    const decoded = decodeRegisters(known('sensorbox'), [input(0, ...sensorboxWords(0))]);
    expect(decoded).toMatchObject({ currentA: [null, null, null], voltageV: [null, null, null], rejected: [{ reason: 'no-new-data', address: 1, got: '0x3200' }] });
  });

  test.each([
    ['sensorbox', 0x14, 0x03, true],
    ['sensorbox', 0x15, 0x03, true],
    ['sensorbox', 0x16, 0x03, false],
    // What comes over P1 is measured by the smart meter: the setting of the clamps does not matter.
    ['sensorbox', 0x16, 0x80, true],
    ['sensorbox-3-wire', 0x16, 0x03, true],
    ['sensorbox-3-wire', 0x14, 0x03, false],
    ['sensorbox', 0x00, 0x03, false],
  ])('%s with %i in register 0 and flags %i is used: %s', (model, low, flags, isUsed) => {
    const { currentA, rejected } = decodeRegisters(known(model), [input(0, ...sensorboxWords(flags, low))]);
    expect(currentA[0] !== null).toBe(isUsed);
    expect(rejected.map(({ reason }) => reason)).toEqual(isUsed ? [] : rejected.map(() => 'expectation-not-met'));
  });

  test('a three-phase Eastron behind a one-phase description is refused: L2 and L3 must read 0', () => {
    const words = [0x40f7, 0x6be6, 0x406a, 0x2790, 0x3fbc, 0xe44f, 0xc4e9, 0xdbba, 0xc452, 0x5ce1, 0x4217, 0x55c2];
    const { currentA, rejected } = decodeRegisters(known('eastron-sdm230'), [input(6, ...words)]);
    expect(currentA[0]).toBeNull();
    expect(rejected.map(({ reason, address }) => [reason, address])).toEqual([8, 10, 14, 16].map((address) => ['expectation-not-met', address]));
  });

  test('a magnitude without its power has no direction and is not used', () => {
    const { currentA, rejected } = decodeRegisters(known('schneider-iem3x5x'), [holding(2999, 0x3ccc, 0xcccd, 0, 0, 0, 0)]);
    expect(currentA).toEqual([null, null, null]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['no-sign', 'no-sign', 'no-sign']);
  });

  test('the four byte orders (reference 7.3): b0 b1 b2 b3 is 44 33 22 11 on the wire of order 0', () => {
    expect([0, 1, 2, 3].map((order) => numberIn([0x4433, 0x2211], 'u32', order as 0 | 1 | 2 | 3).toString(16))).toEqual(['11223344', '33441122', '22114433', '44332211']);
    expect([0, 1, 2, 3].map((order) => numberIn([0x1234], 'u16', order as 0 | 1 | 2 | 3).toString(16))).toEqual(['3412', '3412', '1234', '1234']);
  });

  test('slow quantities are what is not polled fast', () => {
    const { registers } = registerMapOf(known('eastron-sdm630'));
    if (registers.energyImport === undefined || registers.current === undefined) throw new Error('registers');
    expect([cadenceOf('current', registers.current), cadenceOf('energyImport', registers.energyImport)]).toEqual(['fast', 'slow']);
  });
});
