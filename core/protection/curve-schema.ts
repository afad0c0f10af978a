import { z } from 'zod';

const ratio = z.number().min(1).max(100);
const ratingA = z.number().positive().max(10_000);

/** One point of a trip edge: so many times the rated current for so long. */
const pointSchema = z.strictObject({
  ratio,
  durationS: z.number().positive().max(1_000_000),
  /** True where no standard or maker says it, or where nobody has checked it there yet. */
  assumption: z.boolean().default(false),
  /** Standard, table, or maker's document with page. */
  source: z.string().min(1),
});

const edgeSchema = z.array(pointSchema).min(1).max(50);

/** Points for all ratings up to and including `upToA` that no smaller size covers. */
const sizeSchema = z.strictObject({
  upToA: ratingA,
  /** The earliest that the device may trip; its first point is what it holds for good. */
  mayTrip: edgeSchema,
  /** The latest that it must have tripped; its first point is the lowest current at which it must trip at all. */
  mustTrip: edgeSchema,
});

/** An overcurrent device type: its trip band as data. One file per type. */
export const curveSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'an id has 1 to 60 small letters, digits and hyphens'),
  name: z.string().min(1).max(120),
  standard: z.string().min(1).max(120),
  /** Air temperature for which the points hold, where the standard names one. */
  calibrationC: z.number().min(-50).max(100).optional(),
  lowestRatingA: ratingA.optional(),
  /** Instantaneous trip: never below the first, somewhere in between, always above the second. */
  magnetic: z.strictObject({ mayTripRatio: ratio, mustTripRatio: ratio, source: z.string().min(1) }).optional(),
  sizes: z.array(sizeSchema).min(1).max(100),
});

export type Curve = z.output<typeof curveSchema>;
export type CurveSize = Curve['sizes'][number];
export type CurvePoint = CurveSize['mayTrip'][number];

/** Curves by id: the bundled ones, and those from the user's folder. */
export type Curves = ReadonlyMap<string, Curve>;
