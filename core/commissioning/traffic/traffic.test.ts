/**
 * What the traffic monitor makes of bytes. Frames: the SmartEVSE poll of reference smartevse.md 6.4; the SDM630 answer of Eastron's
 * protocol V1.8, page 19 (230.2 V); RAPI lines of the capture openevse-rapi/console-2021-06-sleeping.
 */
import { describe, expect, it } from 'vitest';
import { BUNDLED_METERS } from '../../devices/list-meters.ts';
import { rtuFrame, exceptionPdu, readAnswerPdu, readRequestPdu, tcpFrame } from '../../protocols/modbus.ts';
import { rapiFrame } from '../../protocols/rapi.ts';
import { registerFields } from './register-fields.ts';
import { TRAFFIC_DECODERS } from './list-decoders.ts';
import type { UnitNames } from './traffic-frame.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

const NAMES: UnitNames = {
  deviceOf: (unitId) => (unitId === 1 ? { deviceId: 'meter-main', model: 'eastron-sdm630' } : unitId === 3 ? { deviceId: 'evse-garage', model: 'smartevse' } : null),
  fieldsOf: (model, block) => registerFields(BUNDLED_METERS, model, block),
};

const REQUEST = bytes('01 04 00 00 00 02 71 CB');
const ANSWER = bytes('01 04 04 43 66 33 34 1B 38');

describe('on a pair of wires', () => {
  it('a request and its answer carry what the registers are called, and how long it took', () => {
    const decoder = TRAFFIC_DECODERS['modbus-rtu'](NAMES);
    const [request] = decoder.push({ direction: 'out', bytes: REQUEST, timeMs: 1000 });
    expect(request).toMatchObject({ direction: 'out', isOurs: true, unitId: 1, deviceId: 'meter-main', title: 'read input 0x0000 x 2', fault: null, hex: '01 04 00 00 00 02 71 CB' });
    expect(decoder.push({ direction: 'in', bytes: ANSWER.slice(0, 4), timeMs: 1030 })).toEqual([]);
    const [answer] = decoder.push({ direction: 'in', bytes: ANSWER.slice(4), timeMs: 1040 });
    expect(answer).toMatchObject({ direction: 'in', unitId: 1, latencyMs: 40, fault: null, hex: '01 04 04 43 66 33 34 1B 38' });
    expect(answer?.fields).toHaveLength(1);
    expect(answer?.fields[0]).toMatchObject({ name: 'voltage phase 1', place: 'input 0x0000', unit: 'V' });
    expect(answer?.fields[0]?.value).toBeCloseTo(230.2, 3);
  });

  it('a broken answer is shown with its bytes once the line is silent', () => {
    const decoder = TRAFFIC_DECODERS['modbus-rtu'](NAMES);
    decoder.push({ direction: 'out', bytes: REQUEST, timeMs: 1000 });
    const broken = bytes('01 04 04 43 66 33 35 1B 38');
    const frames = [...decoder.push({ direction: 'in', bytes: broken, timeMs: 1040 }), ...decoder.settle(1200)];
    expect(frames).toMatchObject([{ unitId: 1, deviceId: 'meter-main', fault: 'checksum', hex: '01 04 04 43 66 33 35 1B 38' }]);
  });

  it('what others say to each other is overheard, a refusal says why, unknown registers stay numbers', () => {
    const decoder = TRAFFIC_DECODERS['modbus-rtu'](NAMES);
    const poll = decoder.push({ direction: 'in', bytes: bytes('03 04 00 00 00 08 F0 2E'), timeMs: 0 });
    expect(poll).toMatchObject([{ direction: 'in', isOurs: false, unitId: 3, deviceId: 'evse-garage', title: 'read input 0x0000 x 8' }]);
    const [status] = decoder.push({ direction: 'in', bytes: rtuFrame(3, readAnswerPdu('input', [2, 0, 160, 1, 0, 1, 0, 32])), timeMs: 40 });
    expect(status).toMatchObject({ isOurs: false, latencyMs: 40 });
    expect(status?.fields).toContainEqual({ name: 'state', place: '0x0000', value: 'Charging', unit: null });
    expect(status?.fields).toContainEqual({ name: 'offered current', place: '0x0002', value: 16, unit: 'A' });
    decoder.push({ direction: 'out', bytes: rtuFrame(7, readRequestPdu('holding', 9, 1)), timeMs: 100 });
    expect(decoder.push({ direction: 'in', bytes: rtuFrame(7, exceptionPdu(3, 2)), timeMs: 120 })).toMatchObject([{ title: 'exception 2: illegal data address', fault: 'exception 2', deviceId: null }]);
    decoder.push({ direction: 'out', bytes: rtuFrame(7, readRequestPdu('holding', 9, 1)), timeMs: 200 });
    expect(decoder.push({ direction: 'in', bytes: rtuFrame(7, readAnswerPdu('holding', [4660])), timeMs: 220 })[0]?.fields).toEqual([{ name: '0x0009', place: 'holding 0x0009', value: 4660, unit: null }]);
  });

  it('every byte that came stands in exactly one frame, however it was cut', () => {
    const seeded = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43_758.5453) % 1;
    for (let round = 0; round < 50; round += 1) {
      const stream = [...REQUEST, ...ANSWER, 0x00, 0xff, 0x13, ...bytes('03 04 00 00 00 08 F0 2E'), ...ANSWER.map((byte, at) => (at === 5 ? byte ^ 1 : byte)), ...REQUEST];
      const decoder = TRAFFIC_DECODERS['modbus-rtu'](NAMES);
      const shown: string[] = [];
      for (let at = 0, chunk = 0; at < stream.length; chunk += 1) {
        const length = 1 + Math.floor(seeded(round * 100 + chunk) * 6);
        for (const { hex } of decoder.push({ direction: 'in', bytes: Uint8Array.from(stream.slice(at, at + length)), timeMs: at })) shown.push(hex);
        at += length;
      }
      for (const { hex } of decoder.settle(1e6)) shown.push(hex);
      expect(shown.join(' ').split(' ').toSorted()).toEqual(stream.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).toSorted());
    }
  });
});

