/**
 * The "most loaded phase" recipe for Home Assistant with OCPP (martmaiste/homeassistant-ocpp), both versions, as pure
 * decisions. Rules: reference/home-assistant-ocpp.md C.1 to C.3; what is wrong with them: C.4.
 */
import { clamp } from '../../core/quantities.ts';

/** What the recipe's templates see. */
export interface RecipeInputs {
  /** Actual Current: that of the phase that carries most, without sign (C.1). */
  readonly measuredA: number;
  /** The number entity of the charger's maximum current: what was last wanted. */
  readonly settingA: number;
  /** The charger's Current.Offered; null while it has not told. */
  readonly offeredA: number | null;
  readonly isCharging: boolean;
}

export interface RecipeDecision {
  readonly currentA: number;
  /** What kept it where it is: a bound of the recipe, or the charger's own Current.Offered. */
  readonly heldBy: { readonly by: 'recipe' | 'offered'; readonly currentA: number } | null;
}

export interface FirstRecipe {
  readonly fuseA: number;
  /** Nothing happens from here up to the fuse. */
  readonly bandFromA: number;
}

/**
 * February 2023 (C.3): acts outside a band only; never above Current.Offered, which follows the setting down, and 1 A where
 * nothing is left, because the charger would not start again after 0. null: nothing is written.
 */
export function decideFirst({ fuseA, bandFromA }: FirstRecipe, { measuredA, settingA, offeredA, isCharging }: RecipeInputs): RecipeDecision | null {
  if (measuredA >= bandFromA && measuredA <= fuseA) return null;
  // The template has no answer for a value that is unknown: the automation ends with an error.
  if (offeredA === null) return null;
  const availableA = fuseA - Math.trunc(measuredA);
  const wantedA = isCharging ? Math.trunc(settingA) + availableA : availableA;
  if (wantedA > Math.trunc(offeredA)) return { currentA: offeredA, heldBy: { by: 'offered', currentA: offeredA } };
  if (!isCharging && wantedA < 1) return { currentA: 1, heldBy: { by: 'recipe', currentA: 1 } };
  return { currentA: wantedA, heldBy: null };
}

export interface SecondRecipe {
  /** The number helper; 25 A where it is missing, without a word (C.4, weakness 8). */
  readonly totalA: number;
  readonly minA: number;
  readonly maxA: number;
}

/** January 2025 (C.2): while charging only, and within 6 and 16 A whatever flows. null: nothing is written. */
export function decideSecond({ totalA, minA, maxA }: SecondRecipe, { measuredA, settingA, isCharging }: RecipeInputs): RecipeDecision | null {
  if (!isCharging) return null;
  const wantedA = totalA - measuredA + settingA;
  const currentA = clamp(wantedA, minA, maxA);
  return { currentA: Math.floor(currentA), heldBy: currentA === wantedA ? null : { by: 'recipe', currentA } };
}
