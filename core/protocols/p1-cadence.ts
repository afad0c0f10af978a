/** How often a P1 port speaks: every second (DSMR 5, Belgium), every ten (DSMR 4 and older), or as the meter pleases. */

export interface P1Cadence {
  /** Takes the time of a telegram. */
  heard(timeMs: number): void;
  /** Of the last telegrams; null until two have come. */
  periodMs(): number | null;
}

const KEPT = 6;
/** Telegrams leave within some 100 ms of their second; ports and sockets add their own. */
const USUAL_PERIODS_MS: readonly (readonly [nominalMs: number, lowestMs: number, highestMs: number])[] = [
  [1000, 600, 1600],
  [10_000, 8000, 12_000],
];

export function createP1Cadence(): P1Cadence {
  let timesMs: readonly number[] = [];
  return {
    heard(timeMs) {
      timesMs = [...timesMs.slice(1 - KEPT), timeMs];
    },
    periodMs() {
      const gapsMs = timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? timeMs));
      // The middle one: a telegram that was lost or held back says nothing about the others.
      const middleMs = [...gapsMs].sort((a, b) => a - b)[gapsMs.length >> 1];
      if (middleMs === undefined) return null;
      return USUAL_PERIODS_MS.find(([, lowestMs, highestMs]) => middleMs >= lowestMs && middleMs <= highestMs)?.[0] ?? Math.round(middleMs);
    },
  };
}
