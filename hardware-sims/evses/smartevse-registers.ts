/** The registers of a SmartEVSE in node role (reference smartevse.md 6.2), over the model of its firmware. */
import { BUNDLED_EVSES } from '../../core/devices/list-evses.ts';
import type { EvseSetting } from '../../core/devices/evse-description-schema.ts';
import { exceptionPdu, parseRequestPdu, readAnswerPdu, writeAnswerPdu, type ModbusRequest } from '../../core/protocols/modbus.ts';
import {
  BROADCAST_COUNT,
  BROADCAST_REGISTER,
  CONFIG_CHANGED_REGISTER,
  STATUS_COUNT,
} from '../../core/protocols/smartevse-bus.ts';
import { receiveCurrent, writeErrors } from '../firmware/smartevse-bus.ts';
import { ACCESS, STATE } from '../firmware/smartevse-codes.ts';
import type { SmartevseSettings } from '../firmware/smartevse-settings.ts';
import { setAccess } from '../firmware/smartevse-states.ts';
import type { SmartevseUnit } from '../firmware/smartevse-unit.ts';

const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const CONFIG_FIRST = 0x0100;
const CONFIG_COUNT = 10;
const SYSTEM_FIRST = 0x0200;
const SYSTEM_COUNT = 22;

/** Those settings that the model acts by; the others are kept as they are written. */
const MODELLED: ReadonlyMap<number, keyof SmartevseSettings> = new Map([
  [0x0102, 'minA'],
  [0x0103, 'maxA'],
  [0x0104, 'sharing'],
  [0x0108, 'evMeterType'],
  [0x0200, 'mode'],
  [0x0201, 'circuitA'],
  [0x0204, 'mainsA'],
  [0x0205, 'startA'],
  [0x0206, 'stopMin'],
  [0x0207, 'importA'],
  [0x0208, 'mainsMeterType'],
]);
const FIXED_CABLE_REGISTER = 0x0100;

/** Values besides the model's, as a new unit has them (reference smartevse.md chapter 1). */
const DEFAULTS: ReadonlyMap<number, number> = new Map([
  [0x0109, 12],
  [0x0209, 10],
  [0x020c, 4],
]);

const SETTINGS: ReadonlyMap<number, EvseSetting> = new Map(
  (BUNDLED_EVSES.get('smartevse')?.settings ?? []).flatMap((setting) => (setting.where.kind === 'register' ? [[setting.where.address, setting] as const] : [])),
);

/** What a node has besides the model of its balancer. Changed in place. */
export interface NodeRegisters {
  readonly unit: SmartevseUnit;
  readonly serial: number;
  /** The line of SEED and UP obeys function code 6 without a word; D35 acknowledges (reference smartevse.md 6.5). */
  readonly acknowledgesSingle: boolean;
  readonly kept: Map<number, number>;
  isConfigChanged: boolean;
  /** How often its flash memory was written. */
  storeCount: number;
}

export function createNodeRegisters(unit: SmartevseUnit, serial: number, acknowledgesSingle = false): NodeRegisters {
  return { unit, serial, acknowledgesSingle, kept: new Map(DEFAULTS), isConfigChanged: false, storeCount: 0 };
}

/**
 * A request to its own address, or a message to all: who sends it hears nothing of an answer to that. `ownIndex` is its place among
 * the eight EVSEs, `onForced` lets the pilot act on a state that was forced on it, as it does within 10 ms. null: it says nothing.
 */
export function answerNode(node: NodeRegisters, pdu: Uint8Array, ownIndex: number, onForced: () => void): Uint8Array | null {
  const parsed = parseRequestPdu(pdu);
  if (!parsed.ok) return null;
  const request = parsed.value;
  if (request.kind === 'read') return answerRead(node, request);
  const { functionCode, address, values } = request;
  if (address === BROADCAST_REGISTER && values.length === BROADCAST_COUNT) {
    receiveCurrent(node.unit, values[ownIndex] ?? 0);
    return null;
  }
  const taken = values.map((word, index) => write(node, address + index, word, onForced));
  if (functionCode === 6 && !node.acknowledgesSingle) return null;
  // Success when at least one register was accepted; the others are skipped silently (reference smartevse.md 1.2).
  if (taken.includes('taken')) return writeAnswerPdu(functionCode, address, values);
  return exceptionPdu(functionCode, taken.includes('value') ? ILLEGAL_VALUE : ILLEGAL_ADDRESS);
}

