import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { playTrace } from './play-trace.ts';
import { runConformance } from './run.ts';
import { figuresOf, parseParameters, readTrace } from './trace.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const SUMMARY = 'trace,params,max_total_a,s_over_0_8,longest_over_0_8_s,s_over_breaker,steady_total_a,first_pause_t,resume_t,secondary_ah,primary_ah\n';
const COLUMNS = 't_s,primary_a,secondary_a,total_a,other_w,meter_w,primary_pilot_a,secondary_pilot_a,primary_state,secondary_state,shaper_max_cur_a,shaper_smoothed_w,shaper_updated\n';

function folderWith(summary: string, inside = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  folders.push(folder);
  mkdirSync(join(folder, inside), { recursive: true });
  writeFileSync(join(folder, inside, 'summary.csv'), SUMMARY + summary);
  writeFileSync(join(folder, inside, 'x.csv'), `${COLUMNS}0,0,0,0,0,0,34,34,1,1,40,0,1\n`);
  return folder;
}

/** Figures of trace 01 (data/openevse-divert/two-evse/summary.csv). */
const TRACE_01 = '52.0,19,19,4,40.0,,,9.38,8.39';

describe('the comparison', () => {
  test.each(['', 'two-evse'])('finds the traces in the folder or below it: "%s"', (inside) => {
    const result = runConformance('openevse-two-evse', folderWith(`x,defaults,${TRACE_01}\n`, inside));
    expect(result).toMatchObject({ passed: 1, failed: 0 });
    expect(result.lines.at(-1)).toBe('1 passed, 0 failed');
  });

  test.each([
    ['54.5,19,19,4,40.0,,,9.38,8.39', 'peak A'],
    ['52.0,24,19,4,40.0,,,9.38,8.39', 's above 0.8'],
    ['52.0,19,24,4,40.0,,,9.38,8.39', 'longest'],
    ['52.0,19,19,9,40.0,,,9.38,8.39', 's above rating'],
    ['52.0,19,19,4,41.5,,,9.38,8.39', 'A at 860 s'],
    ['52.0,19,19,4,40.0,620,,9.38,8.39', 'first pause'],
    ['52.0,19,19,4,40.0,,1505,9.38,8.39', 'last resume'],
    ['52.0,19,19,4,40.0,,,9.60,8.39', 'secondary Ah'],
    ['52.0,19,19,4,40.0,,,9.38,8.10', 'primary Ah'],
  ])('a figure that differs by more than allowed fails: %s', (figures, name) => {
    const { lines, failed } = runConformance('openevse-two-evse', folderWith(`x,defaults,${figures}\n`));
    expect(failed).toBe(1);
    expect(lines[0]).toMatch(/^FAIL x: /);
    expect(lines[0]).toContain(name);
  });

  test('a trace whose file is missing fails alone', () => {
    const { lines } = runConformance('openevse-two-evse', folderWith(`x,defaults,${TRACE_01}\nmissing,defaults,${TRACE_01}\n`));
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
  });

  test('an unknown parameter fails its trace by name, and the others are played', () => {
    const { lines } = runConformance('openevse-two-evse', folderWith(`x,tilt=3,${TRACE_01}\nx,defaults,${TRACE_01}\n`));
    expect(lines[0]).toMatch(/^FAIL x: .*invalid-file.*tilt/);
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
  });

  test('unknown kinds and folders are refused by name', () => {
    const thrown = (code: string): unknown => expect.objectContaining({ code });
    expect(() => runConformance('no-such-kind', '.')).toThrow(thrown('invalid-argument'));
    expect(() => runConformance('openevse-two-evse', join(tmpdir(), 'no-such-folder'))).toThrow(thrown('not-found'));
  });
});

/** Steady currents and moments of the traces' summary, which hold without the data at hand. */
describe('the rules alone give the figures of the traces', () => {
  const figures = (parameters: string): ReturnType<typeof figuresOf> => figuresOf(playTrace(parseParameters(parameters), []), 50, Number(/V=(\d+)/.exec(parameters)?.[1] ?? 240));

  test.each([
    ['defaults', { peakA: 52, secondsAboveContinuous: 19, secondsAboveRating: 4, steadyA: 40, firstPauseS: null }],
    ['ramp=100', { peakA: 68, secondsAboveContinuous: 6, secondsAboveRating: 6, steadyA: 40 }],
    ['meter=30', { peakA: 68, secondsAboveContinuous: 27, secondsAboveRating: 22, steadyA: 40 }],
    ['dead=590', { peakA: 68, secondsAboveContinuous: 108, firstPauseS: 712, lastResumeS: null, steadyA: 34 }],
    ['freeze=590', { secondsAboveContinuous: 893, steadyA: 68 }],
    ['V=250', { peakA: 50, steadyA: 34, firstPauseS: 620, lastResumeS: 1505 }],
    ['V=228', { peakA: 54, steadyA: 42 }],
    ['step_t=900 step_w=2400 step_end=930', { firstPauseS: 902, lastResumeS: 1419 }],
    ['bothshape=1 pmax=40 smax=40', { peakA: 40, secondsAboveContinuous: 0, primaryAh: 0 }],
    ['sign=-1', { secondsAboveRating: 888, steadyA: 68 }],
    ['dead=590 solar_t=0', { secondsAboveRating: 888, firstPauseS: null }],
  ])('%s', (parameters, expected) => {
    expect(figures(parameters)).toMatchObject(expected);
  });

  test('a feed that dies and comes back before it is stale is as if nothing had been', () => {
    expect(figures('dead=300 back=350')).toEqual(figures('defaults'));
  });

  test('a feed that comes back after the pause lets the secondary resume at once, with what is left', () => {
    // The old load is smoothed from 8160 W, which leaves (9600 - 8160) / 240 = 6 A.
    expect(figures('dead=590 back=900')).toMatchObject({ firstPauseS: 712, lastResumeS: 901 });
  });
});

const DIRECTORY = process.env['CHARGEBENCH_TRACES'] ?? '';
const hasTraces = existsSync(join(DIRECTORY, 'summary.csv'));
if (!hasTraces) console.info('skipped: the recorded traces are not at hand (set CHARGEBENCH_TRACES to their folder)');

test.skipIf(!hasTraces)('recorded rows are met second by second', () => {
  for (const name of ['01_seed34_meter1s', '12_line_250v_p34']) {
    const recorded = readTrace(readFileSync(join(DIRECTORY, `${name}.csv`), 'utf8'));
    const played = playTrace(parseParameters(name.startsWith('12') ? 'V=250' : 'defaults'), recorded);
    expect(played.map(({ secondaryA }) => secondaryA)).toEqual(recorded.map(({ secondaryA }) => secondaryA));
  }
});
