import { rowAt } from '../store/played-run.ts';

/** Lowest and highest value in each of a number of columns; NaN where a column has no value. */
export interface Envelope {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Lowest and highest of every 32 values, of every 32 of those, and so on: a day is looked up, not walked through. */
interface Pyramid {
  readonly low: readonly Float32Array[];
  readonly high: readonly Float32Array[];
}

const FACTOR = 32;
const pyramids = new WeakMap<Float32Array, Pyramid>();

function pyramidOf(values: Float32Array): Pyramid {
  const known = pyramids.get(values);
  if (known !== undefined) return known;
  const low: Float32Array[] = [values];
  const high: Float32Array[] = [values];
  let length = values.length;
  while (length > FACTOR) {
    length = Math.ceil(length / FACTOR);
    const [lower, higher] = condensed(low.at(-1) ?? values, high.at(-1) ?? values, length);
    low.push(lower);
    high.push(higher);
  }
  const pyramid = { low, high };
  pyramids.set(values, pyramid);
  return pyramid;
}

/** One loop without calls: it runs over every value of a day before the first picture. Comparisons leave NaN out. */
function condensed(low: Float32Array, high: Float32Array, length: number): readonly [Float32Array, Float32Array] {
  const lower = new Float32Array(length);
  const higher = new Float32Array(length);
  for (let index = 0; index < length; index += 1) {
    let lowest = Infinity;
    let highest = -Infinity;
    const end = Math.min(low.length, (index + 1) * FACTOR);
    for (let row = index * FACTOR; row < end; row += 1) {
      const l = low[row] ?? 0;
      const h = high[row] ?? 0;
      if (l < lowest) lowest = l;
      if (h > highest) highest = h;
    }
    lower[index] = lowest === Infinity ? Number.NaN : lowest;
    higher[index] = highest === -Infinity ? Number.NaN : highest;
  }
  return [lower, higher];
}

/** NaN is no value: it loses against any. */
function known(a: number, b: number, choose: (a: number, b: number) => number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : choose(a, b);
}

/** Over the rows from `first` up to but not including `end`. */
function extreme(levels: readonly Float32Array[], first: number, end: number, choose: (a: number, b: number) => number): number {
  let chosen = Number.NaN;
  let level = 0;
  let from = first;
  let until = end;
  while (from < until) {
    const values = levels[level];
    if (values === undefined) return chosen;
    const isTop = level === levels.length - 1;
    while (from < until && (isTop || from % FACTOR !== 0)) chosen = known(chosen, values[from++] ?? Number.NaN, choose);
    while (from < until && until % FACTOR !== 0) chosen = known(chosen, values[--until] ?? Number.NaN, choose);
    from /= FACTOR;
    until /= FACTOR;
    level += 1;
  }
  return chosen;
}

/**
 * The values of a time range in `columns` equal parts. A value holds until the next row, so each column also has the
 * last value before it: the envelope of a jump is connected.
 */
export function envelopeOf(timeS: Float64Array, values: Float32Array, [fromS, untilS]: readonly [number, number], columns: number): Envelope {
  const { low: lows, high: highs } = pyramidOf(values);
  const low = new Float32Array(columns).fill(Number.NaN);
  const high = new Float32Array(columns).fill(Number.NaN);
  const width = (untilS - fromS) / columns;
  const startS = timeS[0] ?? 0;
  const endS = timeS.at(-1) ?? 0;
  let first = rowAt(timeS, fromS);
  for (let column = 0; column < columns; column += 1) {
    const endOfColumnS = fromS + (column + 1) * width;
    const last = rowAt(timeS, endOfColumnS);
    if (endOfColumnS >= startS && endOfColumnS - width <= endS) {
      low[column] = extreme(lows, first, last + 1, Math.min);
      high[column] = extreme(highs, first, last + 1, Math.max);
    }
    first = last;
  }
  return { low, high };
}
