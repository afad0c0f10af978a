/** Lines with one device on them as the traffic monitor shows them: RAPI commands with their answers, P1 telegrams with their values. */
import { PHASE_NAMES } from '../../quantities.ts';
import { createP1Decoder, type P1Decoded } from '../../protocols/p1-decoder.ts';
import { readRapiLine } from '../../protocols/rapi.ts';
import { createRapiLines } from '../../protocols/rapi-lines.ts';
import { hexOf, type ReadField, type TrafficDecoder, type TrafficFrame, type UnitNames } from './traffic-frame.ts';

const textBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

/** The controller answers every command in turn; what it says by itself may come between. */
export function createRapiTraffic(names: UnitNames): TrafficDecoder {
  const deviceId = names.deviceOf(null)?.deviceId ?? null;
  let askedMs: number | null = null;
  let frames: TrafficFrame[] = [];
  const common = { unitId: null, deviceId, isOurs: true };

  const heard = (line: string, timeMs: number): void => {
    const read = readRapiLine(line);
    const isAnswer = read.ok && read.value.kind === 'answer';
    const latencyMs = isAnswer && askedMs !== null ? timeMs - askedMs : null;
    if (isAnswer) askedMs = null;
    const fault = read.ok ? (read.value.kind === 'answer' && !read.value.isOk ? 'refused' : null) : read.error.code === 'checksum' ? 'checksum' : 'unexpected';
    frames.push({ ...common, timeMs, direction: 'in', title: line.replace(/\^.*$/, ''), fields: [], latencyMs, fault, hex: hexOf(textBytes(`${line}\r`)) });
  };
  const lines = createRapiLines({
    onLine: heard,
    onRefusal({ reason, byteCount, timeMs }) {
      frames.push({ ...common, timeMs, direction: 'in', title: `${String(byteCount)} bytes`, fields: [], latencyMs: null, fault: reason, hex: '' });
    },
  });
  const taken = (): readonly TrafficFrame[] => {
    const told = frames;
    frames = [];
    return told;
  };

  return {
    push({ direction, bytes, timeMs }) {
      if (direction === 'in') {
        lines.push(bytes, timeMs);
        return taken();
      }
      askedMs = timeMs;
      const title = String.fromCharCode(...bytes).trim().replace(/[*^].*$/, '');
      return [{ ...common, timeMs, direction, title, fields: [], latencyMs: null, fault: null, hex: hexOf(bytes) }];
    },
    settle: () => taken(),
  };
}

/** A P1 port only speaks. Its text is shown instead of bytes: it is text. */
export function createP1Traffic(names: UnitNames): TrafficDecoder {
  const deviceId = names.deviceOf(null)?.deviceId ?? null;
  let frames: TrafficFrame[] = [];
  const common = { unitId: null, deviceId, isOurs: true, direction: 'in', latencyMs: null } as const;
  const decoder = createP1Decoder({
    onDecoded({ frame, values }) {
      frames.push({ ...common, timeMs: frame.timeMs, title: `telegram ${values.identification}`, fields: fieldsOf(values), fault: null, hex: frame.text });
    },
    onRejection({ timeMs, reason, failure }) {
      frames.push({ ...common, timeMs, title: `${String(failure.context['byteCount'] ?? '')} bytes`.trim(), fields: [], fault: reason, hex: '' });
    },
  });
  const taken = (): readonly TrafficFrame[] => {
    const told = frames;
    frames = [];
    return told;
  };
  return {
    push({ direction, bytes, timeMs }) {
      if (direction === 'in') decoder.push(bytes, timeMs);
      return taken();
    },
    settle: () => taken(),
  };
}

/** OBIS codes per phase (DSMR 5.0.2 P1 companion standard, table 6.12). */
const PHASE_CODES = [
  { current: '1-0:31.7.0', voltage: '1-0:32.7.0', power: '1-0:21.7.0' },
  { current: '1-0:51.7.0', voltage: '1-0:52.7.0', power: '1-0:41.7.0' },
  { current: '1-0:71.7.0', voltage: '1-0:72.7.0', power: '1-0:61.7.0' },
] as const;

function fieldsOf({ powerW, phases, importWh, exportWh }: P1Decoded['values']): readonly ReadField[] {
  const field = (name: string, place: string, value: number | null, unit: string): readonly ReadField[] => (value === null ? [] : [{ name, place, value, unit }]);
  return [
    ...field('power', '1-0:1.7.0', powerW, 'W'),
    ...phases.flatMap(({ printed, voltageV, powerW: phaseW }, phase) => {
      const name = PHASE_NAMES[phase] ?? '';
      const codes = PHASE_CODES[phase] ?? PHASE_CODES[0];
      return [...field(`current ${name}`, codes.current, printed?.currentA ?? null, 'A'), ...field(`voltage ${name}`, codes.voltage, voltageV, 'V'), ...field(`power ${name}`, codes.power, phaseW, 'W')];
    }),
    ...field('energy imported', '1-0:1.8.0', importWh, 'Wh'),
    ...field('energy exported', '1-0:2.8.0', exportWh, 'Wh'),
  ];
}
