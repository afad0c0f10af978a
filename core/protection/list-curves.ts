import { ChargebenchError } from '../errors.ts';
import type { Curve, Curves } from './curve-schema.ts';
import iec60269Gg from './curves/iec-60269-gg.json' with { type: 'json' };
import iec60898B from './curves/iec-60898-b.json' with { type: 'json' };
import iec60898C from './curves/iec-60898-c.json' with { type: 'json' };
import ul489 from './curves/ul-489.json' with { type: 'json' };
import { restoreCurve } from './restore-curve.ts';

/** The curves that come with the program, by id. */
export const BUNDLED_CURVES: Curves = new Map([ul489, iec60898B, iec60898C, iec60269Gg].map(bundled).map((curve) => [curve.id, curve]));

function bundled(file: unknown): Curve {
  const restored = restoreCurve(file);
  if (!restored.ok) throw new ChargebenchError(restored.error.code, restored.error.context);
  return restored.value;
}
