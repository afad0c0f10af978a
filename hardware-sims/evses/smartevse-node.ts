/** A simulated SmartEVSE in node role: the model of its firmware behind the wire, with pilot, contactor and its own fail-safe. */
import type { Reason } from '../../core/balancing/setpoint.ts';
import { BROADCAST_ADDRESS } from '../../core/protocols/smartevse-bus.ts';
import type { EvseId } from '../../core/quantities.ts';
import type { Evse } from '../../core/site/site.ts';
import { ACCESS, CONTACT_2, ERROR, PILOT, STATE } from '../firmware/smartevse-codes.ts';
import { tickPilot } from '../firmware/smartevse-pilot.ts';
import { tickSecond } from '../firmware/smartevse-second.ts';
import type { SmartevseSettings } from '../firmware/smartevse-settings.ts';
import { enterState } from '../firmware/smartevse-states.ts';
import { createSmartevse, type SmartevseUnit } from '../firmware/smartevse-unit.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';
import type { PlantEvse } from '../plant/plant.ts';
import { createInputs, type SmartevseInputs } from './smartevse-inputs.ts';
import { answerNode, createNodeRegisters, type NodeRegisters } from './smartevse-registers.ts';

/** Of a second, each 10 ms: state B counts 51 of them with a ready vehicle, whoever is not in B needs two. */
const TICKS_IN_B = 60;
/** Currents outside the duty formula are 10 %, which is 6 A (reference smartevse.md 5.3). */
const ODD_DUTY_A = 6;
const PILOT_ON: ReadonlySet<number> = new Set([STATE.b, STATE.asksC, STATE.grantedC, STATE.c]);
/** The firmware's own turn of 10 ms, and its transceiver. */
const TURNAROUND_MS = 10;

export interface SmartevseNodeOptions {
  readonly id: EvseId;
  /** 2 to 8: PWR SHARE as Node 1 to 7. */
  readonly unitId: number;
  readonly serial: number;
  readonly maxA: number;
  readonly settings?: Partial<SmartevseSettings>;
  /** Values of other registers by address, such as SWITCH. */
  readonly registers?: ReadonlyMap<number, number>;
  /** The firmware takes access away with each session, even without cards: somebody grants it again. */
  readonly grantsAccess?: boolean;
  readonly acknowledgesSingle?: boolean;
  readonly turnaroundMs?: number;
}

export interface SimulatedSmartevseNode extends SimulatedUnit {
  readonly id: EvseId;
  readonly kind: 'smartevse-node';
  readonly unit: SmartevseUnit;
  readonly registers: NodeRegisters;
  readonly inputs: SmartevseInputs;
  /** Its side towards contactor and vehicle; `step` is one second. */
  readonly outlet: PlantEvse;
  /** Acts by the plant's seconds and by what it is told only. */
  nextEventMs(): number;
  advanceTo(timeMs: number): void;
  offeredA(): number;
  reason(): Reason;
  cutPower(): void;
  restorePower(): void;
}

export function createSmartevseNode(options: SmartevseNodeOptions): SimulatedSmartevseNode {
  const { id, unitId, serial, grantsAccess = true, turnaroundMs = TURNAROUND_MS } = options;
  const unit = createSmartevse('classic', 1);
  const registers = createNodeRegisters(unit, serial, options.acknowledgesSingle);
  const stored: Partial<SmartevseSettings> = { maxA: options.maxA, cableA: options.maxA, isFixedCable: true, mode: 1, mainsMeterType: 1, ...options.settings, sharing: unitId };
  const inputs = createInputs(registers);
  let isPowered = true;
  let isConnected = false;
  let wantsEnergy = false;
  let drawnA = 0;
  Object.assign(unit.settings, stored);
  for (const [address, word] of options.registers ?? []) registers.kept.set(address, word);

  const reading = (): number => {
    if (!isConnected) return PILOT.volts12;
    // Whoever still draws has not opened its contactor yet.
    if (unit.first.state === STATE.c1) return drawnA > 0 ? PILOT.volts6 : PILOT.volts9;
    return wantsEnergy && PILOT_ON.has(unit.first.state) ? PILOT.volts6 : PILOT.volts9;
  };

  const tick = (): void => {
    const shown = reading();
    if (shown === PILOT.volts6) tickPilot(unit, PILOT.diode);
    tickPilot(unit, shown);
  };

  const passSecond = (): void => {
    if (grantsAccess && unit.access === ACCESS.off) unit.access = ACCESS.on;
    tickSecond(unit);
    const ticks = unit.first.state === STATE.b ? TICKS_IN_B : 2;
    for (let turn = 0; turn < ticks; turn += 1) tick();
  };

  const offeredA = (): number => {
    if (!isPowered || !PILOT_ON.has(unit.first.state)) return 0;
    const { balancedDa } = unit.first;
    return balancedDa >= 60 && balancedDa <= 800 ? balancedDa / 10 : ODD_DUTY_A;
  };

  return {
    id,
    kind: 'smartevse-node',
    unitId,
    turnaroundMs,
    broadcastIds: [BROADCAST_ADDRESS],
    unit,
    registers,
    inputs,
    handle(pdu) {
      return isPowered ? answerNode(registers, pdu, unitId - 1, tick) : null;
    },
    outlet: {
      get isRelayClosed() {
        return isPowered && unit.isContactor1Closed;
      },
      get pilotA() {
        return offeredA();
      },
      step(_timeMs, isVehicleConnected, wants) {
        isConnected = isVehicleConnected;
        wantsEnergy = wants;
        if (isPowered) passSecond();
      },
      measure(currentA) {
        drawnA = currentA;
      },
      // Its line has timers of its own, so none of its seconds is left out.
      isStill: () => false,
      repeat: () => undefined,
    },
    nextEventMs: () => Infinity,
    advanceTo: () => undefined,
    offeredA,
    reason() {
      if ((unit.errors & ERROR.mainsSilent) !== 0) return { kind: 'device-heartbeat-lost', fallbackA: 0 };
      if (unit.first.state === STATE.a && unit.first.balancedDa === 0) return { kind: 'device-power-up' };
      return { kind: 'device-claim', client: 'bus master', currentA: offeredA() };
    },
    cutPower() {
      isPowered = false;
      enterState(unit, STATE.a);
    },
    restorePower() {
      isPowered = true;
      // What is stored outlasts it.
      Object.assign(unit, createSmartevse('classic', 1), { settings: unit.settings });
    },
  };
}

type SettingValues = Readonly<Record<string, string | number | boolean>>;

/**
 * The node of a site, set up as the site and the scenario say. Device settings: those of the balancer's model by its names (maxA,
 * cableA, isFixedCable, mode …), and `grantsAccess`.
 */
export function createSiteNode(evse: Evse, unitId: number, { grantsAccess = true, ...settings }: SettingValues): SimulatedSmartevseNode {
  const maxA = Math.trunc(Math.min(evse.ratingA, evse.configuredMaxA));
  return createSmartevseNode({
    id: evse.id,
    unitId,
    serial: 1000 + unitId,
    maxA,
    settings: { contact2: evse.phaseCount === 1 ? CONTACT_2.alwaysOff : CONTACT_2.alwaysOn, ...(settings as Partial<SmartevseSettings>) },
    grantsAccess: grantsAccess === true,
  });
}
