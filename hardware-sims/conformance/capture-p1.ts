/** P1 telegrams of the captures through our framer, checksum and codec. */
import { p1Currents, type P1Current } from '../../core/protocols/p1-current.ts';
import { createP1Decoder, type P1Reason } from '../../core/protocols/p1-decoder.ts';
import { createP1Framer, type P1Frame } from '../../core/protocols/p1-framer.ts';
import { parseP1Telegram } from '../../core/protocols/p1-telegram.ts';
import { readP1Values, type P1Phase, type P1Values } from '../../core/protocols/p1-values.ts';
import { PHASE_NAMES, PHASES } from '../../core/quantities.ts';
import type { Figures } from './capture-figures.ts';

/** `decoded`: the meta file's, which says whether its published CRC is that of the bytes in the file. */
export function readP1Capture(bytes: Uint8Array, decoded: Figures): Figures {
  const frames: P1Frame[] = [];
  const reasons: P1Reason[] = [];
  const framer = createP1Framer({ onFrame: (frame) => void frames.push(frame), onRefusal: ({ reason }) => void reasons.push(reason) });
  framer.push(bytes, 0);
  const decoder = createP1Decoder({ onDecoded: () => undefined, onRejection: ({ reason }) => void reasons.push(reason) });
  decoder.push(bytes, 0);
  const [frame] = frames;
  const isValid = frame !== undefined && !reasons.some((reason) => reason === 'checksum' || reason === 'checksum-missing');
  if (!isValid) return { frame_valid: false, crc_published_valid: false };
  const isRedacted = decoded['crc_in_file'] !== undefined;
  return {
    frame_valid: true,
    has_crc: frame.checksumText !== null,
    ...(isRedacted ? { crc_in_file: frame.checksumText } : { crc_published: frame.checksumText, crc_published_valid: true }),
    ...figuresOf(readP1Values(parseP1Telegram(frame.text)), decoded),
  };
}

function figuresOf(values: P1Values, decoded: Figures): Figures {
  const currents = p1Currents(values, 3);
  const phases = PHASES.map((phase) => [PHASE_NAMES[phase], phaseFigures(values.phases[phase], currents.phases[phase])] as const);
  return {
    power_w: values.powerW,
    ...Object.fromEntries(phases),
    ...Object.fromEntries(PHASES.map((phase) => [`${PHASE_NAMES[phase]}_current_from_pq_a`, fromBothPowers(values.phases[phase])])),
    import_wh: values.importWh,
    export_wh: values.exportWh,
    meter_time: values.meterTime,
    tariff: values.tariff,
    quarter_hour_average_w: values.quarterHourAverageW,
    month_peak_w: values.monthPeak?.powerW ?? null,
    month_peak_time: values.monthPeak?.meterTime ?? null,
    heat_gj: values.heatGj,
    current_from_total_a: evenSplitA(values),
    ...(currents.isThreeWire ? { grid: decoded['grid'] } : { grid: null }),
  };
}

function phaseFigures({ powerW, voltageV, printed }: P1Phase, current: P1Current | null): Figures {
  return {
    power_w: powerW,
    voltage_v: voltageV,
    current_printed_a: printed?.currentA ?? null,
    current_a: current?.currentA ?? null,
    current_from_power_a: powerW === null || voltageV === null || voltageV === 0 ? null : powerW / voltageV,
  };
}

function fromBothPowers({ powerW, reactiveVar, voltageV }: P1Phase): number | null {
  if (powerW === null || reactiveVar === null || voltageV === null || voltageV === 0) return null;
  return Math.hypot(powerW, reactiveVar) / voltageV;
}

/** What the total would be on each phase if all of them carried the same. */
function evenSplitA({ powerW, phases }: P1Values): number | null {
  const volts = phases.reduce((sum, { voltageV }) => sum + (voltageV ?? 0), 0);
  return powerW === null || volts === 0 ? null : powerW / volts;
}
