/** What the event of the schedule that holds now does to a simulated OpenEVSE gateway (reference c.3, a.2 rule 15, b.2 rule 13). */
import { CLIENTS, makeClaim, PRIORITIES, releaseClaim } from '../firmware/openevse-claims.ts';
import { changeLimit, turnDivertWindow, turnShaperWindow } from './openevse-claimants.ts';
import { numberOf, textOf } from './openevse-config.ts';
import type { Gateway } from './openevse-gateway.ts';
import { eventAt, planWeek, secondOfWeek, type PlannedEvent } from './openevse-schedule.ts';

/** After a change of the schedule, of the start window, and at boot. */
export function renewPlan(gateway: Gateway): void {
  const seed = Number.parseInt(textOf(gateway.config, 'wifi_serial').slice(-6), 16);
  gateway.plan = planWeek(gateway.schedule, numberOf(gateway.config, 'scheduler_start_window'), Number.isNaN(seed) ? 0 : seed);
}

export const weekSecondOf = ({ config, startWallMs }: Gateway, timeMs: number): number => secondOfWeek(textOf(config, 'time_zone'), startWallMs + timeMs);

/** Each second. */
export function turnSchedule(gateway: Gateway, timeMs: number): void {
  if (gateway.plan.length === 0 && gateway.scheduledEvent === null) return;
  const event = eventAt(gateway.plan, weekSecondOf(gateway, timeMs));
  if (isSame(event, gateway.scheduledEvent)) return;
  endEvent(gateway);
  gateway.scheduledEvent = event;
  if (event === null) releaseClaim(gateway.claims, CLIENTS.schedule);
  else beginEvent(gateway, event);
}

const isSame = (a: PlannedEvent | null, b: PlannedEvent | null): boolean => JSON.stringify(a) === JSON.stringify(b);

function endEvent(gateway: Gateway): void {
  const event = gateway.scheduledEvent;
  if (event?.state !== 'active') return;
  if (event.feature === 'divert') turnDivertWindow(gateway, false);
  if (event.feature === 'shaper') turnShaperWindow(gateway, false);
  if (event.limitType !== null) changeLimit(gateway, null);
}

/** An active event claims its current, by default the hardware's maximum; a disabled one outranks nobody (src/scheduler of both states). */
function beginEvent(gateway: Gateway, event: PlannedEvent): void {
  const isActive = event.state === 'active';
  const hasCurrent = event.feature === 'current' && event.featureValue > 0;
  makeClaim(gateway.claims, {
    client: CLIENTS.schedule,
    priority: isActive ? PRIORITIES.timer : PRIORITIES.default,
    state: event.state,
    chargeCurrentA: isActive ? (hasCurrent ? event.featureValue : gateway.controller.hardwareMaxA) : null,
    maxCurrentA: null,
    isAutoReleased: false,
  });
  if (!isActive) return;
  if (event.feature === 'divert') turnDivertWindow(gateway, true);
  if (event.feature === 'shaper') turnShaperWindow(gateway, true);
  const { limitType: type, limitValue: value } = event;
  if (type === 'time' || type === 'energy' || type === 'soc') changeLimit(gateway, { type, value, isAutoReleased: true });
}
