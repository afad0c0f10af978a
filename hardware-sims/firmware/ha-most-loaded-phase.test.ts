import { describe, expect, it } from 'vitest';
import { decideFirst, decideSecond, type RecipeInputs } from './ha-most-loaded-phase.ts';

/** Expectations worked out by hand from reference/home-assistant-ocpp.md C.2 (2025), C.3 (2023) and C.4. */
const FIRST = { fuseA: 25, bandFromA: 24 };
const SECOND = { totalA: 25, minA: 6, maxA: 16 };

describe('2025: floor(clamp(total - measured + setting, 6, 16)) while charging', () => {
  it.each<[string, number, number, number]>([
    ['exactly at the limit it stays: 25 - 25 + 10', 25, 10, 10],
    ['what is left is added: 25 - 20.5 + 10 = 14.5', 20.5, 10, 14],
    ['the floor takes most of an ampere: 25 - 24.1 + 10 = 10.9', 24.1, 10, 10],
    ['an overload is taken off: 25 - 28.2 + 12 = 8.8', 28.2, 12, 8],
    ['never above 16, although the vehicle draws less and will take it later (weakness 1)', 8, 16, 16],
    ['never below 6, although the house alone is above the limit (weakness 2): 25 - 33 + 6', 33, 6, 6],
    ['a number that has never been set stands at 32: 25 - 20 + 32', 20, 32, 16],
  ])('%s', (_what, measuredA, settingA, expectedA) => {
    expect(decideSecond(SECOND, { measuredA, settingA, offeredA: 16, isCharging: true })?.currentA).toBe(expectedA);
  });

  it('does nothing while not charging (weakness 9)', () => {
    expect(decideSecond(SECOND, { measuredA: 40, settingA: 16, offeredA: 16, isCharging: false })).toBeNull();
  });
});

describe('2023: outside a band, never above what the charger offers', () => {
  it.each<[string, Partial<RecipeInputs>, number | null]>([
    ['inside the band nothing happens', { measuredA: 24.5 }, null],
    ['at 25 A exactly nothing happens', { measuredA: 25 }, null],
    ['at 24 A exactly nothing happens', { measuredA: 24 }, null],
    ['above: 25 - 27 + 12, the measured current cut to whole amperes', { measuredA: 27.9, settingA: 12 }, 10],
    ['25.4 A is above the fuse, but cut to 25 it takes nothing off', { measuredA: 25.4, settingA: 12 }, 12],
    ['below: 12 + 5 is above the 12 A offered, so it stays at what is offered (ratchet)', { measuredA: 20, settingA: 12, offeredA: 12 }, 12],
    ['once lowered to 8 it never comes back, whatever is free', { measuredA: 9, settingA: 8, offeredA: 8 }, 8],
    ['a deep overload goes below 0: 25 - 45 + 12', { measuredA: 45, settingA: 12 }, -8],
    ['not charging: what is available', { measuredA: 12.7, isCharging: false, offeredA: 16 }, 13],
    ['not charging: not above what is offered', { measuredA: 2, isCharging: false, offeredA: 16 }, 16],
    ['not charging: 1 A where nothing is left', { measuredA: 31, isCharging: false }, 1],
    ['without Current.Offered the template fails', { measuredA: 31, offeredA: null }, null],
  ])('%s', (_what, inputs, expectedA) => {
    const decision = decideFirst(FIRST, { measuredA: 20, settingA: 16, offeredA: 16, isCharging: true, ...inputs });
    expect(decision?.currentA ?? null).toBe(expectedA);
  });
});
