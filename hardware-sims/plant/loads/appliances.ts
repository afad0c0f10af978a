/** Loads that switch themselves. Times from the moment they are switched on. */
import type { HouseLoad } from '../../../core/scenarios/plant-schema.ts';
import { stairCurve, stretchCurve, type PowerCurve } from './power-curve.ts';

type Spec<Kind extends HouseLoad['kind']> = Extract<HouseLoad, { readonly kind: Kind }>;

/** Full power until it is hot, then on and off by its thermostat. */
export function ovenCurve({ powerW, heatUpS, onS, offS }: Pick<Spec<'oven'>, 'powerW' | 'heatUpS' | 'onS' | 'offS'>): PowerCurve {
  return stretchCurve((stretch) => {
    if (stretch === 0) return { powerW, durationMs: heatUpS * 1000 };
    return stretch % 2 === 1 ? { powerW: 0, durationMs: offS * 1000 } : { powerW, durationMs: onS * 1000 };
  });
}

/** Runs and rests; while it starts, a motor on the line takes several times its power. */
export function heatPumpCurve({ powerW, onS, offS, startRatio, startS }: Pick<Spec<'heat-pump'>, 'powerW' | 'onS' | 'offS' | 'startRatio' | 'startS'>): PowerCurve {
  const startMs = Math.min(startS, onS) * 1000;
  return stretchCurve((stretch) => {
    switch (stretch % 3) {
      case 0:
        return { powerW: powerW * startRatio, durationMs: startMs };
      case 1:
        return { powerW, durationMs: onS * 1000 - startMs };
      default:
        return { powerW: 0, durationMs: offS * 1000 };
    }
  });
}

export function kettleCurve({ powerW, onS, timesS }: Pick<Spec<'kettle'>, 'powerW' | 'onS' | 'timesS'>): PowerCurve {
  const sorted = [...timesS].sort((a, b) => a - b);
  // Boiled again before it has finished: it boils on.
  const stretches = sorted.flatMap((fromS, index) => {
    const untilS = fromS + onS;
    const nextS = sorted[index + 1] ?? Infinity;
    return untilS >= nextS ? [{ atS: fromS, powerW }] : [{ atS: fromS, powerW }, { atS: untilS, powerW: 0 }];
  });
  return stairCurve(stretches.map(({ atS }) => atS * 1000), stretches.map((stretch) => stretch.powerW));
}
