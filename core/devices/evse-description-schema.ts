import { z } from 'zod';

const reasonText = z.string().min(1).max(400);
const settingValue = z.union([z.string(), z.number(), z.boolean()]);

/**
 * Where a setting can be read and written. `register`: holding registers of a Modbus unit, 0-based. `config`: a key of the device's
 * stored document (OpenEVSE: /config). `display`: only by hand, at the device; the path is what a person chooses there.
 */
const placeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('register'),
    address: z.number().int().min(0).max(0xffff),
    /** Where other firmware lines keep it; null where they do not have it on the bus. */
    otherFirmware: z.record(z.string(), z.number().int().min(0).max(0xffff).nullable()).default({}),
  }),
  z.strictObject({ kind: z.literal('config'), key: z.string().min(1) }),
  z.strictObject({ kind: z.literal('display') }),
]);

/** Choosing this value does something at once (erases, restarts) instead of being kept. */
const choiceSchema = z.strictObject({ value: settingValue, name: z.string().min(1).max(60), actionNotSetting: reasonText.optional() });

const valueSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    lowest: z.number(),
    highest: z.number(),
    step: z.number().positive().default(1),
    /** Values besides the range, such as 0 for off. */
    also: z.array(z.number()).default([]),
  }),
  z.strictObject({ kind: z.literal('choice'), choices: z.array(choiceSchema).min(1) }),
  z.strictObject({ kind: z.literal('switch') }),
  z.strictObject({ kind: z.literal('text'), longest: z.number().int().min(1).max(1024) }),
]);

/** One setting of a device. A rule that is there holds, and its text says why. */
export const evseSettingSchema = z.strictObject({
  /** By which `readSetting` and `writeSetting` know it. */
  key: z.string().min(1).max(60),
  /** As the device itself calls it. */
  name: z.string().min(1).max(60),
  where: placeSchema,
  /** What to choose at the device, in its own words, where that is possible. */
  display: z.string().min(1).max(120).optional(),
  unit: z.enum(['A', 'W', 'V', 's', 'min', 'C', 'register', 'power of ten', 'ratio']).optional(),
  value: valueSchema,
  /** The roles in which the device obeys it; all when absent. */
  roles: z.array(z.string().min(1)).min(1).optional(),
  /** False for what it forgets at its next start. */
  isStored: z.boolean().default(true),
  neverWrite: reasonText.optional(),
  onlyUncharged: reasonText.optional(),
  actionNotSetting: reasonText.optional(),
  wears: reasonText.optional(),
});

/** What is known about an EVSE model, whatever site it is in. One file per model. */
export const evseDescriptionSchema = z.strictObject({
  /** The model a site names. */
  model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'a model has 1 to 60 small letters, digits and hyphens'),
  name: z.string().min(1).max(120),
  /** Vendor document or firmware state that the figures are from. */
  source: reasonText,
  ratings: z.strictObject({ lowestA: z.number().positive(), highestA: z.number().positive(), stepA: z.number().positive(), source: reasonText }),
  capabilities: z.strictObject({
    canPause: z.boolean(),
    /** It tells the current that flows through it. */
    measuresCurrent: z.boolean(),
    /** It switches between one and three phases. */
    switchesPhases: z.boolean(),
    /** An offer that is not repeated within this time is let go; null where it stands for ever. */
    offerTtlMs: z.number().int().positive().nullable(),
    source: reasonText,
  }),
  settings: z.array(evseSettingSchema).refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'every setting has a key of its own'),
});

export type EvseDescription = z.output<typeof evseDescriptionSchema>;
export type EvseSetting = z.output<typeof evseSettingSchema>;
export type SettingValue = z.output<typeof settingValue>;
