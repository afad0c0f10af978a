import type { LimitSource } from './setpoint.ts';

/**
 * Working space of one step, overwritten by every step before it is read: a step does not call itself, and arrays made
 * anew would cost more than the arithmetic on them.
 */
export interface Scratch {
  /** Per constraint. */
  readonly cutA: Float64Array;
  readonly raiseA: Float64Array;
  readonly leftA: Float64Array;
  readonly meantSumA: Float64Array;
  readonly committedSumA: Float64Array;
  readonly overdrawA: Float64Array;
  readonly drawnSumA: Float64Array;
  readonly reservedSumA: Float64Array;
  readonly limitA: Float64Array;
  readonly limitSource: LimitSource[];
  /** One entry, 1 while `limitA` and `limitSource` are those of the circuits alone: they need not be filled again. */
  readonly areLimitsOwn: Float64Array;
  readonly meantCount: Float64Array;
  readonly growingWeight: Float64Array;
  /** While EVSEs grow: places by the level at which they are full, the first at the top of a heap; and up to which level `leftA` is reckoned. */
  readonly filling: Int32Array;
  readonly fullAt: Float64Array;
  readonly reckonedAt: Float64Array;
  /** A vehicle waits for room here. */
  readonly isAwaited: Float64Array;
  /** Per EVSE. */
  readonly drawnA: Float64Array;
  /** Kept for it whatever it is asked for, because no offer of ours can hold it; 0 for all that follow their offers. */
  readonly apartA: Float64Array;
  readonly wantedA: Float64Array;
  readonly meantA: Float64Array;
  readonly raisedA: Float64Array;
  /** Nothing but room stands against more than it is offered; and the most it is then raised to. */
  readonly mayRise: Float64Array;
  readonly targetA: Float64Array;
  readonly offeredA: Float64Array;
  readonly committedA: Float64Array;
  readonly growA: Float64Array;
  /** The level of equal growth, by weight, at which it reaches its own ceiling. */
  readonly growLevel: Float64Array;
  /** The constraints it loads in this step. */
  readonly loads: (readonly number[])[];
  /** Site phases it loads in this step, bit 0 for l1. */
  readonly mask: Int32Array;
  readonly order: Int32Array;
  readonly majorKey: Float64Array;
  readonly middleKey: Float64Array;
  readonly minorKey: Float64Array;
  readonly isGrowing: Float64Array;
  /** EVSEs that grow, by their level. */
  readonly growing: Int32Array;
  /** No vehicle is there. */
  readonly isAbsent: Float64Array;
  /** Somebody waits for what this EVSE has. */
  readonly isWaited: Float64Array;
  /** Per EVSE: the constraint that refused it its minimum, -1 for none, and what that had left. */
  readonly refusedAt: Int32Array;
  readonly refusedLeftA: Float64Array;
}

/** Sets all to 0. On arrays as short as these a loop takes a tenth of what `fill` does. */
export function clear(values: Float64Array): void {
  for (let at = 0; at < values.length; at += 1) values[at] = 0;
}

/** All of it, by the number of constraints and of EVSEs. */
export function makeScratch(constraints: number, evses: number): Scratch {
  return {
    cutA: new Float64Array(constraints),
    raiseA: new Float64Array(constraints),
    leftA: new Float64Array(constraints),
    meantSumA: new Float64Array(constraints),
    committedSumA: new Float64Array(constraints),
    overdrawA: new Float64Array(constraints),
    drawnSumA: new Float64Array(constraints),
    reservedSumA: new Float64Array(constraints),
    meantCount: new Float64Array(constraints),
    growingWeight: new Float64Array(constraints),
    filling: new Int32Array(constraints),
    fullAt: new Float64Array(constraints),
    reckonedAt: new Float64Array(constraints),
    isAwaited: new Float64Array(constraints),
    limitA: new Float64Array(constraints),
    areLimitsOwn: new Float64Array(1),
    limitSource: new Array<LimitSource>(constraints).fill('continuous'),
    drawnA: new Float64Array(evses),
    apartA: new Float64Array(evses),
    wantedA: new Float64Array(evses),
    meantA: new Float64Array(evses),
    raisedA: new Float64Array(evses),
    mayRise: new Float64Array(evses),
    targetA: new Float64Array(evses),
    offeredA: new Float64Array(evses),
    committedA: new Float64Array(evses),
    growA: new Float64Array(evses),
    growLevel: new Float64Array(evses),
    loads: new Array<readonly number[]>(evses).fill([]),
    mask: new Int32Array(evses),
    order: Int32Array.from({ length: evses }, (_, index) => index),
    majorKey: new Float64Array(evses),
    middleKey: new Float64Array(evses),
    minorKey: new Float64Array(evses),
    isGrowing: new Float64Array(evses),
    growing: new Int32Array(evses),
    isAbsent: new Float64Array(evses),
    isWaited: new Float64Array(evses),
    refusedAt: new Int32Array(evses),
    refusedLeftA: new Float64Array(evses),
  };
}
