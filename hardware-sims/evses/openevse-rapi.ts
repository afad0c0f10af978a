/** The controller's serial protocol as the gateway passes it through (reference e.2, e.5). */
import { rapiFrame } from '../../core/protocols/rapi.ts';
import {
  acknowledgeMiss,
  armHeartbeat,
  pulseHeartbeat,
  setCurrent,
  sleep,
  STATE,
  storeMaximum,
  wake,
  type Controller,
} from '../firmware/openevse-controller.ts';
import { textOf } from './openevse-config.ts';
import type { Gateway } from './openevse-gateway.ts';
import { vflagsOf } from './openevse-status.ts';

export const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
export const ok = (...tokens: readonly (string | number)[]): string => rapiFrame(['$OK', ...tokens].join(' '));
export const nk = (...tokens: readonly (string | number)[]): string => rapiFrame(['$NK', ...tokens].join(' '));

/** What answers are made of: the gateway has all of it, and so has a controller alone behind a serial port. */
export type RapiSource = Pick<Gateway, 'controller' | 'drawnA' | 'config'>;

export type RapiCommandAnswer = (source: RapiSource, parameters: readonly string[], timeMs: number) => string;

/** Asked for by topic, `<base>/rapi/in/<command>`; these and no others are subscribed and answered. */
export const ANSWERS: Readonly<Record<string, RapiCommandAnswer>> = {
  $GC: ({ controller }) => ok(controller.minCurrentA, controller.hardwareMaxA, controller.pilotA, controller.configuredMaxA),
  // Numbers in lower-case hex (captures, correction 5).
  $GS: ({ controller }, _parameters, timeMs) =>
    ok(hex(controller.stateCode, 2), sessionS(controller, timeMs), hex(pilotStateOf(controller), 2), hex(vflagsOf(controller), 4)),
  // The voltage is not measured: -1 (reference e.5).
  $GG: ({ drawnA }) => ok(Math.round(drawnA * 1000), -1),
  $GE: ({ controller }) => ok(controller.pilotA, '0001'),
  $GV: ({ config }) => ok(textOf(config, 'firmware'), textOf(config, 'protocol')),
  $GU: ({ controller }) => ok(Math.round(controller.sessionWs), Math.round(controller.totalWh)),
  // Tenths of a degree; -2560 is a sensor that is not there.
  $GP: () => ok(280, 285, -2560),
  $GF: () => ok(0, 0, 0),
  $GA: ({ config }) => ok(String(config['scale']), String(config['offset'])),
  $FE: ({ controller }) => {
    wake(controller);
    return ok();
  },
  $FS: ({ controller }, _parameters, timeMs) => {
    sleep(controller, timeMs, STATE.sleeping);
    return ok();
  },
  $FD: ({ controller }, _parameters, timeMs) => {
    sleep(controller, timeMs, STATE.disabled);
    return ok();
  },
  $SC: setCurrentAnswer,
  $SY: heartbeatAnswer,
};

export const RAPI_COMMANDS: readonly string[] = Object.keys(ANSWERS);

export const sessionS = (controller: Controller, timeMs: number): number =>
  controller.isVehicleConnected ? Math.floor((timeMs - controller.sessionStartMs) / 1000) : 0;

/** What the pilot alone says: the vehicle's state, asleep or not. */
export function pilotStateOf(controller: Controller): number {
  if (!controller.isVehicleConnected) return STATE.notConnected;
  return controller.stateCode === STATE.charging ? STATE.charging : STATE.connected;
}

/** Any third token but M makes it volatile; M would burn the hardware maximum and is refused here as an old controller does. */
function setCurrentAnswer({ controller }: RapiSource, [amps, flag]: readonly string[]): string {
  const currentA = Number(amps);
  if (!Number.isInteger(currentA) || flag === 'M') return nk();
  const isTaken = flag === undefined ? storeMaximum(controller, currentA) : setCurrent(controller, currentA);
  return isTaken ? ok(controller.pilotA) : nk(controller.pilotA);
}

/** No parameter: pulse. 165: acknowledge. Two: seconds and amps. */
function heartbeatAnswer({ controller }: RapiSource, parameters: readonly string[], timeMs: number): string {
  const [first, second] = parameters.map(Number);
  let isWell = true;
  if (first === undefined) isWell = pulseHeartbeat(controller, timeMs);
  else if (second !== undefined) armHeartbeat(controller, first * 1000, second, timeMs);
  else if (first === 165) acknowledgeMiss(controller, timeMs);
  else return nk();
  const answer = [controller.heartbeatIntervalMs / 1000, controller.heartbeatFallbackA, controller.heartbeatTrigger];
  return isWell ? ok(...answer) : nk(...answer);
}

/** `$CC p1 p2`, with or without checksum. Null for a command that the pass-through does not let by. */
export function answerRapi(gateway: Gateway, command: string, timeMs: number): string | null {
  const [name, ...parameters] = command.replace(/\^[0-9A-Fa-f]{2}\s*$/, '').trim().split(/\s+/);
  const answer = name === undefined ? undefined : ANSWERS[name];
  if (answer === undefined) return null;
  gateway.rapiCount += 1;
  return answer(gateway, parameters, timeMs);
}
