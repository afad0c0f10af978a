import { z } from 'zod';

/** By DATA TYPE code (smartevse.md 7.3): the codes 3 and 4 of the menu have no meaning in any firmware. */
export const CUSTOM_DATA_TYPES = ['i32', 'f32', 'i16'] as const;

const settingOf = (highestRegister: number) =>
  z.strictObject({
    /** 0-based wire address. */
    register: z.number().int().min(0).max(highestRegister),
    /** The register divided by ten to this power is V, A, W or kWh. */
    divisor: z.number().int().min(0).max(7),
  });

/** The custom meter's settings with the ranges of the SmartEVSE menu; a register beyond its last is a matter of the finding. */
export const customMeterSchema = z.strictObject({
  /** BYTE ORD: bit 0 high word first, bit 1 high byte first. */
  byteOrder: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  /** DATA TYPE: 0 INT32, 1 FLOAT32, 2 INT16; 3 and 4 are kept, but no meter can be read by them. */
  dataType: z.number().int().min(0).max(4),
  functionCode: z.union([z.literal(3), z.literal(4)]),
  voltage: settingOf(65_530).optional(),
  /** The first of three consecutive phase currents. */
  current: settingOf(65_530),
  /** Sum of the phases. */
  power: settingOf(65_534),
  /** Total import. */
  energy: settingOf(65_534),
});

export type CustomMeter = z.output<typeof customMeterSchema>;
