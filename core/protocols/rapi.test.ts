import { describe, expect, it } from 'vitest';
import { rapiAdditiveChecksum, rapiChecksum, rapiFrame, readRapiAnswer, readRapiLine } from './rapi.ts';
import { fitsCommand, readBoot, readCapacity, readHeartbeat, readMeasured, readSetCurrent, readState, readStateEvent, readTemperatures, readVersion } from './rapi-values.ts';

/** Examples of the protocol description (captures/openevse-rapi/checksum-vectors; reference openevse e.2). */
describe('checksums', () => {
  it.each(['$F0 1^43', '$SK 0^2C', '$ST 0 0 0 0^23', '$GG^24', '$GS^30', '$GC^20', '$GE^26', '$GU^36', '$GP^33', '$GV^35', '$FE^27', '$FS^31', '$FD^26', '$SC 16 V^65', '$SY^2E', '$SY 165^3C', '$SY 5 6^2D', '$OK^20', '$NK^21'])('%s', (frame) => {
    expect(rapiFrame(frame.slice(0, -3))).toBe(frame);
  });

  it.each(['$FB 7*03', '$FD*AE', '$FE*AF', '$S0 0*F7', '$SL A*24'])('%s, the older form', (frame) => {
    expect(rapiAdditiveChecksum(frame.slice(0, -3))).toBe(frame.slice(-2));
  });

  it('cover the sequence id', () => {
    const frame = rapiFrame('$GG', 10);
    expect(frame).toBe(`$GG :0A^${rapiChecksum('$GG :0A')}`);
  });
});

describe('a line', () => {
  it.each([
    ['$OK fe 0 00 0701^15', { kind: 'answer', isOk: true, tokens: ['fe', '0', '00', '0701'], sequenceId: null }],
    ['$NK^21', { kind: 'answer', isOk: false, tokens: [], sequenceId: null }],
    [rapiFrame('$OK 16 :2A'), { kind: 'answer', isOk: true, tokens: ['16'], sequenceId: 42 }],
    [rapiFrame('$AT 03 03 16 0540'), { kind: 'event', name: '$AT', tokens: ['03', '03', '16', '0540'] }],
    [rapiFrame('$AB 00 8.2.3'), { kind: 'event', name: '$AB', tokens: ['00', '8.2.3'] }],
    [rapiFrame('$ST 03'), { kind: 'event', name: '$ST', tokens: ['03'] }],
  ])('%s', (line, message) => {
    expect(readRapiLine(line)).toEqual({ ok: true, value: message });
  });

  // captures/openevse-rapi/mqtt-rapi-2026: 20 is right.
  it.each([
    ['$OK 32 0001^22', 'checksum'],
    ['$OK 6 32 11 13', 'unexpected-reply'],
    ['$GG^24', 'unexpected-reply'],
    ['$OK^2', 'unexpected-reply'],
    ['$OK^^20', 'unexpected-reply'],
    ['', 'unexpected-reply'],
  ])('%s is refused with %s', (line, code) => {
    expect(readRapiLine(line)).toMatchObject({ ok: false, error: { code } });
  });

  it('answers by topic are read as before', () => {
    expect(readRapiAnswer('$OK 6 32 11 13^15\r')).toEqual({ ok: true, value: ['6', '32', '11', '13'] });
    expect(readRapiAnswer('$NK^21')).toMatchObject({ ok: false, error: { code: 'refused' } });
  });
});

describe('values', () => {
  it('states are hex since protocol 5 and decimal before', () => {
    expect(readState(['fe', '0', '00', '0701'], false)).toMatchObject({ ok: true, value: { stateCode: 254, flags: 0x0701 } });
    expect(readState(['3', '94'], true)).toMatchObject({ ok: true, value: { stateCode: 3, elapsedS: 94, flags: null } });
    // 10 is over-temperature in hex and sleeping nowhere: the form of one age is refused in the other.
    expect(readState(['10', '94'], false).ok).toBe(false);
    expect(readState(['fe', '0', '00', '0701'], true).ok).toBe(false);
  });

  it.each([
    ['7.1.3', '5.1.3', { isDecimalState: false, hasSequenceIds: true }],
    ['7.1.3.EU', '5.1.3', { isDecimalState: false, hasSequenceIds: true }],
    ['4.8.0', '4.0.1', { isDecimalState: true, hasSequenceIds: true }],
    ['3.11.3', '2.0.4', { isDecimalState: true, hasSequenceIds: false }],
  ])('%s with protocol %s', (firmware, protocol, version) => {
    expect(readVersion([firmware, protocol])).toMatchObject({ ok: true, value: { firmware, protocol, ...version } });
  });

  it.each([['-', '-'], ['7.1.3', '-'], ['7.1.3'], ['7.1.3', '5.1.3', '1'], ['6000', '240000']])('%j is no version', (...tokens) => {
    expect(readVersion(tokens).ok).toBe(false);
  });

  it('currents are in order, or none (captures/openevse-rapi/gc-temperature-throttle)', () => {
    expect(readCapacity(['6', '32', '6', '13'])).toEqual({ ok: true, value: { minA: 6, hardwareMaxA: 32, pilotA: 6, configuredMaxA: 13 } });
    for (const tokens of [['6', '32', '40', '13'], ['6', '32', '11', '33'], ['6', '32', '5', '13'], ['6', '32', '11'], ['6', '32', '11', '1e1'], ['6', '32', '0x0B', '13']]) expect(readCapacity(tokens).ok, tokens.join(' ')).toBe(false);
  });

  it('-1 is not measured, -2560 is not fitted', () => {
    expect(readMeasured(['9680', '-1'])).toEqual({ ok: true, value: { currentA: 9.68, voltageV: null } });
    expect(readMeasured(['-1', '240000'])).toEqual({ ok: true, value: { currentA: null, voltageV: 240 } });
    expect(readTemperatures(['285', '280', '-2560'])).toEqual({ ok: true, value: [28.5, 28, null] });
  });

  it('a missed pulse tells its figures with $NK', () => {
    expect(readHeartbeat({ tokens: ['5', '6', '2'] })).toEqual({ ok: true, value: { intervalS: 5, fallbackA: 6, trigger: 2 } });
    expect(readHeartbeat({ tokens: ['5', '6', '3'] }).ok).toBe(false);
    expect(readSetCurrent({ tokens: ['6'] })).toEqual({ ok: true, value: 6 });
  });

  it('events tell state, pilot and flags', () => {
    expect(readStateEvent('$AT', ['03', '03', '16', '0540'])).toMatchObject({ ok: true, value: { stateCode: 3, pilotA: 16, flags: 0x540 } });
    expect(readStateEvent('$ST', ['0a'])).toMatchObject({ ok: true, value: { stateCode: 10, flags: null } });
    expect(readStateEvent('$AT', ['03', '03', '16']).ok).toBe(false);
    expect(readBoot(['09', '8.2.3'])).toEqual({ ok: true, value: { faultCode: 9, firmware: '8.2.3' } });
  });

  it.each([
    ['$GV', ['7.1.3', '5.1.3'], true],
    ['$GV', ['6000', '240000'], false],
    ['$GG', ['7.1.3'], false],
    ['$GC', ['6', '32', '11', '13'], true],
    ['$GC', ['6', '32'], false],
    ['$SC 16 V', ['16'], true],
    ['$FE', ['16'], false],
  ])('the answer to %s has its form: %j %s', (command, tokens, fits) => {
    expect(fitsCommand(command, { kind: 'answer', isOk: true, tokens, sequenceId: null })).toBe(fits);
  });
});
