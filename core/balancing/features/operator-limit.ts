/** Limits that a person sets by hand, for an EVSE or a circuit, until they end or are taken back. */
import { isFiniteNumber, type CircuitId, type EvseId } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import type { CircuitCeiling, EvseCeiling, FeatureOutcome, FeatureView } from './feature.ts';

interface Limit {
  readonly currentA: number;
  /** UTC; null for a limit that stands until it is taken back. */
  readonly untilWallMs: number | null;
  /** UTC; when it was asked for. Decides nothing. */
  readonly madeWallMs?: number;
}

export type LimitWish = (Limit & { readonly evseId: EvseId }) | (Limit & { readonly circuitId: CircuitId });

export interface OperatorLimitMemory {
  /** Wishes that held at the last step. */
  readonly held: readonly LimitWish[];
}

export const INITIAL_OPERATOR_LIMIT: OperatorLimitMemory = { held: [] };

/** A wish of no number or below 0 is none; below its minimum an EVSE can only pause. Never throws. */
export function operatorLimits(memory: OperatorLimitMemory, view: FeatureView, wishes: readonly LimitWish[]): FeatureOutcome<OperatorLimitMemory> {
  const held = wishes.filter((wish) => isFiniteNumber(wish.currentA) && wish.currentA >= 0 && !hasEnded(wish, view.wallMs));
  return {
    memory: { held },
    evseCeilings: held.flatMap((wish) => evseCeilingsOf(view, wish)),
    circuitCeilings: held.flatMap((wish) => circuitCeilingsOf(view, wish)),
    notices: endedOf(memory.held, held, view.wallMs),
  };
}

const hasEnded = ({ untilWallMs }: Limit, wallMs: number): boolean => untilWallMs !== null && untilWallMs <= wallMs;

const idOf = (wish: LimitWish): EvseId | CircuitId => ('evseId' in wish ? wish.evseId : wish.circuitId);

function evseCeilingsOf(view: FeatureView, wish: LimitWish): readonly EvseCeiling[] {
  if (!('evseId' in wish)) return [];
  const { currentA: limitA, untilWallMs } = wish;
  return view.evses
    .filter(({ evse }) => evse.id === wish.evseId)
    .map(({ index, evse }) => ({
      index,
      ceiling: { currentA: limitA < evse.minCurrentA ? 0 : limitA, reason: { kind: 'operator-limit', limitA, untilWallMs } },
    }));
}

function circuitCeilingsOf({ site, phases }: FeatureView, wish: LimitWish): readonly CircuitCeiling[] {
  if (!('circuitId' in wish)) return [];
  return site.circuits.flatMap(({ id }, circuit) => (id === wish.circuitId ? { circuit, phases, currentA: wish.currentA, source: 'operator' as const } : []));
}

/**
 * Once for each that held and has come to its end: it is no longer in memory afterwards. One that was replaced for the
 * same thing, or taken back before its end, is no news to the person who did so.
 */
function endedOf(before: readonly LimitWish[], held: readonly LimitWish[], wallMs: number): readonly Notice[] {
  return before
    .filter((wish) => hasEnded(wish, wallMs) && !held.some((other) => idOf(other) === idOf(wish)))
    .map((wish) => ({ code: 'override-ended', severity: 'info', about: idOf(wish), context: { limitA: wish.currentA } }));
}
