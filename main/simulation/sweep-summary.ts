/** What a sweep comes to, per controller. */
import { createQuantiles, type Quantiles } from './quantiles.ts';
import { FIGURES, isPlayed, type Figure, type SweepLine } from './sweep-line.ts';

export interface Percentiles {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export type ControllerSummary = {
  readonly controller: string;
  readonly runs: number;
  /** Runs whose values did not fit each other. */
  readonly errors: number;
  readonly passed: number;
  readonly verdicts: Readonly<Record<'holds' | 'may-trip' | 'trips', number>>;
} & Readonly<Record<Figure, Percentiles>>;

export interface SweepSummary {
  add(line: SweepLine): void;
  controllers(): readonly ControllerSummary[];
}

interface Tally {
  runs: number;
  errors: number;
  passed: number;
  readonly verdicts: Record<'holds' | 'may-trip' | 'trips', number>;
  readonly figures: Readonly<Record<Figure, Quantiles>>;
}

const newTally = (): Tally => ({
  runs: 0,
  errors: 0,
  passed: 0,
  verdicts: { holds: 0, 'may-trip': 0, trips: 0 },
  figures: { peakA: createQuantiles(), thermalLoadRatio: createQuantiles(), energyWh: createQuantiles(), starts: createQuantiles() },
});

const percentilesOf = (quantiles: Quantiles): Percentiles => ({ p5: quantiles.at(0.05), p50: quantiles.at(0.5), p95: quantiles.at(0.95), max: quantiles.max });

/** Controllers are told in the given order. */
export function createSweepSummary(controllers: readonly string[]): SweepSummary {
  const tallies = new Map(controllers.map((controller) => [controller, newTally()]));
  return {
    add(line) {
      const tally = tallies.get(line.controller);
      if (tally === undefined) return;
      tally.runs += 1;
      if (!isPlayed(line)) {
        tally.errors += 1;
        return;
      }
      if (line.passed) tally.passed += 1;
      tally.verdicts[line.verdict] += 1;
      for (const figure of FIGURES) tally.figures[figure].add(line[figure]);
    },
    controllers: () =>
      [...tallies].map(([controller, { figures, ...counts }]) => ({
        controller,
        ...counts,
        peakA: percentilesOf(figures.peakA),
        thermalLoadRatio: percentilesOf(figures.thermalLoadRatio),
        energyWh: percentilesOf(figures.energyWh),
        starts: percentilesOf(figures.starts),
      })),
  };
}
