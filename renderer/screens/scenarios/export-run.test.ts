// @vitest-environment happy-dom
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHART_TOKENS, type ChartTheme, type Token } from '../../charts/chart-theme.ts';
import type { RunMarker } from '../../../core/runs/columns.ts';
import { fakeRun } from '../../host/fake-run.ts';
import { svgOf } from './export-run.ts';
import { makeRunView } from './run-view.ts';

const theme = Object.fromEntries(CHART_TOKENS.map((token) => [token, '#123456'])) as Record<Token, string> satisfies ChartTheme;
/** What the layout allows a letter of 12 px. */
const LETTER_PX = 6.7;
const WIDTH_PX = 1200;
/** Where the lanes' plots begin and end. */
const PLOT = [170, 1176] as const;

const marker = (timeS: number, text: string): RunMarker => ({ timeS, kind: 'vehicle', text, about: null });

interface Drawn {
  readonly text: string;
  readonly fromPx: number;
  readonly untilPx: number;
  readonly y: number;
}

function drawn(markers: readonly RunMarker[], range: readonly [number, number]): { readonly flags: readonly Drawn[]; readonly height: number } {
  const run = fakeRun({ scenarioId: 'x', controller: 'chargebench', mode: 'direct' });
  const view = makeRunView({ result: { ...run.result, markers }, columns: run.columns.columns }, null, null);
  if (view === null) throw new Error('a run without circuits');
  const svg = svgOf({ view, ghost: null, title: 'T', range, theme });
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const height = Number(drawing.documentElement.getAttribute('height'));
  const flags = [...drawing.querySelectorAll('text')].flatMap((element): readonly Drawn[] => {
    const text = element.textContent;
    // What stands left of the plots is the lanes' names.
    if (Number(element.getAttribute('x')) < PLOT[0] || !markers.some((each) => each.text.startsWith(text.replace(/…$/, ''))) && !/^\d+ events$/.test(text)) return [];
    const x = Number(element.getAttribute('x'));
    const widthPx = text.length * LETTER_PX;
    const fromPx = element.getAttribute('text-anchor') === 'end' ? x - widthPx : x;
    return [{ text, fromPx, untilPx: fromPx + widthPx, y: Number(element.getAttribute('y')) }];
  });
  return { flags, height };
}

describe('flags of an exported picture', () => {
  it('stand whole at its left and its right edge', () => {
    const { flags } = drawn([marker(0, 'Secondary: vehicle plugs in'), marker(600, 'Primary: vehicle plugs in at the very end')], [0, 600]);
    expect(flags.map(({ text }) => text)).toEqual(['Secondary: vehicle plugs in', 'Primary: vehicle plugs in at the very end']);
    expect(flags[0]?.fromPx).toBeGreaterThanOrEqual(PLOT[0]);
    // To the left of its mark: to the right it would leave the picture.
    expect(flags[1]?.untilPx).toBeLessThanOrEqual(PLOT[1]);
    expect(flags[1]?.fromPx).toBeGreaterThan(PLOT[0]);
  });

  it('never leave the picture nor lie over each other, whatever happened when', () => {
    const markers = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 3, max: 50 })), { maxLength: 25 });
    fc.assert(
      fc.property(markers, (all) => {
        const { flags, height } = drawn(all.map(([timeS, length]) => marker(timeS, 'w'.repeat(length))).sort((a, b) => a.timeS - b.timeS), [0, 600]);
        for (const flag of flags) {
          expect(flag.fromPx).toBeGreaterThanOrEqual(PLOT[0] - 1e-6);
          expect(flag.untilPx).toBeLessThanOrEqual(WIDTH_PX);
          expect(flag.y).toBeLessThan(height);
          for (const other of flags) if (other !== flag && other.y === flag.y) expect(flag.fromPx >= other.untilPx || flag.untilPx <= other.fromPx).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('take no room where nothing happened', () => {
    expect(drawn([], [700, 720]).height).toBeLessThan(drawn([marker(705, 'Primary: vehicle leaves')], [700, 720]).height);
  });
});
