import { describe, expect, it } from 'vitest';
import { parseRtuRequest, rtuFrame, readRequestPdu, writeRequestPdu } from './modbus.ts';
import {
  BROADCAST_ADDRESS,
  BROADCAST_REGISTER,
  broadcastWords,
  decodeBroadcast,
  decodeIdentity,
  decodeStatus,
  smartevseErrorTexts,
  smartevseState,
  SMARTEVSE_STATE,
  STATUS_REGISTER,
  POLLED_STATUS_COUNT,
} from './smartevse-bus.ts';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => parseInt(byte, 16));

/** The example frames of reference smartevse.md 6.4. */
const BROADCAST = '09 10 00 20 00 0B 16 00 A0 00 3C 00 00 00 00 00 00 00 00 00 00 00 00 00 64 FF F6 00 05 CE 0F';
const POLL = '03 04 00 00 00 08 F0 2E';
const GRANT = '03 10 00 00 00 02 04 00 07 00 00 49 D6';

describe('frames of the bus', () => {
  it('the broadcast gives the master 16 A and node 1 6 A, with the mains at 10, -1 and 0.5 A', () => {
    const words = broadcastWords({ currentsDa: [160, 60], mainsDa: [100, -10, 5] });
    if (!words.ok) throw new Error(words.error.code);
    expect(hex(rtuFrame(BROADCAST_ADDRESS, writeRequestPdu(16, BROADCAST_REGISTER, words.value)))).toBe(BROADCAST);
  });

  it('and is read back as that', () => {
    const parsed = parseRtuRequest(bytesOf(BROADCAST));
    if (!parsed.ok || parsed.value.content.kind !== 'write') throw new Error('no write');
    expect(parsed.value.unitId).toBe(9);
    expect(decodeBroadcast(parsed.value.content.values)).toEqual({ ok: true, value: { currentsDa: [160, 60, 0, 0, 0, 0, 0, 0], mainsDa: [100, -10, 5] } });
  });

  it('the poll of node 2 and the grant of state C', () => {
    expect(hex(rtuFrame(3, readRequestPdu('input', STATUS_REGISTER, POLLED_STATUS_COUNT)))).toBe(POLL);
    expect(hex(rtuFrame(3, writeRequestPdu(16, STATUS_REGISTER, [SMARTEVSE_STATE.grantedC, 0])))).toBe(GRANT);
  });
});

describe('what a broadcast may carry (6.5)', () => {
  it.each([0, 60, 511, 800])('%d dA', (currentDa) => {
    expect(broadcastWords({ currentsDa: [currentDa], mainsDa: [0, 0, 0] }).ok).toBe(true);
  });

  it.each([1, 59, 801, -10, 60.5, NaN])('%d dA is refused: a node would take it for another current', (currentDa) => {
    expect(broadcastWords({ currentsDa: [0, currentDa], mainsDa: [0, 0, 0] })).toMatchObject({ ok: false, error: { code: 'out-of-range', context: { evse: 1 } } });
  });

  it('mains currents beyond 16 bits stay at their end', () => {
    const words = broadcastWords({ currentsDa: [], mainsDa: [40_000, -40_000, 0] });
    expect(words.ok && words.value.slice(8)).toEqual([0x7fff, 0x8000, 0]);
  });
});

describe('the status block (6.2)', () => {
  it('says what the unit does', () => {
    expect(decodeStatus([2, 0, 160, 1, 0, 1, 1, 16])).toEqual({
      ok: true,
      value: { stateCode: 2, errors: 0, balancedDa: 160, mode: 'smart', solarStopS: 0, access: 'on', isConfigChanged: true, maxCurrentA: 16 },
    });
  });

  it.each([
    ['state', [15, 0, 0, 0, 0, 0, 0, 16]],
    ['errors', [0, 256, 0, 0, 0, 0, 0, 16]],
    ['current', [2, 0, 801, 0, 0, 0, 0, 16]],
    ['mode', [0, 0, 0, 3, 0, 0, 0, 16]],
    ['access', [0, 0, 0, 0, 0, 3, 0, 16]],
    ['maximum current', [0, 0, 0, 0, 0, 0, 0, 160]],
  ])('is refused with a %s that no unit has', (field, words) => {
    expect(decodeStatus(words)).toMatchObject({ ok: false, error: { code: 'unexpected-reply', context: { field } } });
  });

  it('is refused when it is short', () => {
    expect(decodeStatus([2, 0, 160]).ok).toBe(false);
    expect(decodeIdentity([2, 0, 160, 1, 0, 1, 0, 16]).ok).toBe(false);
  });

  it('has the temperature in degrees, with a sign', () => {
    expect(decodeIdentity([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfffb, 1234])).toEqual({ ok: true, value: { temperatureC: -5, serial: 1234 } });
  });

  it.each([
    [0, 0, 'idle'],
    [1, 0, 'connected'],
    [2, 0, 'charging'],
    [4, 0, 'connected'],
    [6, 0, 'connected'],
    [9, 1, 'connected'],
    [10, 0, 'connected'],
    [9, 4, 'fault'],
    [9, 16, 'fault'],
    [9, 2, 'connected'],
  ])('state %d with errors %d is %s', (stateCode, errors, state) => {
    expect(smartevseState({ stateCode, errors })).toBe(state);
  });

  it('names every error bit as the display does', () => {
    expect(smartevseErrorTexts(1 | 2 | 16)).toEqual(['No Power Available', 'Communication Error', 'RCM Tripped']);
  });
});
