import { ACCESS, STATE } from '../smartevse-codes.ts';
import { calculate } from '../smartevse-calculation.ts';
import { acceptMains } from '../smartevse-measurement.ts';
import type { SmartevseSettings, SmartevseVariant } from '../smartevse-settings.ts';
import { createSmartevse, type SmartevseUnit } from '../smartevse-unit.ts';

export interface RigSetup {
  readonly variant?: SmartevseVariant;
  readonly settings?: Partial<SmartevseSettings>;
  /** In dA, one per EVSE in state C. */
  readonly balancedDa: readonly number[];
  readonly mostDa?: readonly number[];
  readonly setPointDa?: number;
}

/** A unit with a mains meter, 16 A MAX, 25 A MAINS and 100 A CIRCUIT, all of whose EVSEs have charged for a while. */
export function chargingUnit({ variant = 'classic', settings = {}, balancedDa, mostDa, setPointDa }: RigSetup): SmartevseUnit {
  const unit = createSmartevse(variant, balancedDa.length);
  Object.assign(unit.settings, { mode: 1, maxA: 16, cableA: 32, circuitA: 100, mainsMeterType: 1, sharing: balancedDa.length > 1 ? 1 : 0 }, settings);
  unit.access = ACCESS.on;
  for (const evse of unit.evses) {
    evse.state = STATE.c;
    evse.balancedDa = balancedDa[evse.index] ?? 0;
    evse.mostDa = mostDa?.[evse.index] ?? 160;
    evse.chargingS = 100;
  }
  unit.setPointDa = setPointDa ?? balancedDa.reduce((sum, currentDa) => sum + currentDa, 0);
  return unit;
}

/** Equal on all phases. */
export function measureAndCalculate(unit: SmartevseUnit, mainsDa: number | readonly [number, number, number]): void {
  acceptMains(unit, typeof mainsDa === 'number' ? [mainsDa, mainsDa, mainsDa] : mainsDa);
  calculate(unit);
}

export const givenDa = (unit: SmartevseUnit): readonly number[] => unit.evses.map(({ balancedDa }) => balancedDa);
