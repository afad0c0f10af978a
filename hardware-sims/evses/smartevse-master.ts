/**
 * A simulated SmartEVSE as master on a pair of wires: the model of its firmware, asking meters and nodes as a real one does every 2 s
 * (reference smartevse.md 6.3). It never answers anybody.
 */
import { decodeRegisters } from '../../core/devices/decode-registers.ts';
import type { MeterDescription } from '../../core/devices/meter-description-schema.ts';
import type { RegisterBlock } from '../../core/devices/meter-values.ts';
import { readBlocksOf } from '../../core/devices/read-blocks.ts';
import {
  BROADCAST_ADDRESS,
  BROADCAST_REGISTER,
  broadcastWords,
  CONFIG_CHANGED_REGISTER,
  decodeStatus,
  ERROR_REGISTER,
  FIRST_NODE_ADDRESS,
  LAST_NODE_ADDRESS,
  POLLED_STATUS_COUNT,
  STATUS_REGISTER,
  type SmartevseStatus,
} from '../../core/protocols/smartevse-bus.ts';
import { perPhase, type PerPhase } from '../../core/quantities.ts';
import type { ModbusBus } from '../../core/transport/modbus-bus.ts';
import { calculate } from '../firmware/smartevse-calculation.ts';
import { ACCESS, ERROR, MOST_EVSES, PILOT, SHARING, STATE } from '../firmware/smartevse-codes.ts';
import { answerRequest, noteNodeState, trip } from '../firmware/smartevse-master.ts';
import { acceptMains } from '../firmware/smartevse-measurement.ts';
import { tickPilot } from '../firmware/smartevse-pilot.ts';
import { hasRoomForOneMore } from '../firmware/smartevse-room.ts';
import { tickSecond } from '../firmware/smartevse-second.ts';
import type { SmartevseSettings, SmartevseVariant } from '../firmware/smartevse-settings.ts';
import { createSmartevse, type SmartevseOutlet, type SmartevseUnit } from '../firmware/smartevse-unit.ts';

export const MASTER_CYCLE_MS = 2000;
/** 6.1: nobody is waited for any longer, and nothing is repeated within a cycle. */
const ANSWER_TIME_MS = 85;
const POLLS_UNTIL_LOST = 5;
const EV_METER_REGISTER = 0x0108;

export interface SmartevseMasterOptions {
  readonly bus: ModbusBus;
  readonly variant?: SmartevseVariant;
  readonly settings?: Partial<SmartevseSettings>;
  /** What it measures the mains with; null: Normal mode only. */
  readonly mainsMeter: { readonly unitId: number; readonly description: MeterDescription } | null;
}

export interface SimulatedSmartevseMaster {
  readonly unit: SmartevseUnit;
  /** One round of requests, one after the other; due every 2 s. Never throws. */
  passCycle(): Promise<void>;
  /** Its own timers and its own pilot. */
  passSecond(isVehicleConnected: boolean, wantsEnergy: boolean): void;
}

interface KnownNode {
  readonly unitId: number;
  readonly outlet: SmartevseOutlet;
  pollsLeft: number;
}

