/** What a PV array generates through the day: half a sine from sunrise to sunset, under clouds that a seed brings. */
import type { PvArray } from '../../../core/scenarios/plant-schema.ts';
import { createRandom } from '../random.ts';
import type { PowerCurve } from './power-curve.ts';

/** The sun and the clouds move slower than this. */
const STEP_MS = 5000;
const DAY_H = 24;

type Daylight = Pick<Extract<PvArray, { readonly kind: 'clear' }>, 'peakW' | 'sunriseHour' | 'sunsetHour'>;

export function clearSkyCurve({ peakW, sunriseHour, sunsetHour }: Daylight, startHour: number): PowerCurve {
  let nextMs = 0;
  return {
    powerAt(timeMs) {
      nextMs = timeMs - (timeMs % STEP_MS) + STEP_MS;
      const hour = (startHour + (nextMs - STEP_MS) / 3_600_000) % DAY_H;
      if (hour <= sunriseHour || hour >= sunsetHour) return 0;
      return peakW * Math.sin((Math.PI * (hour - sunriseHour)) / (sunsetHour - sunriseHour));
    },
    get nextMs() {
      return nextMs;
    },
  };
}

export interface CloudOptions {
  readonly coverRatio: number;
  readonly meanCloudS: number;
  readonly seed: number;
}

/** What a thick and a thin cloud let through. */
const DARKEST_RATIO = 0.15;
const LIGHTEST_RATIO = 0.6;
/** The edge of a cloud takes about so long to pass. */
const EDGE_MS = 15_000;

/** Clouds and gaps of random length follow each other; the edges pass in a few seconds. */
export function cloudySkyCurve(daylight: Daylight, startHour: number, { coverRatio, meanCloudS, seed }: CloudOptions): PowerCurve {
  const sky = clearSkyCurve(daylight, startHour);
  const random = createRandom(seed);
  const meanGapS = coverRatio === 0 ? Infinity : (meanCloudS * (1 - coverRatio)) / coverRatio;
  let isCloud = random.next() < coverRatio;
  const drawLength = (): number => -Math.log(1 - random.next()) * (isCloud ? meanCloudS : meanGapS) * 1000;
  const drawRatio = (): number => (isCloud ? DARKEST_RATIO + (LIGHTEST_RATIO - DARKEST_RATIO) * random.next() : 1);
  let endMs = drawLength();
  let wantedRatio = drawRatio();
  let ratio = wantedRatio;
  return {
    powerAt(timeMs) {
      while (timeMs >= endMs) {
        isCloud = coverRatio === 1 || !isCloud;
        endMs += Math.max(drawLength(), STEP_MS);
        wantedRatio = drawRatio();
      }
      const stepRatio = STEP_MS / EDGE_MS;
      ratio += Math.max(-stepRatio, Math.min(stepRatio, wantedRatio - ratio));
      return ratio * sky.powerAt(timeMs);
    },
    get nextMs() {
      return sky.nextMs;
    },
  };
}
