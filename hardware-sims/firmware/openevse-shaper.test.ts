import { describe, expect, test } from 'vitest';
import {
  createShaper,
  createShaperSettings,
  parseFeed,
  receiveLivePower,
  recomputeCeiling,
  releaseShaper,
  runShaperLoop,
  SHAPER_QUIRKS,
  type Shaper,
  type ShaperQuirks,
  type ShaperSettings,
} from './openevse-shaper.ts';

/** Rules are those of the OpenEVSE reference, section a.2; figures of traces from data/openevse-divert/two-evse. */

interface Rig {
  readonly shaper: Shaper;
  readonly settings: ShaperSettings;
  readonly live: (timeS: number, liveW: number, measuredA?: number, voltageV?: number) => void;
  readonly loop: (timeS: number) => void;
}

function rig(changes: Partial<ShaperSettings> = {}, quirkChanges: Partial<ShaperQuirks> = {}): Rig {
  const shaper = createShaper();
  const settings = { ...createShaperSettings(), isEnabled: true, maxPowerW: 9600, ...changes };
  const quirks = { ...SHAPER_QUIRKS, ...quirkChanges };
  return {
    shaper,
    settings,
    live(timeS, liveW, measuredA = 0, voltageV = 240) {
      receiveLivePower(shaper, settings, quirks, liveW, timeS * 1000, voltageV, measuredA);
    },
    loop(timeS) {
      runShaperLoop(shaper, settings, quirks, timeS * 1000, 6);
    },
  };
}

describe('rule 1: a payload is read as a leading integer', () => {
  test.each([
    ['123.9', 123],
    ['-480', -480],
    [' 42 W', 42],
    ['{"power":9600}', 0],
    ['', 0],
    ['nan', 0],
    [8176.9996, 8176],
    [-86.4173, -86],
  ])('%j is %d W', (payload, powerW) => {
    expect(parseFeed(payload, SHAPER_QUIRKS)).toBe(powerW);
  });

  test('without the quirk, what is no number is no sample', () => {
    expect(parseFeed('nan', { ...SHAPER_QUIRKS, takesAnyPayloadForZero: false })).toBeNull();
    expect(parseFeed('123.9', { ...SHAPER_QUIRKS, takesAnyPayloadForZero: false })).toBe(123);
  });
});

describe('rule 2: while a pause timer runs, rises act at once and falls are low-passed', () => {
  test('trace 12: the fall from 12250 W gives 12250, 12241 and 12217 W', () => {
    const { shaper, live, loop } = rig();
    live(620, 12250, 17, 240);
    loop(620);
    const smoothed = [[621, 11750], [622, 11750], [623, 10750]].map(([timeS = 0, liveW = 0]) => {
      live(timeS, liveW);
      return Math.trunc(shaper.smoothedW);
    });
    expect(smoothed).toEqual([12250, 12241, 12217]);
  });

  test('a rise takes over at once', () => {
    const { shaper, live, loop } = rig();
    live(0, 12000);
    loop(0);
    live(1, 13000);
    expect(shaper.smoothedW).toBe(13000);
  });

  test('no pause timer, no smoothing', () => {
    const { shaper, live } = rig();
    live(0, 8000);
    live(1, 1000);
    expect(shaper.smoothedW).toBe(1000);
  });

  test.each([
    [true, 8160],
    [false, 12000],
  ])('the first fall of a later pause counts from the last filter call: %s leaves %d W', (filtersSinceLastCall, expectedW) => {
    const { shaper, live, loop } = rig({ minPauseTimeS: 0 }, { filtersSinceLastCall });
    live(0, 12000);
    loop(0);
    live(1, 1000);
    // An hour of smoothing later the pause ends, and much later another begins.
    live(3600, 1000);
    loop(3600);
    live(90_000, 12000, 0);
    loop(90_000);
    live(90_000, 8160);
    expect(Math.round(shaper.smoothedW)).toBe(expectedW);
  });

  test.each([
    [5, 10],
    [10, 10],
    [60, 60],
  ])('a smoothing time of %d s acts as %d s', (smoothingTimeS, actsAsS) => {
    const { shaper, live, loop } = rig({ smoothingTimeS });
    live(0, 12000);
    loop(0);
    live(1, 10000);
    live(11, 10000);
    expect(shaper.smoothedW).toBeCloseTo(10000 + 2000 * Math.exp(-10 / actsAsS), 6);
  });

  test('a smoothing time of 0 switches smoothing off', () => {
    const { shaper, live, loop } = rig({ smoothingTimeS: 0 });
    live(0, 12000);
    loop(0);
    live(1, 1000);
    expect(shaper.smoothedW).toBe(1000);
  });
});

