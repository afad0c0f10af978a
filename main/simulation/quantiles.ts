/** Percentiles of a stream in bounded memory: exact for as many values as fit, then to a two-thousandth of the value. */

export interface Quantiles {
  add(value: number): void;
  /** The smallest value that at least this share of all values does not exceed; NaN without values. */
  at(share: number): number;
  readonly max: number;
  readonly count: number;
}

const MOST_EXACT = 100_000;
/** Classes grow by this factor; their geometric middle is off by half of it at most. */
const CLASS_RATIO = 1.001;

export function createQuantiles(mostExact = MOST_EXACT): Quantiles {
  let exact: number[] | null = [];
  let isSorted = true;
  let count = 0;
  let max = NaN;
  const classes = new Map<number, number>();
  const classify = (value: number): void => {
    const number = classOf(value);
    classes.set(number, (classes.get(number) ?? 0) + 1);
  };
  return {
    get max() {
      return max;
    },
    get count() {
      return count;
    },
    add(value) {
      count += 1;
      max = count === 1 ? value : Math.max(max, value);
      if (exact === null) classify(value);
      else exact.push(value);
      isSorted = false;
      if (exact === null || exact.length <= mostExact) return;
      for (const each of exact) classify(each);
      exact = null;
    },
    at(share) {
      const rank = Math.max(1, Math.ceil(share * count));
      if (exact === null) return Math.min(max, rankedClass(classes, rank));
      if (!isSorted) exact.sort((a, b) => a - b);
      isSorted = true;
      return exact[rank - 1] ?? NaN;
    },
  };
}

/** 0 is a class of its own; negative values mirror the positive ones. */
function classOf(value: number): number {
  if (value === 0) return 0;
  // Far enough from 0 that values down to a millionth have numbers of their own sign.
  const number = Math.round(Math.log(Math.abs(value) * 1e9) / Math.log(CLASS_RATIO)) + 1;
  return value > 0 ? number : -number;
}

function middleOf(number: number): number {
  if (number === 0) return 0;
  const magnitude = CLASS_RATIO ** (Math.abs(number) - 1) / 1e9;
  return number > 0 ? magnitude : -magnitude;
}

function rankedClass(classes: ReadonlyMap<number, number>, rank: number): number {
  let seen = 0;
  for (const number of [...classes.keys()].sort((a, b) => a - b)) {
    seen += classes.get(number) ?? 0;
    if (seen >= rank) return middleOf(number);
  }
  return NaN;
}
