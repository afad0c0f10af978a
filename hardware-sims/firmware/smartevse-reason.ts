import type { Reason, SmartevseRule } from '../../core/balancing/setpoint.ts';
import { ACCESS, ERROR, SCHEDULE, STATE } from './smartevse-codes.ts';
import type { VirtualPilot } from './smartevse-under-evse.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

/** Why a SmartEVSE says what it says on its pilot; `outlet` is this EVSE as the master sees it. */
export function smartevseReason(master: SmartevseUnit, outlet: SmartevseOutlet, pilot: VirtualPilot): Reason {
  return {
    kind: 'model-smartevse',
    rule: ruleOf(outlet, pilot),
    setPointA: master.setPointDa / 10,
    active: master.evses.filter(({ state }) => state === STATE.c).length,
    mainsA: master.mainsDa / 10,
    limitA: master.settings.mainsA,
    remainingS: pilot.unit.first.state === STATE.b1 && pilot.unit.delayS > 0 ? pilot.unit.delayS : null,
  };
}

function ruleOf(outlet: SmartevseOutlet, { unit, isProbing, isVehicleConnected }: VirtualPilot): SmartevseRule {
  if (unit.first.state === STATE.c) return chargingRule(outlet, unit);
  if ((unit.errors & (ERROR.mainsSilent | ERROR.evMeterSilent)) !== 0) return 'meter-silent';
  if ((unit.errors & ERROR.lessThan6A) !== 0) return 'no-power';
  if (!isVehicleConnected) return 'no-vehicle';
  if (unit.access !== ACCESS.on && unit.first.state !== STATE.c1) return 'no-access';
  switch (unit.first.state) {
    case STATE.c1:
      return 'stopping';
    case STATE.b1:
      return 'delay';
    default:
      return isProbing ? 'not-drawing' : 'awaits-grant';
  }
}

function chargingRule({ schedule, balancedDa, mostDa }: SmartevseOutlet, { first }: SmartevseUnit): SmartevseRule {
  if (schedule === SCHEDULE.paused || first.balancedDa === 0) return 'paused-at-6a';
  return balancedDa >= mostDa ? 'maximum' : 'share';
}
