/**
 * The surplus: what would be exported, summed over the phases, if the EVSEs that live on it drew nothing. START and IMPORT
 * of SmartEVSE are such sums; minimum currents are per phase (smartevse.md 3.13).
 */
import type { Notice } from '../setpoint.ts';
import { compensateBattery } from './battery.ts';
import { drawsAt, gridLatencyMs, recordDraws, type DrawHistory } from './draw-history.ts';
import type { EvseView, FeatureView } from './feature.ts';
import { gridSumA } from './loads.ts';

export interface SurplusMemory {
  readonly draws: DrawHistory;
  /** Of the last sample; null while the meter cannot be relied on. */
  readonly surplusA: number | null;
  readonly gridTimeMs: number | null;
}

export const NO_SURPLUS: SurplusMemory = { draws: [], surplusA: null, gridTimeMs: null };

export interface MeasuredSurplus {
  readonly memory: SurplusMemory;
  /** Negative when the house alone takes from the grid; null when nothing is known. */
  readonly surplusA: number | null;
  readonly notices: readonly Notice[];
}

/** Found anew with every sample and held in between: the draws of now belong to a sample that has not come yet. */
export function measureSurplus(memory: SurplusMemory, view: FeatureView, livesOnIt: (evse: EvseView) => boolean): MeasuredSurplus {
  const draws = recordDraws(memory.draws, view);
  const { gridCurrentA, gridTimeMs } = view;
  if (gridCurrentA === null) return { memory: { draws, surplusA: null, gridTimeMs: null }, surplusA: null, notices: [] };
  const { gridCurrentA: withoutBatteryA, notices } = compensateBattery(view, gridCurrentA);
  const isSameSample = gridTimeMs !== null && gridTimeMs === memory.gridTimeMs && memory.surplusA !== null;
  const surplusA = isSameSample ? memory.surplusA : surplusOf(draws, { ...view, gridCurrentA: withoutBatteryA }, livesOnIt);
  return { memory: { draws, surplusA, gridTimeMs }, surplusA, notices };
}

function surplusOf(draws: DrawHistory, view: FeatureView, livesOnIt: (evse: EvseView) => boolean): number | null {
  const sumA = gridSumA(view);
  if (sumA === null) return null;
  const then = drawsAt(draws, (view.gridTimeMs ?? view.timeMs) - gridLatencyMs(view.site));
  let surplusA = -sumA;
  for (const evse of view.evses) if (livesOnIt(evse)) surplusA += then[evse.index] ?? 0;
  return surplusA;
}