describe('rules 3 and 4: the ceiling is the headroom in A plus the own draw', () => {
  test.each([
    ['both idle', {}, 0, 0, 240, 40],
    ['trace 01 at 608 s', {}, 10080, 34, 240, 32],
    ['trace 14 at 608 s, line 228 V', {}, 9576, 34, 240, 34.1],
    ['the gateway knows 228 V', {}, 9576, 34, 228, 9600 / 228 - 42 + 34],
    ['three phases divide the headroom', { isThreePhase: true }, 4800, 0, 240, 4800 / 240 / 3],
    ['trace 25: a reversed clamp raises it', {}, -8160, 34, 240, 108],
  ])('%s', (_name, changes, liveW, measuredA, voltageV, ceilingA) => {
    const { shaper, live } = rig(changes);
    live(0, liveW, measuredA, voltageV);
    expect(shaper.ceilingA).toBeCloseTo(ceilingA, 6);
  });

  test('PV is added to the limit only with divert enabled and of type 0', () => {
    for (const [addsSolar, ceilingA] of [[true, 10], [false, 0]] as const) {
      const { shaper, settings, live } = rig({ addsSolar });
      live(0, 9600);
      recomputeCeiling(shaper, settings, SHAPER_QUIRKS, 2400, 1000, 240, 0);
      expect(shaper.ceilingA).toBe(ceilingA);
    }
  });

  test('releases 5.0.x cut the load to the limit, so the ceiling never falls below the own draw (issue 762)', () => {
    const { shaper, live } = rig({}, { cutsLoadToLimit: true });
    live(0, 16320, 34);
    expect(shaper.ceilingA).toBe(34);
  });
});

describe('rules 5 to 7: every 2 s the ceiling becomes a claim', () => {
  test('whole amperes, rounded down, without a state while there is room', () => {
    const { shaper, live, loop } = rig();
    live(0, 1000);
    loop(0);
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: false, maxCurrentA: 35 });
  });

  test('nothing new, no new claim', () => {
    const { shaper, live, loop } = rig();
    live(0, 1000);
    loop(0);
    const first = shaper.claim;
    shaper.ceilingA = 20;
    loop(2);
    expect(shaper.claim).toBe(first);
  });

  test('below the minimum it also disables and starts the pause timer', () => {
    const { shaper, live, loop } = rig();
    live(620, 12250, 17);
    loop(620);
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: true, maxCurrentA: 5 });
    expect(shaper.pauseStartMs).toBe(620_000);
  });

  test('exactly the minimum still charges (trace 01: 6 A beside 34 A)', () => {
    const { shaper, live, loop } = rig();
    live(0, 9600, 6);
    loop(0);
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: false, maxCurrentA: 6 });
  });

  test.each([
    [true, 2 ** 32 - 4],
    [false, -4],
  ])('a negative ceiling wraps: %s', (wrapsNegativeCeiling, maxCurrentA) => {
    const { shaper, live, loop } = rig({}, { wrapsNegativeCeiling });
    live(902, 12000, 6);
    loop(902);
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: true, maxCurrentA });
  });
});

