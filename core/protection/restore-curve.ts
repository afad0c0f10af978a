import { failure, success, type Result } from '../errors.ts';
import { checkFileFormat, parsePart } from '../site/file-gate.ts';
import { curveSchema, type Curve, type CurvePoint, type CurveSize } from './curve-schema.ts';
import { createTripEdge } from './trip-edge.ts';

export const CURVE_FILE = { format: 'chargebench-curve', version: 1 } as const;

/**
 * The one gate for curve files, bundled or the user's: `{format, version, id, …}` as parsed JSON. Never throws. Fails
 * with `invalid-file` and the path and rule of the first breach, or with `newer-version`.
 */
export function restoreCurve(file: unknown): Result<Curve> {
  const opened = checkFileFormat(file, CURVE_FILE);
  if (!opened.ok) return opened;
  const { format: _format, version: _version, $schema: _schema, ...content } = opened.value;
  const parsed = parsePart(curveSchema, content, []);
  if (!parsed.ok) return parsed;
  const breach = firstBreach(parsed.value);
  return breach === null ? parsed : failure('invalid-file', { ...breach });
}

/** The points for a rating; fails with `out-of-range` for one that the curve does not cover. */
export function sizeOf(curve: Curve, ratingA: number): Result<CurveSize> {
  const size = curve.sizes.find(({ upToA }) => ratingA <= upToA);
  if (size !== undefined && ratingA > 0 && ratingA >= (curve.lowestRatingA ?? 0)) return success(size);
  return failure('out-of-range', {
    curve: curve.id,
    ratingA,
    lowestRatingA: curve.lowestRatingA ?? null,
    highestRatingA: curve.sizes.at(-1)?.upToA ?? null,
  });
}

interface Breach {
  readonly path: string;
  readonly rule: 'sizes-ascend' | 'points-ascend' | 'times-fall' | 'latest-before-earliest' | 'magnetic-band';
}

function firstBreach(curve: Curve): Breach | null {
  const { magnetic } = curve;
  if (magnetic !== undefined && magnetic.mayTripRatio > magnetic.mustTripRatio) {
    return { path: 'magnetic/mustTripRatio', rule: 'magnetic-band' };
  }
  for (const [index, size] of curve.sizes.entries()) {
    const path = `sizes/${String(index)}`;
    const below = index === 0 ? (curve.lowestRatingA ?? 0) : (curve.sizes[index - 1]?.upToA ?? 0);
    if (size.upToA < below || (index > 0 && size.upToA === below)) return { path: `${path}/upToA`, rule: 'sizes-ascend' };
    const breach = edgeBreach(size.mayTrip, `${path}/mayTrip`) ?? edgeBreach(size.mustTrip, `${path}/mustTrip`) ?? bandBreach(size, path);
    if (breach !== null) return breach;
  }
  return null;
}

function edgeBreach(points: readonly CurvePoint[], path: string): Breach | null {
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) continue;
    if (point.ratio <= before.ratio) return { path: `${path}/${String(index)}/ratio`, rule: 'points-ascend' };
    if (point.durationS > before.durationS) return { path: `${path}/${String(index)}/durationS`, rule: 'times-fall' };
  }
  return null;
}

/** The earliest trip must come before the latest, wherever one of them has a point. */
function bandBreach(size: CurveSize, path: string): Breach | null {
  const earliest = createTripEdge(size.mayTrip, 1, 'goes-on');
  const latest = createTripEdge(size.mustTrip, 1, 'stays');
  const ratios = [...size.mayTrip, ...size.mustTrip].map(({ ratio }) => ratio).filter((ratio) => ratio >= latest.firstA);
  const isBroken = latest.firstA < earliest.firstA || ratios.some((ratio) => earliest.tripTimeS(ratio) > latest.tripTimeS(ratio) * (1 + 1e-9));
  return isBroken ? { path: `${path}/mustTrip`, rule: 'latest-before-earliest' } : null;
}
