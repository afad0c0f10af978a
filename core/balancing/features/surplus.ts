/**
 * The surplus: what would be exported, summed over the phases, if the EVSEs that live on it drew nothing. START and IMPORT
 * of SmartEVSE are such sums; minimum currents are per phase (smartevse.md 3.13).
 */
import { clamp } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import { compensateBattery } from './battery.ts';
import { drawBounds, gridLatencyMs, recordDraws, type DrawHistory } from './draw-history.ts';
import type { EvseView, FeatureView } from './feature.ts';
import { gridSumA } from './loads.ts';
import { knownMs } from './timing.ts';

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

/**
 * Found anew with every sample and held in between. Where what the EVSEs drew at the moment of a sample is known between
 * bounds only, the surplus stays as it was as far as it can: it moves by what must have happened, not by what may have.
 */
export function measureSurplus(memory: SurplusMemory, view: FeatureView, livesOnIt: (evse: EvseView) => boolean): MeasuredSurplus {
  const draws = recordDraws(memory.draws, view);
  if (view.gridCurrentA === null) return { memory: { draws, surplusA: null, gridTimeMs: null }, surplusA: null, notices: [] };
  const gridTimeMs = knownMs(view.gridTimeMs);
  const { gridCurrentA, notices } = compensateBattery(view, view.gridCurrentA);
  const isSameSample = gridTimeMs !== null && gridTimeMs === memory.gridTimeMs && memory.surplusA !== null;
  const surplusA = isSameSample ? memory.surplusA : surplusOf({ ...memory, draws }, { ...view, gridTimeMs, gridCurrentA }, livesOnIt);
  return { memory: { draws, surplusA, gridTimeMs }, surplusA, notices };
}

function surplusOf(memory: SurplusMemory, view: FeatureView, livesOnIt: (evse: EvseView) => boolean): number | null {
  const sumA = gridSumA(view);
  if (sumA === null) return null;
  const momentMs = (view.gridTimeMs ?? view.timeMs) - gridLatencyMs(view.site);
  let lowestA = -sumA;
  let highestA = -sumA;
  for (const evse of view.evses) {
    if (!livesOnIt(evse)) continue;
    const bounds = drawBounds(memory.draws, evse, momentMs);
    lowestA += bounds.lowestA;
    highestA += bounds.highestA;
  }
  return memory.surplusA === null ? lowestA : clamp(memory.surplusA, lowestA, highestA);
}