describe('rules 8 and 9: the minimum pause does not hold the pause', () => {
  function resume(quirkChanges: Partial<ShaperQuirks>, minPauseTimeS: number): Rig {
    const made = rig({ minPauseTimeS, smoothingTimeS: 0 }, quirkChanges);
    made.live(0, 12000);
    made.loop(0);
    made.live(60, 8160);
    made.loop(60);
    return made;
  }

  test.each([60, 300, 900])('minimum pause %d s: charging resumes after 60 s all the same (traces 19, 22, 23)', (minPauseTimeS) => {
    expect(resume({}, minPauseTimeS).shaper.claim?.isDisabled).toBe(false);
  });

  test('without the quirk it holds until minimum pause and hysteresis allow', () => {
    const { shaper, live, loop } = resume({ resumesWithinMinimumPause: false }, 300);
    expect(shaper.claim?.isDisabled).toBe(true);
    live(300, 8150);
    loop(300);
    expect(shaper.claim?.isDisabled).toBe(true);
    live(302, 8040);
    loop(302);
    expect(shaper.claim?.isDisabled).toBe(false);
  });

  test('the timer ends only after the minimum pause and with 0.5 A to spare', () => {
    const { shaper, live, loop } = resume({}, 300);
    live(300, 8160);
    loop(300);
    expect(shaper.pauseStartMs).toBe(0);
    live(302, 8040);
    loop(302);
    expect(shaper.pauseStartMs).toBeNull();
  });
});

describe('rules 11 to 14: a feed that dies', () => {
  test('more than the longest interval without a sample pauses at priority 1100, without a current', () => {
    const { shaper, live, loop } = rig();
    live(589, 8160, 34);
    loop(590);
    loop(710);
    expect(shaper.claim?.isDisabled).toBe(false);
    loop(712);
    expect(shaper.claim).toEqual({ priority: 1100, isDisabled: true, maxCurrentA: null });
    expect(shaper.isUpdated).toBe(false);
  });

  test('it is paused from boot until the first sample, which is not smoothed', () => {
    const { shaper, live, loop } = rig();
    loop(0);
    expect(shaper.claim).toEqual({ priority: 1100, isDisabled: true, maxCurrentA: null });
    live(3, 0);
    loop(4);
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: false, maxCurrentA: 40 });
    expect(shaper.pauseStartMs).toBeNull();
  });

  test('the pause timer starts once, when the feed goes stale, and the first sample after it falls by no second', () => {
    const { shaper, live, loop } = rig();
    live(0, 8160, 34);
    for (let timeS = 0; timeS <= 400; timeS += 2) loop(timeS);
    expect(shaper.pauseStartMs).toBe(122_000);
    live(401, 0);
    expect(shaper.smoothedW).toBe(8160);
    loop(402);
    // (9600 - 8160) / 240 = 6: it resumes at once.
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: false, maxCurrentA: 6 });
  });

  test('a pause for want of current keeps its claim when the feed dies too', () => {
    const { shaper, live, loop } = rig();
    live(0, 12000);
    for (let timeS = 0; timeS <= 200; timeS += 2) loop(timeS);
    expect([shaper.claim?.priority, shaper.isUpdated]).toEqual([5000, false]);
  });

  test('a limit of 0 W pauses for ever', () => {
    const { shaper, live, loop } = rig({ maxPowerW: 0 });
    live(0, 0);
    loop(0);
    expect(shaper.claim?.isDisabled).toBe(true);
  });

  test.each([
    [true, false],
    [false, true],
  ])('a living PV feed keeps a dead load feed fresh: %s (trace 26)', (isFreshenedByAnyCall, isPaused) => {
    const { shaper, settings, live, loop } = rig({}, { isFreshenedByAnyCall });
    live(590, 8160, 34);
    for (let timeS = 590; timeS <= 900; timeS += 2) {
      if (timeS % 10 === 0) recomputeCeiling(shaper, settings, { ...SHAPER_QUIRKS, isFreshenedByAnyCall }, 0, timeS * 1000, 240, 34);
      loop(timeS);
    }
    expect(shaper.claim?.isDisabled).toBe(isPaused);
  });

  test('a frozen feed is fresh (rule 13, trace 11)', () => {
    const { shaper, live, loop } = rig();
    for (let timeS = 0; timeS <= 900; timeS += 2) {
      live(timeS, 8160, 34);
      loop(timeS);
    }
    expect(shaper.claim).toEqual({ priority: 5000, isDisabled: false, maxCurrentA: 40 });
  });
});

test('switched off at run time it claims nothing', () => {
  const { shaper, live, loop } = rig();
  live(0, 12000);
  loop(0);
  releaseShaper(shaper);
  expect(shaper.claim).toBeNull();
});
