/**
 * Seconds of a simulated OpenEVSE gateway that only repeat the last one: its loops run and change nothing, and it tells what it
 * has told. Whatever follows a clock of its own (shaper, schedule, session limit, a voltage that grows old) is never still.
 */
import { isControllerStill, pulseHeartbeat } from '../firmware/openevse-controller.ts';
import { isCharging, type Gateway, type News } from './openevse-gateway.ts';
import { TICK_MS } from './openevse-loops.ts';
import { isMeasuredTold, nextWholeStatusMs } from './openevse-publisher.ts';

/** Whether the controller behind it does in the next second what it did in the last one. */
export function isOutletStill(gateway: Gateway, isVehicleConnected: boolean, wantsEnergy: boolean): boolean {
  return gateway.isUp && gateway.feedVoltageV === null && isControllerStill(gateway.controller, isVehicleConnected, wantsEnergy, TICK_MS);
}

/**
 * Every second from `fromMs` on and before the answered time repeats the last one; `fromMs` itself where the next one may not.
 * `audienceCount`: of whoever listens now, as its publications count it.
 */
export function gatewayStillUntilMs(gateway: Gateway, fromMs: number, audienceCount: number): number {
  if (gateway.nextTickMs !== fromMs || !isGatewayStill(gateway) || !isTold(gateway, audienceCount, fromMs)) return fromMs;
  return nextWholeStatusMs(gateway, fromMs);
}

/** Its turn of the loops in such a second; what it measures is told again by whoever knows its listeners. */
export function repeatGateway(gateway: Gateway, timeMs: number): void {
  gateway.nextTickMs = timeMs + TICK_MS;
  pulseHeartbeat(gateway.controller, timeMs);
}

function isGatewayStill(gateway: Gateway): boolean {
  const { controller, divert, claims } = gateway;
  return (
    gateway.isUp &&
    !gateway.isShaperOn &&
    gateway.limit === null &&
    gateway.plan.length === 0 &&
    gateway.scheduledEvent === null &&
    gateway.feedVoltageV === null &&
    gateway.appliedVersion === claims.version &&
    gateway.seenStateCode === controller.stateCode &&
    gateway.isVehicleSeen === controller.isVehicleConnected &&
    divert.toldStateCode === controller.stateCode &&
    !(isCharging(gateway) && controller.pilotA > gateway.pilotA) &&
    !hasNews(gateway.news)
  );
}

/** While it charges: what it measures now was told last, and to the same listeners, as a repetition. */
function isTold(gateway: Gateway, audienceCount: number, timeMs: number): boolean {
  if (!isCharging(gateway)) return true;
  return gateway.told.isRepetition && isMeasuredTold(gateway, audienceCount, timeMs) && gateway.measuredMa === Math.round(gateway.drawnA * 1000);
}

function hasNews(news: News): boolean {
  return news.isStateNew || news.isShaperNew || news.isConfigNew || news.isClaimNew || news.isOverrideNew || news.isLimitNew || news.isScheduleNew || news.isDivertNew;
}
