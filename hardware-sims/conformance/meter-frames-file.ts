import { z } from 'zod';

/** What is used of a file of meter frames; the rest of it is for people. */
const decodedSchema = z.object({
  quantity: z.string(),
  phase: z.string().optional(),
  /** 0-based wire address. */
  address: z.number().int().min(0).max(65_535),
  /** After scale; null for a quantity that the device says it has not. */
  value: z.number().nullable(),
  raw: z.number().nullable().optional(),
  unit: z.string(),
  dataType: z.enum(['int16', 'uint16', 'int32', 'uint32', 'float32', 'int64', 'uint64']),
  byteOrder: z.enum(['ABCD', 'CDAB', 'BADC', 'DCBA']),
  /** 1, /10^n or *10^n. */
  scale: z.string().regex(/^(1|[/*]10\^-?\d+)$/),
});

const perPhase = z.array(z.number()).length(3);

const frameSchema = z.object({
  transport: z.enum(['rtu', 'tcp']),
  requestHex: z.string().regex(/^[0-9A-Fa-f]{2}(\s+[0-9A-Fa-f]{2})*$/),
  responseHex: z.string().regex(/^[0-9A-Fa-f]{2}(\s+[0-9A-Fa-f]{2})*$/),
  unitId: z.number(),
  function: z.number(),
  address: z.number(),
  count: z.number(),
  decoded: z.array(decodedSchema),
  /** What a reader of this model makes of it, direction included. */
  expectedAfterInversion: z.object({ currentsA: perPhase, powersW: perPhase }).optional(),
});

/** A whole request of another kind, or words with the number that they are. */
const extraSchema = z.object({
  what: z.string(),
  hex: z.string().optional(),
  words: z.array(z.string().regex(/^[0-9A-Fa-f]{4}$/)).optional(),
  decoded: z.number().optional(),
});

export const meterFramesSchema = z.object({
  model: z.string(),
  aliases: z.array(z.string()).default([]),
  kind: z.string().optional(),
  frames: z.array(frameSchema),
  extraFrames: z.array(extraSchema).default([]),
});

export type MeterFrames = z.output<typeof meterFramesSchema>;
export type MeterFrame = MeterFrames['frames'][number];
export type ExtraFrame = MeterFrames['extraFrames'][number];
export type DecodedEntry = MeterFrame['decoded'][number];
