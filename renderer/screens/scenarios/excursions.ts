/** A stretch in which a current was above a limit, short returns below it included. */
export interface Excursion {
  readonly fromS: number;
  readonly untilS: number;
  /** Time truly above within it. */
  readonly aboveS: number;
}

/** Saw teeth closer together than this are one excursion to a reader. */
const MERGED_GAP_S = 10;

/** A value holds until the next row; the last row lasts no time. */
export function excursionsAbove(timeS: Float64Array, currentA: Float32Array, limitA: number): readonly Excursion[] {
  const found: { fromS: number; untilS: number; aboveS: number }[] = [];
  for (let row = 0; row + 1 < timeS.length; row += 1) {
    if (!((currentA[row] ?? Number.NaN) > limitA)) continue;
    const fromS = timeS[row] ?? 0;
    const untilS = timeS[row + 1] ?? fromS;
    const last = found.at(-1);
    if (last !== undefined && fromS - last.untilS <= MERGED_GAP_S) {
      last.untilS = untilS;
      last.aboveS += untilS - fromS;
    } else found.push({ fromS, untilS, aboveS: untilS - fromS });
  }
  return found;
}

/** The longest one that is in sight. */
export function mainExcursion(all: readonly Excursion[], fromS: number, untilS: number): Excursion | null {
  const seen = all.filter((one) => one.untilS > fromS && one.fromS < untilS);
  return seen.reduce<Excursion | null>((longest, next) => (longest === null || next.aboveS > longest.aboveS ? next : longest), null);
}
