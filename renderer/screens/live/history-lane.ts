import { PHASES, type PhaseIndex } from '../../../core/quantities.ts';
import type { Frame } from '../../../core/runs/frame.ts';
import { PHASE_TOKENS } from '../../charts/chart-theme.ts';
import type { LaneModel } from '../../charts/lane-model.ts';
import { valueSteps } from '../../charts/scale-steps.ts';
import { asText, limit } from '../../words/numbers.ts';
import type { CircuitLive } from './live-view.ts';

/** Frames farther apart than this have a gap between them. */
const GAP_MS = 5000;

/** What flowed through a circuit, by phase, in seconds before the newest frame; a gap in the frames is a gap in the line. */
export function historyLane(history: readonly Frame[], circuit: CircuitLive): LaneModel {
  const newestMs = history.at(-1)?.timeMs ?? 0;
  const rows = history.flatMap((frame, index) => {
    const before = history[index - 1];
    const row = { timeS: (frame.timeMs - newestMs) / 1000, phases: frame.circuits.find(({ circuitId }) => circuitId === circuit.circuit.id)?.phases ?? null };
    const hasGap = before !== undefined && frame.timeMs - before.timeMs > GAP_MS;
    return hasGap ? [{ timeS: row.timeS - 0.001, phases: null }, row] : [row];
  });
  const valuesOf = (phase: PhaseIndex): Float32Array => Float32Array.from(rows, ({ phases }) => phases?.[phase]?.totalA ?? Number.NaN);
  const shown = PHASES.filter((phase) => circuit.phases.some((one) => one.phase === phase)).map((phase) => ({ phase, values: valuesOf(phase) }));
  let peakA = 0;
  for (const { values } of shown) for (const value of values) if (value > peakA) peakA = value;
  const top = Math.max(circuit.ratingA * 1.15, peakA * 1.1);
  const rating = { value: circuit.ratingA, token: 'limit-rating', look: 'solid', label: `${asText(limit(circuit.ratingA))} breaker rating`, fillAlpha: 0 } as const;
  const lower = { value: circuit.limitA, token: 'limit-continuous', look: 'dashed', label: `${asText(limit(circuit.limitA))} limit`, fillAlpha: 0 } as const;
  return {
    timeS: Float64Array.from(rows, ({ timeS }) => timeS),
    series: shown.map(({ phase, values }) => ({ values, token: PHASE_TOKENS[phase], look: 'solid' as const })),
    limits: circuit.limitA < circuit.ratingA ? [lower, rating] : [rating],
    ghost: null,
    top,
    ticks: valueSteps(top, 4),
  };
}
