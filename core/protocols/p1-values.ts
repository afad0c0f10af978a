/**
 * What a P1 telegram says, in our units: W, Wh, A, V. Units and decimals are read from the text itself, because neither follows from
 * country or version (captures, corrections 16 and 17). Import is positive.
 */
import type { PerPhase, PhaseIndex } from '../quantities.ts';
import type { P1Telegram } from './p1-telegram.ts';

/** A current as printed: a magnitude, cut or rounded to its last digit. */
export interface P1PrintedCurrent {
  readonly currentA: number;
  readonly decimals: number;
}

export interface P1Phase {
  /** Import less export; null where the telegram has neither. */
  readonly powerW: number | null;
  readonly reactiveVar: number | null;
  /** 0 as printed for the common conductor of a three-wire grid. */
  readonly voltageV: number | null;
  readonly printed: P1PrintedCurrent | null;
}

export interface P1Values {
  readonly identification: string;
  /** Of DSMR or e-MUCS; null where there is none. */
  readonly version: string | null;
  /** YYMMDDhhmmss and S or W as the meter prints it; null for none or an impossible one. */
  readonly meterTime: string | null;
  /** The telegram has one at all: every kind of meter that tells its time prints a CRC. */
  readonly hasMeterTime: boolean;
  readonly powerW: number | null;
  readonly phases: PerPhase<P1Phase>;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly tariff: number | null;
  /** Belgium: running mean of the quarter-hour, and this month's peak. */
  readonly quarterHourAverageW: number | null;
  readonly monthPeak: { readonly powerW: number; readonly meterTime: string | null } | null;
  /** Of a heat meter on the same port. */
  readonly heatGj: number | null;
  /** Codes we need whose values could not be read, or came twice: absent above. */
  readonly unreadable: readonly string[];
}

type Units = Readonly<Record<string, number>>;
/** Powers of ten towards our unit. */
const POWER: Units = { W: 0, kW: 3, MW: 6 };
const REACTIVE: Units = { var: 0, kvar: 3 };
const ENERGY: Units = { Wh: 0, kWh: 3, MWh: 6 };
const CURRENT: Units = { A: 0 };
const VOLTAGE: Units = { V: 0 };
const HEAT: Units = { GJ: 0, MJ: -3 };

const NUMBER = /^([+-]?\d{1,12}(?:\.(\d{1,9}))?)\*([A-Za-z0-9]{1,6})$/;

interface Reading {
  readonly value: number;
  readonly decimals: number;
}

interface Reader {
  readonly has: (code: string) => boolean;
  readonly texts: (code: string) => readonly string[] | undefined;
  /**
   * The last bracket of a code, in our unit; null where absent, and where unreadable, which is noted. With another number of brackets
   * than the code has, half a line has come behind a whole one.
   */
  readonly number: (code: string, units: Units, highest: number, brackets?: 1 | 2) => Reading | null;
  readonly unreadable: string[];
}

function readerOf({ objects, contradicted }: P1Telegram): Reader {
  const unreadable: string[] = [];
  const refuse = (code: string): null => {
    if (!unreadable.includes(code)) unreadable.push(code);
    return null;
  };
  return {
    unreadable,
    has: (code) => objects.has(code),
    texts: (code) => objects.get(code),
    number(code, units, highest, brackets = 1) {
      const values = objects.get(code);
      const text = values?.at(-1);
      // An empty bracket is a meter that has nothing to say.
      if (values === undefined || text === undefined || text === '') return null;
      if (contradicted.has(code) || values.length !== brackets) return refuse(code);
      const [, digits, decimals = '', unit = ''] = NUMBER.exec(text) ?? [];
      const exponent = units[units === REACTIVE ? unit.toLowerCase() : unit];
      if (digits === undefined || exponent === undefined) return refuse(code);
      const value = Number(`${digits}e${exponent}`);
      return Math.abs(value) > highest ? refuse(code) : { value, decimals: decimals.length };
    },
  };
}

/** Beyond these no connection with a P1 port goes; 999 A and 999.9 kW are what meters print for "no limit". */
const HIGHEST = { powerW: 990_000, currentA: 990, voltageV: 500, energyWh: 1e13 };

