import { describe, expect, it } from 'vitest';
import { compensateBattery } from './battery.ts';
import { solarSite, viewOf, WAITING } from './testing/solar-view.ts';

/** Seed 003, "Home Battery Integration"; the age limit is that of its text (11 s), a value as old as that still counts. */
describe.each`
  battery         | ageS    | grid          | seen            | isOld
  ${[10, 0, 0]}   | ${0}    | ${[-1, 0, 0]} | ${[-11, 0, 0]}  | ${false}
  ${[10, 0, 0]}   | ${11}   | ${[-1, 0, 0]} | ${[-11, 0, 0]}  | ${false}
  ${[10, 0, 0]}   | ${11.1} | ${[-1, 0, 0]} | ${[-1, 0, 0]}   | ${true}
  ${[-8, 0, 0]}   | ${0}    | ${[-9, 0, 0]} | ${[-1, 0, 0]}   | ${false}
  ${[3, 3, 3]}    | ${0}    | ${[1, 2, -3]} | ${[-2, -1, -6]} | ${false}
  ${[NaN, 0, 0]}  | ${0}    | ${[-1, 0, 0]} | ${[-1, 0, 0]}   | ${true}
  ${null}         | ${0}    | ${[-1, 0, 0]} | ${[-1, 0, 0]}   | ${true}
`('battery $battery (charging positive) $ageS s old, grid $grid', ({ battery, ageS, grid, seen, isOld }: { battery: readonly [number, number, number] | null; ageS: number; grid: readonly [number, number, number]; seen: readonly number[]; isOld: boolean }) => {
  const view = viewOf(solarSite({ policy: { batteryMaxAgeMs: 11_000 } }), {
    timeS: 100,
    gridA: grid,
    evses: [WAITING],
    signals: { battery: battery === null ? null : { currentA: battery, timeMs: 100_000 - ageS * 1000 } },
  });

  it(`is seen as ${String(seen)}`, () => {
    expect(compensateBattery(view, grid).gridCurrentA).toEqual(seen);
  });

  it(isOld ? 'is a notice' : 'is no notice', () => {
    expect(compensateBattery(view, grid).notices.map(({ code }) => code)).toEqual(isOld ? ['battery-value-old'] : []);
  });
});

it('without a battery in the settings its value is not used, and not missed', () => {
  const view = viewOf(solarSite(), { timeS: 0, gridA: -1, evses: [WAITING], signals: { battery: { currentA: [10, 0, 0], timeMs: 0 } } });
  expect(compensateBattery(view, [-1, 0, 0])).toEqual({ gridCurrentA: [-1, 0, 0], notices: [] });
});
