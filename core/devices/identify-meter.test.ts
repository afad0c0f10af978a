import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRegisters } from './encode-registers.ts';
import { contradictionsIn, identificationRead, judgeIdentification } from './identify-meter.ts';
import { BUNDLED_METERS } from './list-meters.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import type { MeterValues } from './meter-values.ts';

const described = [...BUNDLED_METERS.values()].filter(({ modbus }) => modbus !== undefined);

/** One phase connected, as on a single-phase supply; L2 and L3 dead. */
const VALUES: MeterValues = { currentA: [7, 0, 0], voltageV: [231.4, 0, 0], powerW: [1600, 0, 0], totalPowerW: 1600, energyImportWh: 100_000, energyExportWh: 0 };

function wordsOf(description: MeterDescription, asked: MeterDescription): number[] {
  const { table, address, count } = identificationRead(asked);
  const registers = encodeRegisters(description, VALUES).get(table);
  return Array.from({ length: count }, (_, index) => registers?.get(address + index) ?? 0);
}

describe.each(described.map((description) => [description.model, description] as const))('%s', (_model, description) => {
  test('is recognised by the answer of one of its own', () => {
    expect(judgeIdentification(description, wordsOf(description, description))).toMatchObject({ fits: true, reasons: [] });
  });

  test('never throws on any answer, and says why it does not fit', () => {
    const { count } = identificationRead(description);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 0, maxLength: count + 2 }), (words) => {
        const { fits, reasons } = judgeIdentification(description, words);
        expect(fits || reasons.length > 0).toBe(true);
        if (words.length !== count) expect(fits).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('which of the models answers', () => {
  /** Models whose answers to their requests cannot be told apart, because their registers are the same. */
  const fitting = (model: string): readonly string[] => {
    const own = BUNDLED_METERS.get(model);
    if (own === undefined) throw new Error(model);
    return described.filter((other) => judgeIdentification(other, wordsOf(own, other)).fits).map((other) => other.model);
  };

  test.each([
    // Words swapped: 0x000008FD as a float is nothing, 231.4 V as an i32 is far beyond any voltage.
    ['eastron-sdm630', ['eastron-sdm120', 'eastron-sdm230', 'eastron-sdm630', 'eastron-sdm630-inverted', 'eastron-sdm72d']],
    ['abb-b23', ['abb-b23']],
    ['wago-879-30x0', ['inepro-pro380', 'wago-879-30x0']],
    ['orno-or-we-517', ['orno-or-we-516', 'orno-or-we-517']],
    ['sensorbox', ['sensorbox']],
    ['sensorbox-3-wire', ['sensorbox-3-wire']],
    ['solaredge-sunspec-meter', ['solaredge-sunspec-meter']],
  ])('%s is taken for %j', (model, expected) => {
    // The old Sensorbox is known by a 0, which is also what registers hold that are not there.
    expect(fitting(model).filter((other) => other !== 'sensorbox-1')).toEqual(expected);
  });

  test('of several that fit, the one with the longer numbers is more likely: tenths of a volt in 32 bits also look like some in 16', () => {
    const own = BUNDLED_METERS.get('carlogavazzi-em340');
    if (own === undefined) throw new Error('model');
    const scores = described.map((other) => [other.model, judgeIdentification(other, wordsOf(own, other))] as const).filter(([, { fits }]) => fits);
    const best = Math.max(...scores.map(([, { score }]) => score));
    expect(scores.filter(([, { score }]) => score === best).map(([model]) => model)).toEqual(['carlogavazzi-em340', 'phoenix-eem-350-d-mcb']);
    expect(scores.map(([model]) => model)).toContain('sinotimer-dts6619');
  });
});

test.each([
  ['230 V, 10 A, 2.3 kW', 230, 10, 2300, 0],
  ['export', 230, -10, -2200, 0],
  ['an idle line with a meter that counts watts', 230, 0, 5, 0],
  ['kilowatts taken for watts are no contradiction, watts for kilowatts are', 230, 10, 2_300_000, 1],
  ['a voltage taken for a current hides nothing', 0.2, 10, 2300, 1],
])('%s: %d V, %d A, %d W', (_what, voltageV, currentA, powerW, count) => {
  const phases = (value: number): [number, null, null] => [value, null, null];
  expect(contradictionsIn({ ...VALUES, voltageV: phases(voltageV), currentA: phases(currentA), powerW: phases(powerW) })).toHaveLength(count);
});
