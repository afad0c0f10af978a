/** Finding out which model answers: one request that reads only, and what a device of the model can have answered. */
import type { ModbusTable } from '../transport/modbus-bus.ts';
import { numberIn, timesTenTo, wordCountOf } from './data-types.ts';
import { decodeRegisters } from './decode-registers.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type MeterValues } from './meter-values.ts';
import { addressesOf, tableOf } from './register-places.ts';
import type { RegisterMap } from './register-schema.ts';

export interface IdentificationRead {
  readonly table: ModbusTable;
  readonly address: number;
  readonly count: number;
}

export interface IdentificationVerdict {
  readonly fits: boolean;
  /** How much of the answer only a device of this model is likely to give; compare it among descriptions that fit. */
  readonly score: number;
  /** One line per thing that was looked at and is not as it should be. */
  readonly reasons: readonly string[];
}

/** A live conductor of the supplies there are: 100 V in Japan to 277 V in North America, with 10 % each way. */
const LOWEST_LIVE_V = 85;
const HIGHEST_LIVE_V = 310;

/** What to ask: the request that the description names, else its voltages, else its currents. */
export function identificationRead(description: MeterDescription): IdentificationRead {
  const map = registerMapOf(description);
  if (map.identify !== undefined) return { table: map.identify.table ?? map.table, address: map.identify.address, count: map.identify.count };
  const [quantity, register] = map.registers.voltage === undefined ? (['current', map.registers.current] as const) : (['voltage', map.registers.voltage] as const);
  if (register === undefined) return { table: map.table, address: 0, count: 1 };
  const addresses = addressesOf(map, quantity, register);
  const first = Math.min(...addresses);
  const count = Math.max(...addresses) + wordCountOf(register.type) - first;
  return count <= map.bus.longestRead ? { table: tableOf(map, register), address: first, count } : { table: tableOf(map, register), address: register.address, count: wordCountOf(register.type) };
}

/** Judges the answer to `identificationRead`. Never throws on any words. */
export function judgeIdentification(description: MeterDescription, words: readonly number[]): IdentificationVerdict {
  const map = registerMapOf(description);
  const read = identificationRead(description);
  if (words.length !== read.count) return { fits: false, score: 0, reasons: [`${String(words.length)} registers came where ${String(read.count)} were asked for`] };
  return map.identify === undefined ? judgeVoltages(description, { ...read, words }) : judgePlausible(map, map.identify, words);
}

function judgePlausible(map: RegisterMap, { address, plausible }: NonNullable<RegisterMap['identify']>, words: readonly number[]): IdentificationVerdict {
  const reasons = plausible.flatMap((each) => {
    const offset = each.address - address;
    const raw = numberIn(words.slice(offset, offset + wordCountOf(each.type)), each.type, map.byteOrder);
    const value = each.mask === undefined ? timesTenTo(raw, each.scale) : raw & each.mask;
    return value >= each.from && value <= each.to ? [] : [`${each.what} is ${String(value)}, not ${String(each.from)} to ${String(each.to)}`];
  });
  return { fits: reasons.length === 0, score: plausible.length, reasons };
}

/** A conductor that is not connected shows 0 V, or a few by the next one; no meter tells millionths of a volt. */
const HIGHEST_DEAD_V = 60;
const LOWEST_DEAD_V = 0.001;

function judgeVoltages(description: MeterDescription, block: IdentificationRead & { readonly words: readonly number[] }): IdentificationVerdict {
  const { voltageV, currentA, rejected } = decodeRegisters(description, [block]);
  const refused = rejected.filter(({ reason }) => reason !== 'no-sign').map(({ reason, address, got }) => `register ${String(address)}: ${reason}, ${got}`);
  if (refused.length > 0) return { fits: false, score: 0, reasons: refused };
  const told = voltageV.filter((voltage) => voltage !== null);
  if (told.length === 0) return { fits: currentA.some((current) => current !== null), score: 0, reasons: [] };
  const isLive = (voltage: number): boolean => voltage >= LOWEST_LIVE_V && voltage <= HIGHEST_LIVE_V;
  const isDead = (voltage: number): boolean => voltage === 0 || (voltage >= LOWEST_DEAD_V && voltage <= HIGHEST_DEAD_V);
  const odd = told.filter((voltage) => !isLive(voltage) && !isDead(voltage)).map((voltage) => `${voltage.toPrecision(5)} V is no voltage of a line to neutral`);
  const live = told.filter(isLive).length;
  const reasons = live === 0 && odd.length === 0 ? ['no conductor has a voltage'] : odd;
  // The longer a number, the less likely it is one by chance.
  const words = wordCountOf(registerMapOf(description).registers.voltage?.type ?? 'u16');
  return { fits: reasons.length === 0, score: live * words, reasons };
}

/** Active power is at most voltage times current; beyond this, registers are not what the description takes them for. */
const POWER_TOLERANCE_RATIO = 1.3;
const POWER_TOLERANCE_W = 150;

/** What contradicts itself in values read together: one line each. A wrong map shows here although each number is possible. */
export function contradictionsIn({ currentA, voltageV, powerW }: MeterValues): readonly string[] {
  return [0, 1, 2].flatMap((phase) => {
    const [current, voltage, power] = [currentA[phase] ?? null, voltageV[phase] ?? null, powerW[phase] ?? null];
    if (current === null || voltage === null || power === null) return [];
    const most = Math.abs(current) * voltage * POWER_TOLERANCE_RATIO + POWER_TOLERANCE_W;
    return Math.abs(power) <= most ? [] : [`phase ${String(phase + 1)}: ${power.toFixed(0)} W at ${voltage.toFixed(1)} V and ${current.toFixed(2)} A`];
  });
}
