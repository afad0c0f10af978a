/** One line of a sweep's file: which run, and what it came to. Nothing in it depends on the machine or on the order of the runs. */
import { z } from 'zod';
import type { Failure } from '../../core/errors.ts';
import { roundTo } from '../../core/quantities.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import type { SweepPlan, SweepRun } from './sweep-plan.ts';

/** Figures that percentiles are told of. */
export const FIGURES = ['peakA', 'thermalLoadRatio', 'energyWh', 'starts'] as const;
export type Figure = (typeof FIGURES)[number];

const figures = {
  verdict: z.enum(['holds', 'may-trip', 'trips']),
  /** Every expectation of the scenario holds. */
  passed: z.boolean(),
  /** Of the worst circuit: its worst phase, its thermal load as part of the earliest trip, and how long it was above its limits. */
  peakA: z.number(),
  thermalLoadRatio: z.number(),
  secondsAboveContinuousLimit: z.number(),
  secondsAboveRating: z.number(),
  /** Of all EVSEs together. */
  energyWh: z.number(),
  starts: z.number(),
  evses: z.record(z.string(), z.object({ energyWh: z.number(), starts: z.number() })),
};

const run = {
  key: z.string(),
  scenario: z.string(),
  fingerprint: z.string(),
  controller: z.string(),
  seed: z.number(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
};

/** A run whose values do not fit each other has an error in place of figures. */
const lineSchema = z.union([
  z.object({ ...run, ...figures }),
  z.object({ ...run, error: z.object({ code: z.string(), context: z.record(z.string(), z.unknown()) }) }),
]);

export type SweepLine = z.output<typeof lineSchema>;
export type PlayedLine = Extract<SweepLine, { verdict: unknown }>;

export const isPlayed = (line: SweepLine): line is PlayedLine => 'verdict' in line;

export function parseLine(text: string): SweepLine | null {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function head(plan: SweepPlan, { key, controller, seed, values }: SweepRun): Omit<PlayedLine, keyof typeof figures> {
  return { key, scenario: plan.scenarioId, fingerprint: plan.fingerprint, controller, seed, values };
}

export function lineOf(plan: SweepPlan, run: SweepRun, outcome: ScenarioOutcome): PlayedLine {
  const { verdict, passed, peakCurrentA, thermalLoadPeakRatio, secondsAboveContinuousLimit, secondsAboveRating } = outcome;
  const evses = Object.fromEntries(Object.entries(outcome.energyWh).map(([id, energyWh]) => [id, { energyWh, starts: outcome.starts[id] ?? 0 }]));
  const sum = (of: (evse: { readonly energyWh: number; readonly starts: number }) => number): number => Object.values(evses).reduce((total, evse) => total + of(evse), 0);
  return {
    ...head(plan, run),
    verdict,
    passed,
    peakA: peakCurrentA,
    thermalLoadRatio: thermalLoadPeakRatio,
    secondsAboveContinuousLimit,
    secondsAboveRating,
    energyWh: roundTo(sum(({ energyWh }) => energyWh), 0.1),
    starts: sum(({ starts }) => starts),
    evses,
  };
}

export function errorLineOf(plan: SweepPlan, run: SweepRun, { code, context }: Failure): SweepLine {
  return { ...head(plan, run), error: { code, context } };
}
