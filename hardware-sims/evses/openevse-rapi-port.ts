/**
 * An OpenEVSE controller without its gateway, behind a serial port that speaks RAPI: the same controller as in the simulated EVSE, with
 * its heartbeat supervision, and what it says by itself between a command and its answer (reference openevse e).
 */
import { rapiFrame } from '../../core/protocols/rapi.ts';
import type { EvseId } from '../../core/quantities.ts';
import { bytesOf, type BytePort } from '../byte-port.ts';
import type { SiteTime } from '../device-sink.ts';
import {
  createController,
  meterEnergy,
  offeredA,
  resetController,
  STATE,
  stepController,
  switchOffController,
  type Controller,
} from '../firmware/openevse-controller.ts';
import type { PlantEvse } from '../plant/plant.ts';
import { ANSWERS, hex, nk, ok, pilotStateOf, sessionS, type RapiCommandAnswer, type RapiSource } from './openevse-rapi.ts';
import { vflagsOf } from './openevse-status.ts';
import { createRapiReceiver, type HeardCommand } from './rapi-receiver.ts';

export interface RapiPortOptions {
  readonly id: EvseId;
  readonly ratingA: number;
  readonly configuredMaxA: number;
  /** 7.1.3 and 5.1.3 when absent; a protocol before 5 tells states in decimal, one before 3 knows no sequence ids. */
  readonly firmware?: string;
  readonly protocol?: string;
  /** What it multiplies its ammeter by for energy: it measures no voltage. */
  readonly voltageV?: number;
  readonly time: SiteTime;
}

export interface SimulatedRapiPort {
  readonly id: EvseId;
  readonly port: BytePort;
  readonly controller: Controller;
  /** Its side towards relay and vehicle. */
  readonly outlet: PlantEvse;
  /** Every command it has heard, as sent, without checksum and sequence id. */
  readonly heard: readonly string[];
  cutPower(): void;
  restorePower(): void;
}

/** Serial number of the microcontroller: six characters and eight hex digits. */
const MCU_ID = 'SIM001FF00CAFE';

export function createRapiPort(options: RapiPortOptions): SimulatedRapiPort {
  const { firmware = '7.1.3', protocol = '5.1.3', voltageV = 240, time } = options;
  const major = Number(protocol.split('.')[0]);
  const controller = createController(options.configuredMaxA, options.ratingA);
  const source: { -readonly [Key in keyof RapiSource]: RapiSource[Key] } = {
    controller,
    drawnA: 0,
    config: { firmware, protocol, scale: 220, offset: 0 },
  };
  const answers = major < 5 ? { ...PORT_ANSWERS, $GS: decimalState } : PORT_ANSWERS;
  const heard: string[] = [];
  let outlet: (bytes: Uint8Array) => void = () => undefined;
  let hasPower = true;
  let toldStateCode = controller.stateCode;
  let isBooting = false;

  const say = (frame: string): void => {
    if (hasPower) outlet(bytesOf(`${frame}\r`));
  };

  const answer = (command: HeardCommand): void => {
    if (!hasPower) return;
    if (command.kind === 'damaged') {
      say(nk());
      return;
    }
    const { tokens, sequenceId } = command;
    const [name = '', ...parameters] = tokens;
    heard.push(tokens.join(' '));
    const told = Object.hasOwn(answers, name) ? (answers[name]?.(source, parameters, time.nowMs) ?? nk()) : nk();
    // A change that a command causes is told before its answer.
    tellState();
    say(sequenceId === null ? told : rapiFrame(told.slice(0, told.lastIndexOf('^')), sequenceId));
    if (name === '$FR') restart();
  };

  const receiver = createRapiReceiver(answer, major >= 3);

  const tellState = (): void => {
    const { stateCode } = controller;
    if (stateCode === toldStateCode) return;
    if (isBooting && stateCode !== STATE.starting) {
      isBooting = false;
      say(rapiFrame(`$AB 00 ${firmware}`));
    }
    toldStateCode = stateCode;
    const event = major < 5 ? `$ST ${hex(stateCode, 2)}` : `$AT ${hex(stateCode, 2)} ${hex(pilotStateOf(controller), 2)} ${String(controller.pilotA)} ${hex(vflagsOf(controller), 4)}`;
    say(rapiFrame(event));
  };

  const restart = (): void => {
    resetController(controller, time.nowMs);
    isBooting = true;
    toldStateCode = controller.stateCode;
  };

  return {
    id: options.id,
    controller,
    heard,
    port: {
      attach(next) {
        outlet = next;
      },
      receive(bytes) {
        if (hasPower) receiver.push(bytes);
      },
    },
    outlet: {
      get isRelayClosed() {
        return controller.isRelayClosed;
      },
      get pilotA() {
        return offeredA(controller);
      },
      step(timeMs, isVehicleConnected, wantsEnergy) {
        if (!hasPower) return;
        if (source.drawnA !== 0) meterEnergy(controller, source.drawnA * voltageV);
        stepController(controller, timeMs, isVehicleConnected, wantsEnergy, source.drawnA);
        tellState();
      },
      measure(currentA) {
        source.drawnA = currentA;
      },
      // Its line has timers of its own, so none of its seconds is left out.
      isStill: () => false,
      repeat: () => undefined,
    },
    cutPower() {
      hasPower = false;
      source.drawnA = 0;
      switchOffController(controller);
    },
    restorePower() {
      hasPower = true;
      restart();
    },
  };
}

/** Beyond what the gateway passes through. */
const PORT_ANSWERS: Readonly<Record<string, RapiCommandAnswer>> = {
  ...ANSWERS,
  $GI: () => ok(MCU_ID),
  $G0: ({ controller }) => ok(controller.isVehicleConnected ? 1 : 0),
  $GY: ({ controller }) => ok(controller.heartbeatIntervalMs / 1000, controller.heartbeatFallbackA, controller.heartbeatTrigger),
  $FR: () => ok(),
  $SV: () => ok(),
};

/** Protocol before 5: two decimal fields. */
function decimalState({ controller }: RapiSource, _parameters: readonly string[], timeMs: number): string {
  return ok(controller.stateCode, sessionS(controller, timeMs));
}
