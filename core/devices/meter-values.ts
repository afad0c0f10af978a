import { ChargebenchError } from '../errors.ts';
import type { PerPhase } from '../quantities.ts';
import type { ModbusTable } from '../transport/modbus-bus.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import type { Quantity, RegisterMap } from './register-schema.ts';

/** What a meter tells, by its own phases; import positive, a current with the sign of its power. Null where it tells nothing. */
export interface MeterValues {
  readonly currentA: PerPhase<number | null>;
  readonly voltageV: PerPhase<number | null>;
  readonly powerW: PerPhase<number | null>;
  readonly totalPowerW: number | null;
  readonly energyImportWh: number | null;
  readonly energyExportWh: number | null;
}

/** Registers as they were read: unsigned words in the order of their addresses. */
export interface RegisterBlock {
  readonly table: ModbusTable;
  readonly address: number;
  readonly words: readonly number[];
}

export type Cadence = 'fast' | 'slow';

export interface ReadBlock {
  readonly table: ModbusTable;
  readonly address: number;
  readonly count: number;
  readonly cadence: Cadence;
}

export const REJECTIONS = ['not-a-number', 'out-of-range', 'no-sign', 'exponent-out-of-range', 'no-new-data', 'expectation-not-met'] as const;

/** A value that was there and is not used, or a whole answer that is not. */
export interface RejectedValue {
  readonly reason: (typeof REJECTIONS)[number];
  readonly quantity: Quantity | null;
  /** Own phase, 0 to 2; null for a total or a whole answer. */
  readonly phase: number | null;
  readonly address: number;
  /** The number or pattern that was refused, as text. */
  readonly got: string;
}

/** Throws `not-supported` for a model that is not read by registers. */
export function registerMapOf(description: MeterDescription): RegisterMap {
  if (description.modbus === undefined) throw new ChargebenchError('not-supported', { model: description.model, needs: 'registers' });
  return description.modbus;
}
