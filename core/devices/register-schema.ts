import { z } from 'zod';

/** How a meter is read over Modbus: registers, sign, validity, and what outside evidence stands behind them. */

const text = z.string().min(1).max(600);
const addressNumber = z.number().int().min(0).max(65_535);
const byteOrderCode = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
const tableName = z.enum(['holding', 'input']);
const cadenceName = z.enum(['fast', 'slow']);

export const dataTypeSchema = z.enum(['i16', 'u16', 'i32', 'u32', 'f32', 'i64', 'u64']);

const registerShape = {
  /** 0-based wire address, without the 30001 or 40001 of some documents. */
  address: addressNumber,
  type: dataTypeSchema,
  /** The register times ten to this power is A, V, W or Wh. */
  scale: z.number().int().min(-9).max(9).default(0),
  /** An i16 register that holds the exponent instead (SunSpec scale factors); `scale` is then what a simulator puts there. */
  exponentAddress: addressNumber.optional(),
  /** Where it differs from the rest of the device. */
  byteOrder: byteOrderCode.optional(),
  table: tableName.optional(),
  /** The device counts the other way round: its export is positive. */
  isNegated: z.boolean().default(false),
  /** Currents, and powers that tell their sign, are polled fast; everything else slowly. */
  cadence: cadenceName.optional(),
  /** Where this one register is known from, if not from the document. */
  source: text.optional(),
};

const totalRegister = z.strictObject(registerShape);

/** Phases follow each other in units of the data type, unless `addresses` names each. */
const phaseRegister = z.strictObject({ ...registerShape, addresses: z.array(addressNumber).min(1).max(3).optional() });

const registersSchema = z.strictObject({
  current: phaseRegister.optional(),
  voltage: phaseRegister.optional(),
  power: phaseRegister.optional(),
  totalPower: totalRegister.optional(),
  energyImport: totalRegister.optional(),
  energyExport: totalRegister.optional(),
});

/** A word pattern that must be there, or nothing of the answer is used: the description does not fit, or the device is set otherwise. */
const expectSchema = z.strictObject({
  address: addressNumber,
  type: z.enum(['u16', 'u32']),
  mask: z.number().int().min(0).max(0xffff_ffff).default(0xffff_ffff),
  value: z.number().int().min(0).max(0xffff_ffff),
  reason: text,
});

/** Registers that hold only while a flag says so: the first case with one of its bits set counts, without any there is no new data. */
const choiceSchema = z.strictObject({
  address: addressNumber,
  /** Other bits of the flag register, as a simulator puts them there. */
  otherBits: z.number().int().min(0).max(0xffff).default(0),
  cases: z.array(z.strictObject({ bits: z.number().int().min(1).max(0xffff), registers: registersSchema, expects: z.array(expectSchema).default([]), reason: text })).min(1),
  reason: text,
});

const busSchema = z.strictObject({
  baud: z.number().int().min(300).max(1_000_000).default(9600),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  /** As it leaves the factory. */
  unitId: z.number().int().min(1).max(247).default(1),
  /** Registers the device gives in one answer. */
  longestRead: z.number().int().min(2).max(125).default(125),
  /** Words between two quantities that mean nothing to us and may be read along, because the device answers for them too. */
  largestGap: z.number().int().min(0).max(60).default(0),
  /** Registers asked for along with the currents, because the device expects its one usual request. */
  readAlong: z.array(addressNumber).max(8).default([]),
  /** From the last byte of a request to the first of the answer. */
  turnaroundMs: z.number().min(0).max(1000).default(10),
  /** What is known about its terminals: A and B the other way round, 3-wire only. */
  wiring: text.optional(),
  assumption: z.boolean().default(false),
  source: text,
});

/** What a device that is this model answers to one read-only request. */
const identifySchema = z.strictObject({
  address: addressNumber,
  count: z.number().int().min(1).max(125),
  table: tableName.optional(),
  plausible: z
    .array(z.strictObject({ what: text, address: addressNumber, type: dataTypeSchema, mask: z.number().int().min(0).max(0xffff).optional(), scale: z.number().int().min(-9).max(9).default(0), from: z.number(), to: z.number() }))
    .min(1),
});

const hexFrame = z.string().regex(/^[0-9A-F]{2}( [0-9A-F]{2})*$/, 'a frame is written as bytes in capitals: 01 04 00 00');
const perPhase = z.array(z.number().nullable()).min(1).max(3);

const sampleSchema = z.strictObject({
  source: text,
  /** Whole RTU frames with CRC. */
  request: hexFrame,
  response: hexFrame,
  /** What must come out, by the device's own phases; what the frame does not hold is absent. */
  values: z.strictObject({
    /** The register without its sign, where no power came along to tell it. */
    magnitudeA: perPhase.optional(),
    currentA: perPhase.optional(),
    voltageV: perPhase.optional(),
    powerW: perPhase.optional(),
    totalPowerW: z.number().optional(),
    energyImportWh: z.number().optional(),
    energyExportWh: z.number().optional(),
  }),
  note: text.optional(),
});

const evidenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('frames'), samples: z.array(sampleSchema).min(1), limits: text.optional() }),
  /** Shown wherever the model is: nobody has seen a frame of it. */
  z.strictObject({ kind: z.literal('register-table-only'), statement: z.literal('register table only, verify on site'), source: text }),
]);

export const registerMapSchema = z.strictObject({
  /** The vendor's document with page, or what stands in for it. */
  document: text,
  bus: busSchema,
  table: tableName,
  /** Bytes b0 b1 b2 b3 on the wire, most significant first: 0 b3b2b1b0, 1 b1b0b3b2, 2 b2b3b0b1, 3 b0b1b2b3. */
  byteOrder: byteOrderCode,
  /** Phases the device measures. */
  phases: z.union([z.literal(1), z.literal(3)]),
  /** Currents carry their own sign, or are magnitudes with the direction of their phase's power. */
  currentSign: z.enum(['own', 'from-power']),
  registers: registersSchema,
  choice: choiceSchema.optional(),
  expects: z.array(expectSchema).default([]),
  /**
   * How a quantity that this variant does not have is sent: `largest` FFFF… unsigned and 7FFF… signed, `sunspec` FFFF unsigned,
   * 8000 signed, not-a-number.
   */
  missing: z.enum(['none', 'largest', 'sunspec']).default('none'),
  /** Beyond it a current is no measurement. */
  largestCurrentA: z.number().positive().max(100_000).default(1000),
  /** It measures anew at least so often, so that an equal answer is a new one. Absent: an equal answer proves nothing. */
  refresh: z.strictObject({ periodMs: z.number().int().min(1), assumption: z.boolean().default(false), source: text }).optional(),
  identify: identifySchema.optional(),
  quirks: z.array(z.strictObject({ what: text, reason: text })).default([]),
  evidence: evidenceSchema,
});

export type RegisterMap = z.output<typeof registerMapSchema>;
export type Registers = RegisterMap['registers'];
export type Quantity = keyof Registers;
export type Register = NonNullable<Registers['current']>;
export type Expectation = RegisterMap['expects'][number];
export type DataType = z.output<typeof dataTypeSchema>;
export type ByteOrder = RegisterMap['byteOrder'];
export type Sample = Extract<RegisterMap['evidence'], { readonly kind: 'frames' }>['samples'][number];