export function createSmartevseMaster({ bus, variant = 'classic', settings = {}, mainsMeter }: SmartevseMasterOptions): SimulatedSmartevseMaster {
  const unit = createSmartevse(variant, MOST_EVSES);
  Object.assign(unit.settings, { mode: 1, mainsMeterType: mainsMeter === null ? 0 : 1, isFixedCable: true, maxA: 16, cableA: 16, circuitA: 25 }, settings, { sharing: SHARING.master });
  unit.access = ACCESS.on;
  const nodes = unit.evses.slice(1).map((outlet): KnownNode => ({ unitId: outlet.index + 1, outlet, pollsLeft: 0 })).filter(({ unitId }) => unitId >= FIRST_NODE_ADDRESS && unitId <= LAST_NODE_ADDRESS);
  let mainsDa: PerPhase<number> = [0, 0, 0];

  const read = async (unitId: number, address: number, count: number, table: 'input' | 'holding' = 'input'): Promise<readonly number[] | null> => {
    try {
      return (await bus.read({ unitId, table, address, count, timeoutMs: ANSWER_TIME_MS })).words;
    } catch {
      return null;
    }
  };

  const write = async (unitId: number, address: number, values: readonly number[], functionCode: 6 | 16 = 16): Promise<void> => {
    try {
      await bus.write({ unitId, address, values, functionCode, answer: unitId === BROADCAST_ADDRESS ? 'none' : 'expected', timeoutMs: ANSWER_TIME_MS });
    } catch {
      // The next cycle sees what came of it.
    }
  };

  const measure = async (): Promise<void> => {
    if (mainsMeter === null) return;
    const blocks: RegisterBlock[] = [];
    for (const { table, address, count, cadence } of readBlocksOf(mainsMeter.description)) {
      if (cadence !== 'fast') continue;
      const words = await read(mainsMeter.unitId, address, count, table);
      if (words === null) return;
      blocks.push({ table, address, words });
    }
    const { currentA } = decodeRegisters(mainsMeter.description, blocks);
    if (currentA[0] === null) return;
    // By way of milliamperes, cut off (7.2).
    mainsDa = perPhase((phase) => Math.trunc(Math.trunc((currentA[phase] ?? 0) * 1000) / 100));
    acceptMains(unit, mainsDa);
  };

  const poll = async (node: KnownNode): Promise<void> => {
    const { unitId, outlet } = node;
    const status = decodeStatus((await read(unitId, STATUS_REGISTER, POLLED_STATUS_COUNT)) ?? []);
    if (!status.ok) {
      miss(node);
      return;
    }
    node.pollsLeft = POLLS_UNTIL_LOST;
    if (status.value.isConfigChanged) {
      await read(unitId, EV_METER_REGISTER, 2);
      await write(unitId, CONFIG_CHANGED_REGISTER, [0], 6);
    }
    noteNodeState(outlet, status.value.stateCode);
    outlet.mostDa = status.value.maxCurrentA * 10;
    outlet.errors = status.value.errors;
    const told = wordsFor(outlet, status.value);
    if (told !== null) await write(unitId, STATUS_REGISTER, told);
  };

  /** State and error bits that it has to be told; null where it has what it needs. */
  const wordsFor = (outlet: SmartevseOutlet, { stateCode, errors }: SmartevseStatus): readonly number[] | null => {
    const hasRoom = hasRoomForOneMore(unit);
    const lost = unit.errors & ERROR.mainsSilent;
    const refused = [stateCode, errors | ERROR.lessThan6A | lost];
    if (stateCode === STATE.asksB) {
      if (!hasRoom) return refused;
      outlet.state = STATE.b;
      outlet.balancedDa = unit.settings.minA * 10;
      return [STATE.grantedB, 0];
    }
    if (stateCode === STATE.asksC) return answerRequest(unit, outlet) ? [STATE.grantedC, 0] : refused;
    const wanted = (hasRoom ? errors & ~ERROR.lessThan6A : errors) | lost;
    return wanted === errors ? null : [stateCode, wanted];
  };

  const tellAll = async (): Promise<void> => {
    if (trip(unit)) await write(BROADCAST_ADDRESS, ERROR_REGISTER, [unit.errors & 0xff], 6);
    if ((unit.errors & ERROR.mainsSilent) !== 0) return;
    const words = broadcastWords({ currentsDa: unit.evses.map(({ state, balancedDa }) => (state === STATE.a ? 0 : balancedDa)), mainsDa });
    if (words.ok) await write(BROADCAST_ADDRESS, BROADCAST_REGISTER, words.value);
  };

  return {
    unit,
    async passCycle() {
      await measure();
      for (const node of nodes) await poll(node);
      calculate(unit);
      await tellAll();
    },
    passSecond(isVehicleConnected, wantsEnergy) {
      if (unit.access === ACCESS.off) unit.access = ACCESS.on;
      tickSecond(unit);
      const ready = isVehicleConnected && wantsEnergy && (unit.first.state === STATE.b || unit.first.state === STATE.c);
      const shown = ready ? PILOT.volts6 : isVehicleConnected ? PILOT.volts9 : PILOT.volts12;
      if (ready) tickPilot(unit, PILOT.diode);
      for (let tick = 0; tick < TICKS; tick += 1) tickPilot(unit, shown);
    },
  };
}

/** State B counts 51 ticks of 10 ms with a ready vehicle. */
const TICKS = 60;

function miss(node: KnownNode): void {
  if (node.pollsLeft > 0) node.pollsLeft -= 1;
  if (node.pollsLeft > 0) return;
  noteNodeState(node.outlet, STATE.a);
  node.outlet.balancedDa = 0;
}
