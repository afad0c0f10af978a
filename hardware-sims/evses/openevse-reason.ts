/** Why a simulated OpenEVSE offers what it offers, in the balancer's own kinds of reason. */
import type { Reason } from '../../core/balancing/setpoint.ts';
import { CLIENTS, clientName } from '../firmware/openevse-claims.ts';
import type { Divert } from '../firmware/openevse-divert.ts';
import { numberOf } from './openevse-config.ts';
import { ownCurrentA, type Gateway } from './openevse-gateway.ts';

export function gatewayReason(gateway: Gateway): Reason {
  const { controller, target } = gateway;
  if (controller.heartbeatTrigger === 2) return { kind: 'device-heartbeat-lost', fallbackA: controller.heartbeatFallbackA };
  if (controller.isAtPowerUp) return { kind: 'device-power-up' };
  if (target.state?.state === 'disabled') return pauseReason(gateway, target.state.client);
  return currentReason(gateway);
}

function pauseReason({ shaper, shaperSettings, config, divert }: Gateway, client: number): Reason {
  if (client === CLIENTS.divert) return divertReason(divert);
  if (client !== CLIENTS.shaper) return { kind: 'device-claim', client: clientName(client), currentA: 0 };
  if (!shaper.isUpdated) return { kind: 'device-stale-feed', maxIntervalS: numberOf(config, 'current_shaper_data_maxinterval') };
  return { kind: 'device-shaper-pause', maxPowerW: shaperSettings.maxPowerW, livePowerW: shaper.liveW };
}

const divertReason = ({ availableA, smoothedA }: Divert): Reason => ({ kind: 'divert', availableA, smoothedA });

/** The lowest of what limits it; of equals the stored maximum, then the charge current. */
function currentReason(gateway: Gateway): Reason {
  const { target, controller, shaper, shaperSettings, divert } = gateway;
  const chargeA = target.chargeCurrent?.chargeCurrentA ?? Infinity;
  const maxA = target.maxCurrent?.maxCurrentA ?? Infinity;
  const { configuredMaxA } = controller;
  if (configuredMaxA <= chargeA && configuredMaxA <= maxA) return { kind: 'device-configured-max', configuredMaxA };
  if (chargeA <= maxA && target.chargeCurrent?.client === CLIENTS.divert) return divertReason(divert);
  if (chargeA <= maxA) return { kind: 'device-claim', client: clientName(target.chargeCurrent?.client ?? 0), currentA: gateway.pilotA };
  if (target.maxCurrent?.client !== CLIENTS.shaper) {
    return { kind: 'device-claim', client: clientName(target.maxCurrent?.client ?? 0), currentA: gateway.pilotA };
  }
  return { kind: 'device-shaper', maxPowerW: shaperSettings.maxPowerW, livePowerW: shaper.liveW, measuredA: ownCurrentA(gateway) };
}