function answerRead(node: NodeRegisters, { table, address, count }: Extract<ModbusRequest, { readonly kind: 'read' }>): Uint8Array {
  const block = [
    [0, STATUS_COUNT],
    [CONFIG_FIRST, CONFIG_COUNT],
    [SYSTEM_FIRST, SYSTEM_COUNT],
  ].find(([first = 0, length = 0]) => address >= first && address + count <= first + length);
  if (block === undefined) return exceptionPdu(table === 'holding' ? 3 : 4, ILLEGAL_ADDRESS);
  return readAnswerPdu(table, Array.from({ length: count }, (_, index) => readWord(node, address + index)));
}

function readWord(node: NodeRegisters, address: number): number {
  return (address < STATUS_COUNT ? statusWords(node)[address] : settingWord(node, address)) ?? 0;
}

function statusWords({ unit, isConfigChanged, serial }: NodeRegisters): readonly number[] {
  const { first, errors, settings, solarStopS, access, temperatureC } = unit;
  const mostA = settings.isFixedCable ? settings.maxA : Math.min(settings.maxA, settings.cableA);
  return [first.state, errors & 0xff, first.balancedDa, settings.mode, solarStopS, access, isConfigChanged ? 1 : 0, mostA, 0, 0, temperatureC & 0xffff, serial & 0xffff];
}

function settingWord({ unit, kept }: NodeRegisters, address: number): number {
  if (address === FIXED_CABLE_REGISTER) return unit.settings.isFixedCable ? 1 : 0;
  const key = MODELLED.get(address);
  return key === undefined ? (kept.get(address) ?? 0) : Number(unit.settings[key]);
}

type Taken = 'taken' | 'address' | 'value';

function write(node: NodeRegisters, address: number, word: number, onForced: () => void): Taken {
  if (address < STATUS_COUNT) return writeStatus(node, address, word, onForced);
  const setting = SETTINGS.get(address);
  if (setting === undefined) return 'address';
  if (!isWithin(setting, word)) return 'value';
  store(node, address, word);
  return 'taken';
}

/** Not checked against any range (reference smartevse.md 1.2). */
function writeStatus(node: NodeRegisters, address: number, word: number, onForced: () => void): Taken {
  const { unit } = node;
  switch (address) {
    case 0x0000:
      if (word === STATE.grantedB) unit.first.balancedDa = unit.settings.minA * 10;
      unit.first.state = word;
      onForced();
      return 'taken';
    case 0x0001:
      writeErrors(unit, word & 0xff);
      return 'taken';
    case 0x0002:
      // An override has no lasting effect on a node: the next broadcast sets its current.
      unit.settings.overrideDa = word;
      return 'taken';
    case 0x0003:
      if (word !== unit.settings.mode) setMode(unit, word);
      return 'taken';
    case 0x0004:
      unit.solarStopS = word;
      return 'taken';
    case 0x0005:
      setAccess(unit, word);
      return 'taken';
    case CONFIG_CHANGED_REGISTER:
      node.isConfigChanged = word !== 0;
      return 'taken';
    default:
      return 'address';
  }
}

/** With the side effects of reference smartevse.md 1.3. */
function setMode(unit: SmartevseUnit, mode: number): void {
  unit.settings.mode = mode;
  unit.access = ACCESS.on;
  unit.delayS = 0;
}

function isWithin({ value }: EvseSetting, word: number): boolean {
  if (value.kind === 'number') return value.also.includes(word) || (word >= value.lowest && word <= value.highest);
  return value.kind === 'choice' && value.choices.some((choice) => choice.value === word);
}

/** Every write is stored, also of the same value. */
function store(node: NodeRegisters, address: number, word: number): void {
  node.storeCount += 1;
  const { unit, kept } = node;
  const { settings } = unit;
  if (address === FIXED_CABLE_REGISTER) settings.isFixedCable = word === 1;
  const key = MODELLED.get(address);
  if (key === undefined) kept.set(address, word);
  else Object.assign(settings, { [key]: word });
  if (address === 0x0108 || address === 0x0109) node.isConfigChanged = true;
}
