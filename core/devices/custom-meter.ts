/** The custom meter of a SmartEVSE: a description made of the settings that the site's file tells (seed 003; reference smartevse 7.3). */
import { failure, success, type Result } from '../errors.ts';
import { CUSTOM_DATA_TYPES, type CustomMeter } from '../site/custom-meter.ts';
import { registerMapSchema, type DataType, type RegisterMap } from './register-schema.ts';
import type { MeterDescription } from './meter-description-schema.ts';

/** 7.3: INT32, FLOAT32, INT16. The menu goes up to 4, but no firmware gives 3 and 4 a meaning. */
const DATA_TYPES: readonly DataType[] = CUSTOM_DATA_TYPES;

/**
 * `base` read by these settings: three consecutive currents with their own sign, total power, total imported energy, no export. The
 * voltage register is stored and never read (7.3). Fails with `not-supported` for a data type without a meaning.
 */
export function withCustomRegisters(base: MeterDescription, custom: CustomMeter): Result<MeterDescription> {
  const type = DATA_TYPES[custom.dataType];
  if (type === undefined) return failure('not-supported', { setting: 'DATA TYPE', dataType: custom.dataType, known: '0 to 2' });
  return success({ ...base, modbus: customRegisters(custom, type) });
}

function customRegisters({ byteOrder, functionCode, current, power, energy }: CustomMeter, type: DataType): RegisterMap {
  return registerMapSchema.parse({
    document: 'SmartEVSE configuration guide, custom meter settings; codes as reference smartevse 7.3',
    bus: { baud: 9600, parity: 'none', stopBits: 1, unitId: 10, longestRead: 6, assumption: true, source: 'The line of a SmartEVSE (reference smartevse 6.1); it reads six registers at most' },
    table: functionCode === 3 ? 'holding' : 'input',
    byteOrder,
    phases: 3,
    currentSign: 'own',
    registers: {
      current: { address: current.register, type, scale: -current.divisor },
      totalPower: { address: power.register, type, scale: -power.divisor },
      // The setting is in kWh.
      energyImport: { address: energy.register, type, scale: 3 - energy.divisor },
    },
    refresh: { periodMs: 1000, assumption: true, source: 'Meters wired to the line measure continually' },
    evidence: { kind: 'register-table-only', statement: 'register table only, verify on site', source: 'Typed in by a person' },
  });
}
