/** An OpenEVSE controller of a simulated site that is reached over its serial port, without a gateway. */
import { ChargebenchError } from '../../core/errors.ts';
import type { Reason } from '../../core/balancing/setpoint.ts';
import type { EvseId } from '../../core/quantities.ts';
import type { Evse } from '../../core/site/site.ts';
import type { BytePort } from '../byte-port.ts';
import type { SiteTime } from '../device-sink.ts';
import { armHeartbeat, offeredA, STATE, type Controller } from '../firmware/openevse-controller.ts';
import type { PlantEvse } from '../plant/plant.ts';
import { createRapiPort } from './openevse-rapi-port.ts';

export interface SimulatedOpenEvseController {
  readonly id: EvseId;
  readonly kind: 'openevse-controller';
  readonly controller: Controller;
  readonly port: BytePort;
  readonly outlet: PlantEvse;
  /** Every command it has heard, as sent, without checksum and sequence id. */
  readonly heard: readonly string[];
  /** Acts by the plant's seconds and by what it is told only. */
  nextEventMs(): number;
  advanceTo(timeMs: number): void;
  offeredA(): number;
  reason(): Reason;
  cutPower(): void;
  restorePower(): void;
}

export interface SiteRapiPortOptions {
  readonly evse: Evse;
  /** By the gateway's own keys where it has the same: heartbeat_interval (s), heartbeat_current (A); firmware, protocol. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly time: SiteTime;
  readonly wrapPort: (port: BytePort) => BytePort;
}

/** Throws `invalid-argument` for a setting that it does not have. */
export function createSiteRapiPort({ evse, settings, time, wrapPort }: SiteRapiPortOptions): SimulatedOpenEvseController {
  const { firmware, protocol, intervalS, fallbackA } = readSettings(evse, settings);
  const device = createRapiPort({
    id: evse.id,
    ratingA: evse.ratingA,
    configuredMaxA: evse.configuredMaxA,
    ...(firmware === undefined ? {} : { firmware }),
    ...(protocol === undefined ? {} : { protocol }),
    time,
  });
  const { controller } = device;
  // Stored in the controller itself: it supervises from its start.
  if (intervalS > 0) armHeartbeat(controller, intervalS * 1000, fallbackA, time.nowMs);
  return {
    id: evse.id,
    kind: 'openevse-controller',
    controller,
    port: wrapPort(device.port),
    outlet: device.outlet,
    heard: device.heard,
    nextEventMs: () => Infinity,
    advanceTo: () => undefined,
    offeredA: () => offeredA(controller),
    reason: () => reasonOf(controller),
    cutPower() {
      device.cutPower();
    },
    restorePower() {
      device.restorePower();
    },
  };
}

interface Settings {
  readonly firmware: string | undefined;
  readonly protocol: string | undefined;
  readonly intervalS: number;
  readonly fallbackA: number;
}

function readSettings({ id }: Evse, settings: SiteRapiPortOptions['settings']): Settings {
  const take = <T extends string | number>(key: string, isRight: (value: unknown) => value is T): T | undefined => {
    const value = settings[key];
    if (value === undefined || isRight(value)) return value;
    throw new ChargebenchError('invalid-argument', { device: id, setting: key, value });
  };
  const unknown = Object.keys(settings).find((key) => !['firmware', 'protocol', 'heartbeat_interval', 'heartbeat_current'].includes(key));
  if (unknown !== undefined) throw new ChargebenchError('invalid-argument', { device: id, setting: unknown });
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isAmount = (value: unknown): value is number => typeof value === 'number' && value >= 0;
  return {
    firmware: take('firmware', isText),
    protocol: take('protocol', isText),
    intervalS: take('heartbeat_interval', isAmount) ?? 0,
    fallbackA: take('heartbeat_current', isAmount) ?? 0,
  };
}

/** Whoever sits at the other end of the wire is its one commander. */
function reasonOf(controller: Controller): Reason {
  const { stateCode, pilotA, configuredMaxA, heartbeatTrigger, heartbeatFallbackA, isAtPowerUp } = controller;
  if (heartbeatTrigger === 2) return { kind: 'device-heartbeat-lost', fallbackA: heartbeatFallbackA };
  if (isAtPowerUp) return { kind: 'device-power-up' };
  if (stateCode === STATE.sleeping || stateCode === STATE.disabled) return { kind: 'device-claim', client: 'RAPI', currentA: 0 };
  return pilotA >= configuredMaxA ? { kind: 'device-configured-max', configuredMaxA } : { kind: 'device-claim', client: 'RAPI', currentA: pilotA };
}
