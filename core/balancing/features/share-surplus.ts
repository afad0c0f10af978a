/** Divides a sum over phases among EVSEs of one or several phases each. */

export interface Part {
  /** Phases it loads: each ampere of its own costs so many of the sum. */
  readonly phases: number;
  readonly minA: number;
  readonly maxA: number;
}

/**
 * The minimum to each, whether or not the sum suffices for that; the rest in equal parts per phase (as SmartEVSE divides
 * its set point, smartevse.md 3.6), up to each one's own most. Per phase, in the order given.
 */
export function shareSurplus(sumA: number, parts: readonly Part[]): readonly number[] {
  let leftA = sumA;
  let phases = 0;
  for (const part of parts) {
    leftA -= part.phases * part.minA;
    phases += part.phases;
  }
  const byRoom = [...parts].sort((one, other) => roomOf(one) - roomOf(other));
  let equalA = 0;
  for (const part of byRoom) {
    // Whoever has room for less than an equal part leaves more for the others.
    equalA = phases === 0 ? 0 : Math.max(0, leftA / phases);
    if (roomOf(part) >= equalA) break;
    leftA -= part.phases * roomOf(part);
    phases -= part.phases;
  }
  return parts.map((part) => part.minA + Math.min(equalA, roomOf(part)));
}

function roomOf({ minA, maxA }: Part): number {
  return Math.max(0, maxA - minA);
}
