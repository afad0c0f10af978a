/**
 * What a site is: plain immutable data, the same in memory and (with omitted keys instead of null) in files.
 * Its shape is defined once, in `schema.ts`; the names here are for everybody else.
 */
import type { z } from 'zod';
import type { circuitSchema, evseSchema, limitSchema, meterSchema, policySchema, siteSchema, supplySchema } from './schema.ts';

export type Site = z.output<typeof siteSchema>;
export type Supply = z.output<typeof supplySchema>;
export type Circuit = z.output<typeof circuitSchema>;
export type Limit = z.output<typeof limitSchema>;
export type Meter = z.output<typeof meterSchema>;
export type Evse = z.output<typeof evseSchema>;
export type Policy = z.output<typeof policySchema>;
