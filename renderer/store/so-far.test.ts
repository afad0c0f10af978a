import { describe, expect, it } from 'vitest';
import { circuitId } from '../../core/quantities.ts';
import { rowAt, worstPhaseA } from './played-run.ts';
import { figuresSoFar, runningFigures } from './so-far.ts';

describe('figures up to a moment', () => {
  const timeS = Float64Array.of(0, 1, 2, 4, 5);
  const running = runningFigures(timeS, Float32Array.of(34, 42, 52, 40.2, 39), Float32Array.of(0, 0, 0.4, 1.2, 0.9), { continuousA: 40, ratingA: 50 });

  it('count a value as lasting until the next row', () => {
    expect([...running.aboveContinuousS]).toEqual([0, 0, 1, 3, 3]);
    expect([...running.aboveRatingS]).toEqual([0, 0, 0, 2, 2]);
    expect([...running.peakA]).toEqual([34, 42, 52, 52, 52]);
  });

  it('hold below the earliest trip, and beyond it say no more than may trip', () => {
    expect(figuresSoFar(running, 2, 'trips').verdict).toBe('holds');
    expect(figuresSoFar(running, 3, 'trips').verdict).toBe('may-trip');
    expect(figuresSoFar(running, 4, 'may-trip').verdict).toBe('may-trip');
  });

  it('agree with the host that a run holds', () => {
    expect(figuresSoFar(running, 4, 'holds').verdict).toBe('holds');
  });
});

describe('the worst phase of a circuit', () => {
  it('is the larger one row by row, and a gap only where every phase has one', () => {
    const ev = circuitId('ev');
    const column = (phase: 0 | 1, ...values: number[]) => ({ column: { kind: 'circuit-current' as const, circuitId: ev, phase }, values: Float32Array.from(values) });
    const worst = worstPhaseA({ timeS: Float64Array.of(0, 1, 2), columns: [column(0, 10, Number.NaN, Number.NaN), column(1, 12, 7, Number.NaN)] }, 'ev');
    expect([...worst]).toEqual([12, 7, Number.NaN]);
  });
});

describe('the row of a moment', () => {
  it('is the last one at or before it', () => {
    const timeS = Float64Array.of(0, 1, 2.5, 10);
    expect([-1, 0, 0.9, 1, 2.4, 2.5, 9.99, 10, 99].map((momentS) => rowAt(timeS, momentS))).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3]);
  });
});
