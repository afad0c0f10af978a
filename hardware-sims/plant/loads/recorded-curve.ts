/**
 * A recording as power over the run, brought to the plant's step without inventing energy: each step has the mean power of its
 * second, so that the sum over any whole seconds is the recording's own energy in that time.
 */
import type { RecordingSpec } from '../../../core/scenarios/plant-schema.ts';
import { readColumns, type ColumnData } from './csv-columns.ts';
import type { PowerCurve } from './power-curve.ts';

/** Power in a straight line from one moment to another; between two of them there is none. */
export interface Stretches {
  readonly fromMs: Float64Array;
  readonly untilMs: Float64Array;
  readonly fromW: Float64Array;
  readonly untilW: Float64Array;
}

const USUAL_ROWS_PER_GAP = 3;

/** `perUnitW`: W of one of the file's units, or Wh of one of its units of energy. */
export function recordedCurve(text: string, spec: RecordingSpec, perUnitW: number, stepMs: number): PowerCurve {
  const data = readColumns(text, spec);
  const stretches = stretchesOf(data, spec, spec.sign * perUnitW);
  return meanCurve(spec.unit === 'Wh' || spec.unit === 'kWh' ? asPowers(stretches) : stretches, stepMs);
}

/** Times from the moment of the file at which the run begins. */
export function stretchesOf({ timesMs, values }: ColumnData, { holds, longestGapS, skipS }: Pick<RecordingSpec, 'holds' | 'longestGapS' | 'skipS'>, perUnitW: number): Stretches {
  const usualMs = usualDistance(timesMs);
  const longestMs = longestGapS === undefined ? USUAL_ROWS_PER_GAP * usualMs : longestGapS * 1000;
  const startMs = (timesMs[0] ?? 0) + skipS * 1000;
  const count = timesMs.length;
  const made: Stretches = { fromMs: new Float64Array(count), untilMs: new Float64Array(count), fromW: new Float64Array(count), untilW: new Float64Array(count) };
  for (let row = 0; row < count; row += 1) {
    const atMs = (timesMs[row] ?? 0) - startMs;
    const nextMs = row + 1 < count ? (timesMs[row + 1] ?? 0) - startMs : atMs + usualMs;
    const lastMs = row > 0 ? (timesMs[row - 1] ?? 0) - startMs : atMs - usualMs;
    const ownW = (values[row] ?? 0) * perUnitW;
    const isSinceLast = holds === 'since-last';
    made.fromMs[row] = isSinceLast ? Math.max(lastMs, atMs - longestMs) : atMs;
    made.untilMs[row] = isSinceLast ? atMs : Math.min(nextMs, atMs + longestMs);
    made.fromW[row] = ownW;
    made.untilW[row] = ownW;
    if (holds !== 'straight') continue;
    // Nothing lies on the other side of a long gap, nor behind the last row.
    const isJoined = row + 1 < count && nextMs - atMs <= longestMs;
    made.untilMs[row] = isJoined ? nextMs : atMs;
    made.untilW[row] = isJoined ? (values[row + 1] ?? 0) * perUnitW : ownW;
  }
  return made;
}

/** Of stretches with the energy of each, Wh: the same energy in the time they have. */
function asPowers({ fromMs, untilMs, fromW: energiesWh }: Stretches): Stretches {
  const powersW = energiesWh.map((energyWh, row) => {
    const lengthMs = (untilMs[row] ?? 0) - (fromMs[row] ?? 0);
    return lengthMs > 0 ? (energyWh * 3_600_000) / lengthMs : 0;
  });
  return { fromMs, untilMs, fromW: powersW, untilW: powersW };
}

/** The median: a few gaps or doubled rows do not move it. */
function usualDistance(timesMs: Float64Array): number {
  const distances = Float64Array.from({ length: Math.max(0, timesMs.length - 1) }, (_, row) => (timesMs[row + 1] ?? 0) - (timesMs[row] ?? 0)).sort();
  return distances[Math.floor(distances.length / 2)] ?? 0;
}

/** Mean power of each step. */
export function meanCurve({ fromMs, untilMs, fromW, untilW }: Stretches, stepMs: number): PowerCurve {
  let place = 0;
  let nextMs = 0;
  const powerIn = (stretch: number, beginMs: number, endMs: number): number => {
    const startMs = fromMs[stretch] ?? 0;
    const lengthMs = (untilMs[stretch] ?? 0) - startMs;
    const a = fromW[stretch] ?? 0;
    const slope = lengthMs === 0 ? 0 : ((untilW[stretch] ?? 0) - a) / lengthMs;
    return a + slope * ((beginMs + endMs) / 2 - startMs);
  };
  return {
    powerAt(timeMs) {
      const stepEndMs = timeMs + stepMs;
      while (place < untilMs.length && (untilMs[place] ?? Infinity) <= timeMs) place += 1;
      nextMs = stepEndMs;
      const isFlat = fromW[place] === untilW[place];
      if (isFlat && (fromMs[place] ?? Infinity) <= timeMs && (untilMs[place] ?? 0) >= stepEndMs) {
        nextMs = Math.max(stepEndMs, Math.floor((untilMs[place] ?? 0) / stepMs) * stepMs);
        return fromW[place] ?? 0;
      }
      let energy = 0;
      for (let stretch = place; stretch < fromMs.length && (fromMs[stretch] ?? 0) < stepEndMs; stretch += 1) {
        const beginMs = Math.max(timeMs, fromMs[stretch] ?? 0);
        const endMs = Math.min(stepEndMs, untilMs[stretch] ?? 0);
        if (endMs > beginMs) energy += powerIn(stretch, beginMs, endMs) * (endMs - beginMs);
      }
      if (place >= untilMs.length) nextMs = Infinity;
      return energy / stepMs;
    },
    get nextMs() {
      return nextMs;
    },
  };
}
