/** One P1 telegram of a dialect from what its meter measures. */
import { p1Checksum, p1ChecksumText } from '../../core/protocols/p1-checksum.ts';
import { bytesOf } from '../byte-port.ts';
import type { P1Dialect } from './p1-dialects.ts';

export interface P1PhaseValues {
  readonly powerW: number;
  readonly reactiveVar: number;
  readonly voltageV: number;
}

export interface P1MeterValues {
  /** One or three. */
  readonly phases: readonly P1PhaseValues[];
  readonly importWh: number;
  readonly exportWh: number;
  /** UTC. */
  readonly wallMs: number;
}

interface Digits {
  readonly integers: number;
  readonly decimals: number;
}

const CENTRAL_EUROPE_MS = 3_600_000;

/** Cut off behind the last digit, as meters do; a millionth more keeps 2.3 from becoming 2.299 by binary fractions. */
function digitsOf(value: number, { integers, decimals }: Digits): string {
  const cut = Math.floor(value * 10 ** decimals + 1e-6) / 10 ** decimals;
  return cut.toFixed(decimals).padStart(integers + (decimals === 0 ? 0 : decimals + 1), '0');
}

/** Winter time all year: no meter's clock decides anything here. */
function timeText(wallMs: number): string {
  return `${new Date(wallMs + CENTRAL_EUROPE_MS).toISOString().slice(2, 19).replace(/[-T:]/g, '')}W`;
}

const currentA = ({ powerW, reactiveVar, voltageV }: P1PhaseValues): number => (voltageV === 0 ? 0 : Math.hypot(powerW, reactiveVar) / voltageV);

function energyLines(dialect: P1Dialect, group: 1 | 2, energyWh: number): readonly string[] {
  const { unit } = dialect.energy;
  const line = (tariff: number, valueWh: number): string => `1-0:${group}.8.${tariff}${dialect.suffix}(${digitsOf(unit === 'Wh' ? valueWh : valueWh / 1000, dialect.energy)}*${unit})`;
  const tariffs = [line(1, energyWh), line(2, 0)];
  if (dialect.registers === 'tariffs') return tariffs;
  return dialect.registers === 'combined' ? [line(0, energyWh)] : [line(0, energyWh), ...tariffs];
}

/** Import and export of one quantity: two codes, one of them zero. */
function pairLines(dialect: P1Dialect, group: number, value: number, units: { readonly W: string; readonly kW: string }): readonly string[] {
  const { unit } = dialect.power;
  const line = (code: number, part: number): string => `1-0:${code}.7.0${dialect.suffix}(${digitsOf(unit === 'W' ? part : part / 1000, dialect.power)}*${units[unit]})`;
  const plus = line(group, Math.max(0, value));
  return dialect.hasExport ? [plus, line(group + 1, Math.max(0, -value))] : [plus];
}

const ACTIVE = { W: 'W', kW: 'kW' };
const REACTIVE = { W: 'var', kW: 'kVAr' };

function phaseLines(dialect: P1Dialect, phase: number, values: P1PhaseValues): readonly string[] {
  const code = (group: number): number => 20 * (phase + 1) + group;
  const voltageV = dialect.isThreeWire && phase === 1 ? 0 : values.voltageV;
  return [
    ...(dialect.hasPhasePower ? pairLines(dialect, code(1), values.powerW, ACTIVE) : []),
    ...(dialect.hasReactive ? pairLines(dialect, code(3), values.reactiveVar, REACTIVE) : []),
    ...(dialect.hasVoltage ? [`1-0:${code(12)}.7.0${dialect.suffix}(${digitsOf(voltageV, { integers: 3, decimals: 1 })}*V)`] : []),
    ...(dialect.currentDecimals === null ? [] : [`1-0:${code(11)}.7.0${dialect.suffix}(${digitsOf(currentA(values), { integers: 3, decimals: dialect.currentDecimals })}*A)`]),
  ];
}

/** Without what stands behind it. */
export function p1Telegram(dialect: P1Dialect, values: P1MeterValues): Uint8Array {
  const totalW = values.phases.reduce((sum, { powerW }) => sum + powerW, 0);
  const lines = [
    ...dialect.head,
    ...(dialect.hasTime ? [`0-0:1.0.0(${timeText(values.wallMs)})`] : []),
    ...energyLines(dialect, 1, values.importWh),
    ...energyLines(dialect, 2, values.exportWh),
    ...pairLines(dialect, 1, totalW, ACTIVE),
    ...values.phases.flatMap((phase, index) => phaseLines(dialect, index, phase)),
  ];
  const body = `/${dialect.identification}\r\n\r\n${lines.join('\r\n')}\r\n!`;
  return bytesOf(`${body}${dialect.hasChecksum ? p1ChecksumText(p1Checksum(bytesOf(body))) : ''}\r\n`);
}