/** Import less export; a meter that prints their difference itself has it under a code of its own. */
function net(reader: Reader, units: Units, highest: number, plus: string, minus: string, difference: string | null): number | null {
  const own = difference === null ? null : reader.number(difference, units, highest);
  if (own !== null) return own.value;
  const imported = reader.number(plus, units, highest);
  const exported = reader.number(minus, units, highest);
  // One of the pair that is there and cannot be read leaves the other without a meaning.
  if (reader.unreadable.includes(plus) || reader.unreadable.includes(minus)) return null;
  if (imported === null && exported === null) return null;
  return (imported?.value ?? 0) - (exported?.value ?? 0);
}

/** OBIS value group C of a phase's quantities is that of the total and 20, 40 or 60 more. */
function phaseOf(reader: Reader, phase: PhaseIndex): P1Phase {
  const code = (group: number): string => `1-0:${20 * (phase + 1) + group}.7.0`;
  const current = reader.number(code(11), CURRENT, HIGHEST.currentA);
  return {
    powerW: net(reader, POWER, HIGHEST.powerW, code(1), code(2), code(16)),
    reactiveVar: net(reader, REACTIVE, HIGHEST.powerW, code(3), code(4), null),
    voltageV: reader.number(code(12), VOLTAGE, HIGHEST.voltageV)?.value ?? null,
    // Some meters print a sign; the direction comes from the power all the same.
    printed: current === null ? null : { currentA: Math.abs(current.value), decimals: current.decimals },
  };
}

/** The total over all tariffs; else the tariffs' sum (captures, correction 19). */
function energyWh(reader: Reader, group: 1 | 2): number | null {
  const total = reader.number(`1-0:${group}.8.0`, ENERGY, HIGHEST.energyWh);
  if (total !== null) return total.value;
  const tariffs = [1, 2, 3, 4].map((tariff) => `1-0:${group}.8.${tariff}`).filter(reader.has);
  const parts = tariffs.map((code) => reader.number(code, ENERGY, HIGHEST.energyWh)?.value ?? null);
  return parts.length === 0 ? null : parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

const TIME = /^\d{2}(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})[SW]?$/;

/** Month peaks without data come as 632525252525W (capture p1/be-fluvius-50217-load). */
function possibleTime(text: string | undefined): string | null {
  const [, month, day, hour, minute, second] = (TIME.exec(text ?? '') ?? []).map(Number);
  if (month === undefined || day === undefined || hour === undefined || minute === undefined || second === undefined) return null;
  const isPossible = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
  return isPossible ? (text ?? null) : null;
}

function heatGj(reader: Reader): number | null {
  for (const channel of [1, 2, 3, 4]) {
    const value = reader.texts(`0-${channel}:24.2.1`)?.at(-1) ?? '';
    if (/\*[GM]J$/.test(value)) return reader.number(`0-${channel}:24.2.1`, HEAT, 1e9, 2)?.value ?? null;
  }
  return null;
}

function monthPeak(reader: Reader): P1Values['monthPeak'] {
  const peak = reader.number('1-0:1.6.0', POWER, HIGHEST.powerW, 2);
  return peak === null ? null : { powerW: peak.value, meterTime: possibleTime(reader.texts('1-0:1.6.0')?.[0]) };
}

function tariffOf(reader: Reader): number | null {
  const text = reader.texts('0-0:96.14.0')?.[0] ?? '';
  return /^\d{1,4}$/.test(text) ? Number(text) : null;
}

/** Never throws: what cannot be read is absent and named. */
export function readP1Values(telegram: P1Telegram): P1Values {
  const reader = readerOf(telegram);
  return {
    identification: telegram.identification,
    version: (reader.texts('1-3:0.2.8') ?? reader.texts('0-0:96.1.4'))?.[0] ?? null,
    meterTime: possibleTime(reader.texts('0-0:1.0.0')?.[0]),
    hasMeterTime: reader.has('0-0:1.0.0'),
    powerW: net(reader, POWER, HIGHEST.powerW, '1-0:1.7.0', '1-0:2.7.0', '1-0:16.7.0'),
    phases: [phaseOf(reader, 0), phaseOf(reader, 1), phaseOf(reader, 2)],
    importWh: energyWh(reader, 1),
    exportWh: energyWh(reader, 2),
    tariff: tariffOf(reader),
    quarterHourAverageW: reader.number('1-0:1.4.0', POWER, HIGHEST.powerW)?.value ?? null,
    monthPeak: monthPeak(reader),
    heatGj: heatGj(reader),
    unreadable: reader.unreadable,
  };
}
