import { describe, expect, test } from 'vitest';
import { figuresOf, parseParameters, readSummary, type TraceRow } from './trace.ts';

/** Format of data/openevse-divert/README, section 3. */

describe('parameters', () => {
  test('the defaults', () => {
    expect(parseParameters('defaults')).toMatchObject({ primaryMaxA: 34, secondaryMaxA: 34, meterPeriodS: 1, lineVoltageV: 240, maxIntervalS: 120, feedDiesAtS: null, clampSign: 1 });
  });

  test('any combination', () => {
    expect(parseParameters('pmax=32 smax=30 meter=5 V=228 noise=120 dead=590 back=700 freeze=800 maxint=30 pause=900 step_t=900 step_w=2400 step_end=930 ramp=100 sign=-1 bothshape=1 solar_t=0')).toEqual({
      primaryMaxA: 32,
      secondaryMaxA: 30,
      meterPeriodS: 5,
      lineVoltageV: 228,
      noiseW: 120,
      feedDiesAtS: 590,
      feedReturnsAtS: 700,
      freezesAtS: 800,
      maxIntervalS: 30,
      minPauseS: 900,
      loadFromS: 900,
      loadW: 2400,
      loadUntilS: 930,
      riseAPerS: 100,
      clampSign: -1,
      areBothShaped: true,
      solarFromS: 0,
    });
  });

  test.each([
    ['tilt=3', { parameter: 'tilt' }],
    ['toString=1', { parameter: 'toString' }],
    ['pmax=', { parameter: 'pmax' }],
    ['pmax=many', { parameter: 'pmax', value: 'many' }],
    ['sign=0', { parameter: 'sign' }],
  ])('%s is refused by name', (text, context) => {
    expect(() => parseParameters(text)).toThrow(expect.objectContaining({ code: 'invalid-file', context: expect.objectContaining(context) as unknown }));
  });
});

test('a summary row: empty times are null', () => {
  const [entry] = readSummary(
    'trace,params,max_total_a,s_over_0_8,longest_over_0_8_s,s_over_breaker,steady_total_a,first_pause_t,resume_t,secondary_ah,primary_ah\nx,maxint=30,68.0,18,18,13,34.0,622,,5.22,8.39\n',
  );
  expect(entry).toMatchObject({ name: 'x', parameterText: 'maxint=30', figures: { peakA: 68, firstPauseS: 622, lastResumeS: null, secondaryAh: 5.22 } });
});

test('a broken figure is refused', () => {
  expect(() => readSummary('trace,params,max_total_a\nx,defaults,much\n')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
});

describe('figures', () => {
  const row = (timeS: number, changes: Partial<TraceRow>): TraceRow => ({
    timeS,
    primaryA: 0,
    secondaryA: 0,
    otherW: 0,
    meterW: 0,
    primaryPilotA: 0,
    secondaryPilotA: 0,
    primaryState: 1,
    secondaryState: 3,
    ceilingA: 0,
    smoothedW: 0,
    isUpdated: true,
    ...changes,
  });

  test('seconds above count the third load, the peak does not', () => {
    const rows = [row(0, { primaryA: 34, otherW: 2400 }), row(1, { primaryA: 40 }), row(2, { primaryA: 34, secondaryA: 17 }), row(860, { primaryA: 40.2 })];
    expect(figuresOf(rows, 50, 240)).toMatchObject({ peakA: 51, secondsAboveContinuous: 2, longestAboveContinuous: 1, secondsAboveRating: 1, steadyA: 40.2 });
  });

  test('first pause and last resume are the secondary’s', () => {
    const states = [3, 254, 254, 2, 3, 254, 3].map((secondaryState, timeS) => row(timeS, { secondaryState }));
    expect(figuresOf(states, 50, 240)).toMatchObject({ firstPauseS: 1, lastResumeS: 6 });
  });
});
