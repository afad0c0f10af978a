/** The divert inside a simulated OpenEVSE gateway: what its feeds, its controller and the other claims are to it (reference b). */
import { minChargeRemainingS, receiveDivertPower, tellEvseState, DIVERT_TYPES } from '../firmware/openevse-divert.ts';
import { claimForDivert } from './openevse-claimants.ts';
import { isCharging, ownCurrentA, shaperVoltageV, wantedStateOf, type Gateway } from './openevse-gateway.ts';

/** A message of either feed came: it decides anew, with the feed of its type. Answers whether its claim changed. */
export function turnDivert(gateway: Gateway, timeMs: number): boolean {
  const { divert, divertSettings, divertQuirks, controller } = gateway;
  gateway.news.isDivertNew = true;
  const hasChanged = receiveDivertPower(divert, divertSettings, divertQuirks, {
    timeMs,
    powerW: divertSettings.type === DIVERT_TYPES.solar ? gateway.shaper.solarW : gateway.gridW,
    voltageV: shaperVoltageV(gateway, timeMs),
    measuredA: ownCurrentA(gateway),
    minCurrentA: controller.minCurrentA,
    isCharging: isCharging(gateway),
    targetState: wantedStateOf(gateway),
  });
  if (hasChanged) claimForDivert(gateway);
  return hasChanged;
}

/** Each second: the divert hears of a change of its controller's state at once, unlike of its own claim's (rule 10). */
export function watchController(gateway: Gateway, timeMs: number): void {
  tellEvseState(gateway.divert, gateway.divertSettings, gateway.controller.stateCode, isCharging(gateway), timeMs);
}

/** `min_charge_end`: seconds left. */
export const minChargeLeftS = (gateway: Gateway, timeMs: number): number => minChargeRemainingS(gateway.divert, isCharging(gateway), timeMs);

/** `divert_update`: seconds since the feed's newest message, since boot before the first. */
export const divertAgeS = ({ divert, bootMs }: Gateway, timeMs: number): number => Math.floor((timeMs - (divert.lastMessageMs ?? bootMs)) / 1000);
