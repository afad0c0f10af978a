/** What meters and the home battery tell the unit (smartevse.md chapter 2). Currents in dA per phase, import positive. */
import { CONTACT_2, EV_METER_TIMEOUT_S, MAINS_TIMEOUT_S, MODE, quotient } from './smartevse-codes.ts';
import type { PerPhase } from '../../core/quantities.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

export function acceptMains(unit: SmartevseUnit, currentDa: PerPhase<number>): void {
  const [l1, l2, l3] = unit.settings.mode === MODE.solar ? withoutBattery(unit, currentDa) : currentDa;
  unit.sumDa = l1 + l2 + l3;
  unit.mainsDa = Math.max(l1, l2, l3);
  unit.isFresh = true;
  unit.mainsTimeoutS = MAINS_TIMEOUT_S;
  unit.apiSilentS = 0;
}

/** What the battery takes (or gives) counts as surplus (or as missing); on L1 alone where the EVSE has one phase. */
function withoutBattery({ settings, batteryDa }: SmartevseUnit, [l1, l2, l3]: PerPhase<number>): PerPhase<number> {
  if (settings.contact2 === CONTACT_2.alwaysOff) return [l1 - batteryDa, l2, l3];
  const shareDa = quotient(batteryDa, 3);
  return [l1 - shareDa, l2 - shareDa, l3 - shareDa];
}

/** Stabilised: mains values by API have stayed away too long (3.12). */
export function assumeFullMains(unit: SmartevseUnit): void {
  unit.mainsDa = unit.settings.mainsA * 10;
  unit.sumDa = 3 * unit.mainsDa;
}

export function acceptEvMeter(unit: SmartevseUnit, [l1, l2, l3]: PerPhase<number>): void {
  unit.evDa = Math.max(l1, l2, l3);
  unit.evTimeoutS = EV_METER_TIMEOUT_S;
}
