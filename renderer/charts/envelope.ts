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

/** Lowest and highest over the rows from `first` up to but not including `end`; NaN loses every comparison. */
function writeExtremes({ low: lows, high: highs }: Pyramid, first: number, end: number, into: Envelope, column: number): void {
  let lowest = Infinity;
  let highest = -Infinity;
  let from = first;
  let until = end;
  for (let level = 0; from < until && level < lows.length; level += 1) {
    const low = lows[level] ?? NOTHING;
    const high = highs[level] ?? NOTHING;
    const isTop = level === lows.length - 1;
    // The ends that do not fill a whole step of the next level are looked at here, the middle there.
    const middleFrom = isTop ? until : Math.min(until, Math.ceil(from / FACTOR) * FACTOR);
    const middleUntil = isTop ? until : Math.max(middleFrom, Math.floor(until / FACTOR) * FACTOR);
    for (let row = from; row < middleFrom; row += 1) {
      const l = low[row] ?? 0;
      const h = high[row] ?? 0;
      if (l < lowest) lowest = l;
      if (h > highest) highest = h;
    }
    for (let row = middleUntil; row < until; row += 1) {
      const l = low[row] ?? 0;
      const h = high[row] ?? 0;
      if (l < lowest) lowest = l;
      if (h > highest) highest = h;
    }
    from = middleFrom / FACTOR;
    until = middleUntil / FACTOR;
  }
  if (lowest === Infinity) return;
  into.low[column] = lowest;
  into.high[column] = highest;
}

const NOTHING = new Float32Array(0);

/**
 * The values of a time range in `columns` equal parts. A value holds until the next row, so each column also has the
 * last value before it: the envelope of a jump is connected.
 */
export function envelopeOf(timeS: Float64Array, values: Float32Array, [fromS, untilS]: readonly [number, number], columns: number): Envelope {
  const pyramid = pyramidOf(values);
  const envelope = { low: new Float32Array(columns).fill(Number.NaN), high: new Float32Array(columns).fill(Number.NaN) };
  const width = (untilS - fromS) / columns;
  const startS = timeS[0] ?? 0;
  const endS = timeS.at(-1) ?? 0;
  let first = rowAt(timeS, fromS);
  for (let column = 0; column < columns; column += 1) {
    const endOfColumnS = fromS + (column + 1) * width;
    const last = rowAt(timeS, endOfColumnS);
    if (endOfColumnS >= startS && endOfColumnS - width <= endS) writeExtremes(pyramid, first, last + 1, envelope, column);
    first = last;
  }
  return envelope;
}