it('over TCP answers find their requests by number, also out of order', () => {
  const decoder = TRAFFIC_DECODERS['modbus-tcp'](NAMES);
  decoder.push({ direction: 'out', bytes: tcpFrame(1, 1, readRequestPdu('input', 0, 2)), timeMs: 0 });
  decoder.push({ direction: 'out', bytes: tcpFrame(2, 9, readRequestPdu('holding', 5, 1)), timeMs: 1 });
  const both = Uint8Array.of(...tcpFrame(2, 9, readAnswerPdu('holding', [7])), ...tcpFrame(1, 1, readAnswerPdu('input', [0x4366, 0x3334])));
  const frames = decoder.push({ direction: 'in', bytes: both, timeMs: 11 });
  expect(frames).toMatchObject([
    { unitId: 9, latencyMs: 10, fault: null },
    { unitId: 1, latencyMs: 11, deviceId: 'meter-main', fields: [{ name: 'voltage phase 1' }] },
  ]);
});

it('a RAPI command is followed by its answer, with what the controller says by itself in between', () => {
  const decoder = TRAFFIC_DECODERS.rapi(NAMES);
  const line = (text: string): Uint8Array => Uint8Array.from(`${rapiFrame(text)}\r`, (character) => character.charCodeAt(0));
  expect(decoder.push({ direction: 'out', bytes: line('$SC 16 V'), timeMs: 0 })).toMatchObject([{ title: '$SC 16 V', direction: 'out' }]);
  const frames = decoder.push({ direction: 'in', bytes: Uint8Array.of(...line('$AT 03 03 16 0000'), ...line('$OK 16')), timeMs: 12 });
  expect(frames).toMatchObject([
    { title: '$AT 03 03 16 0000', latencyMs: null, fault: null },
    { title: '$OK 16', latencyMs: 12, fault: null },
  ]);
  // Its checksum is printed wrong in the documentation (captures README, correction 8).
  expect(decoder.push({ direction: 'in', bytes: Uint8Array.from('$OK 32 0001^22\r', (character) => character.charCodeAt(0)), timeMs: 30 })).toMatchObject([{ fault: 'checksum' }]);
});
