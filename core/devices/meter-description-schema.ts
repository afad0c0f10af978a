import { z } from 'zod';
import { linkKindSchema } from '../site/links.ts';
import { registerMapSchema } from './register-schema.ts';

const sourceText = z.string().min(1).max(400);

/** One contribution to what a value may be wrong by, with where the figure comes from. */
const contribution = {
  /** True where no document of the maker says it. */
  assumption: z.boolean().default(false),
  /** Standard, vendor document with page, or capture. */
  source: sourceText,
};

/** Part of the reading: the accuracy class of meter and clamp together. */
const classSchema = z.strictObject({ ratio: z.number().min(0).max(0.2), ...contribution });

/** Fixed part, in the unit of its quantity: the last digit, or what cutting to whole numbers takes away. */
const resolutionSchema = z.strictObject({ fixed: z.number().min(0).max(1000), ...contribution });

const quantity = { class: classSchema, resolution: resolutionSchema };

const currentSchema = z.strictObject({
  ...quantity,
  /**
   * The lowest power factor to expect, where current comes from active power and voltage: it then misses the reactive
   * part. Absent where the meter tells current, or apparent or reactive power.
   */
  lowestPowerFactor: z.strictObject({ ratio: z.number().min(0.5).max(1), ...contribution }).optional(),
});

const voltageSchema = z.strictObject({
  ...quantity,
  /** How far the line may rise above its nominal voltage: a limit in watts is converted with the nominal one. */
  drift: z.strictObject({ ratio: z.number().min(0).max(0.2), ...contribution }).optional(),
});

/**
 * What is known about a meter model, whatever site it is in. One file per model. Ways of reading it (bus defaults,
 * registers, sample frames) are sections of their own beside the quantities.
 */
export const meterDescriptionSchema = z.strictObject({
  /** The model a site names. */
  model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'a model has 1 to 60 small letters, digits and hyphens'),
  name: z.string().min(1).max(120),
  /** Other names it is sold or listed under. */
  aliases: z.array(z.string().min(1).max(120)).default([]),
  /** How it can be reached; a driver for it may not be there yet. */
  links: z.array(linkKindSchema).min(1),
  /** What its clamps may surround; absent: each phase has its own. */
  clamps: z.array(z.enum(['one-phase', 'each-phase', 'both-legs'])).min(1).default(['one-phase', 'each-phase']),
  /** How it is read over Modbus. Absent: not at all, or by registers that the site's file tells. */
  modbus: registerMapSchema.optional(),
  /** What the meter tells per phase: a quantity that it does not tell is absent. */
  quantities: z.strictObject({
    current: currentSchema,
    power: z.strictObject(quantity).optional(),
    voltage: voltageSchema.optional(),
  }),
});

export type MeterDescription = z.output<typeof meterDescriptionSchema>;

/** Descriptions by model: the bundled ones, and those from the user's folder. */
export type MeterDescriptions = ReadonlyMap<string, MeterDescription>;
