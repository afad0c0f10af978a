import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flagText, ICON_PX, layoutFlags, type PlacedFlag } from './flag-layout.ts';
import type { RunEvent } from './run-events.ts';

const event = (timeS: number, text: string): RunEvent => ({ timeS, kind: 'load', text });

/** What a flag covers of its row. */
function covers({ atPx, side, textPx }: PlacedFlag): readonly [number, number] {
  const widthPx = ICON_PX + (textPx ?? 0);
  return side === 'after' ? [atPx, atPx + widthPx] : [atPx - widthPx, atPx];
}

const events = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.integer({ min: 3, max: 60 })), { maxLength: 60 })
  .map((all) => all.map(([timeS, length]) => event(timeS, 'w'.repeat(length))).sort((a, b) => a.timeS - b.timeS));

describe('flags above the lanes', () => {
  it('never lie over each other nor leave the plot, and none is lost, however narrow it is', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 120, max: 900 }), fc.integer({ min: 1, max: 3 }), (all, widthPx, rows) => {
        const flags = layoutFlags(all, [0, 1000], widthPx, rows);
        expect(flags.flatMap((flag) => flag.events)).toEqual(all);
        for (const flag of flags) {
          const [from, until] = covers(flag);
          expect(from).toBeGreaterThanOrEqual(-1e-6);
          expect(until).toBeLessThanOrEqual(widthPx + 1e-6);
          for (const other of flags) {
            if (other === flag || other.row !== flag.row) continue;
            const [otherFrom, otherUntil] = covers(other);
            expect(from >= otherUntil - 1e-6 || until <= otherFrom + 1e-6).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keep their words while a row has room for them', () => {
    const flags = layoutFlags([event(100, 'Primary: vehicle plugs in'), event(160, 'EV circuit: 2400 W on')], [0, 1000], 600, 2);
    expect(flags.map(({ row }) => row)).toEqual([0, 1]);
    expect(flags.every(({ textPx, events: told }) => (textPx ?? 0) >= flagText(told).length * 6)).toBe(true);
  });

  it('tell how many there are where they cannot be told apart', () => {
    const [flag] = layoutFlags([event(500, 'a'), event(501, 'b'), event(502, 'c')], [0, 1000], 300, 1);
    expect(flagText(flag?.events ?? [])).toBe('3 events');
  });

  it('turn their words to the left at the right edge', () => {
    expect(layoutFlags([event(990, 'Primary: vehicle leaves')], [0, 1000], 400, 1)).toMatchObject([{ side: 'before' }]);
  });
});
