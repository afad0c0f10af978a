/**
 * A SmartEVSE in place of the brain of an EVSE of the site: what it would read on its control pilot, from the report of that
 * EVSE, and what it would say on it.
 *
 * The EVSE below has a contactor of its own, which the SmartEVSE cannot hold open: a vehicle that has not been granted state
 * C is therefore offered nothing, and counts as ready as soon as it is plugged in.
 */
import { ACCESS, PILOT, STATE } from './smartevse-codes.ts';
import { tickPilot } from './smartevse-pilot.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';
import type { EvseReport } from '../../core/site/readings.ts';

/** Seconds that a vehicle which was offered a current may take to ask for it. */
const READY_S = 15;
/** More than the 51 that state B asks for; whoever is not in B needs two. */
const TICKS_IN_B = 60;
/** Duty of currents outside the formula (5.3): 10 %, which is 6 A. A paused master gets there (chapter 4, D5). */
const ODD_DUTY_DA = 60;

export interface VirtualPilot {
  readonly unit: SmartevseUnit;
  /** A vehicle has charged and stopped by itself: the pilot stays on, so that it can ask again. */
  isProbing: boolean;
  isVehicleConnected: boolean;
  /** As contact 2 stands. */
  phaseCount: 1 | 3;
  /** In C without drawing. */
  unusedS: number;
}

export const createVirtualPilot = (unit: SmartevseUnit): VirtualPilot => ({ unit, isProbing: false, isVehicleConnected: false, phaseCount: unit.phases === 1 ? 1 : 3, unusedS: 0 });

/** One second of the pilot. `grantsAccess`: somebody grants access anew after each session, which ends it. */
export function passPilotSecond(pilot: VirtualPilot, report: EvseReport | null, grantsAccess: boolean): void {
  const { unit } = pilot;
  if (grantsAccess && unit.access === ACCESS.off) unit.access = ACCESS.on;
  const reading = readingOf(pilot, report);
  const before = unit.first.state;
  if (reading === PILOT.volts6) tickPilot(unit, PILOT.diode);
  const ticks = unit.first.state === STATE.b ? TICKS_IN_B : 2;
  for (let tick = 0; tick < ticks; tick += 1) tickPilot(unit, reading);
  if (before === STATE.c && unit.first.state === STATE.b) pilot.isProbing = true;
  if (unit.first.state !== STATE.b) pilot.isProbing = false;
  if (unit.first.state === STATE.c) pilot.phaseCount = unit.isContactor2Closed ? 3 : 1;
}

function readingOf(pilot: VirtualPilot, report: EvseReport | null): number {
  pilot.isVehicleConnected = isConnected(report);
  if (!pilot.isVehicleConnected) return PILOT.volts12;
  const isCharging = report?.state === 'charging';
  const isUnused = pilot.unit.first.state === STATE.c && !isCharging;
  pilot.unusedS = isUnused ? pilot.unusedS + 1 : 0;
  switch (pilot.unit.first.state) {
    case STATE.c:
      return pilot.unusedS > READY_S ? PILOT.volts9 : PILOT.volts6;
    case STATE.b:
      return isCharging || !pilot.isProbing ? PILOT.volts6 : PILOT.volts9;
    case STATE.asksC:
    case STATE.grantedC:
      return PILOT.volts6;
    case STATE.c1:
      return isCharging ? PILOT.volts6 : PILOT.volts9;
    default:
      return PILOT.volts9;
  }
}

/** An EVSE that does not say so has no vehicle. */
function isConnected(report: EvseReport | null): boolean {
  if (report === null || report.state === 'idle' || report.state === 'starting') return false;
  return report.isVehicleConnected ?? (report.state === 'charging' || report.state === 'connected');
}

/** What the pilot says, in dA; 0 where it says nothing. */
export function pilotDa({ unit, isProbing }: VirtualPilot): number {
  const { first, settings } = unit;
  if (first.state === STATE.b && isProbing) return settings.minA * 10;
  if (first.state !== STATE.c) return 0;
  const isInFormula = first.balancedDa >= 60 && first.balancedDa <= 800;
  return isInFormula ? first.balancedDa : ODD_DUTY_DA;
}
