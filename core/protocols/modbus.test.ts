import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answersRequest,
  crc16,
  exceptionPdu,
  parseRequestPdu,
  parseRtuRequest,
  parseRtuResponse,
  parseTcpRequest,
  parseTcpResponse,
  readAnswerPdu,
  readRequestPdu,
  rtuFrame,
  rtuRequestLength,
  rtuResponseLength,
  tcpFrame,
  tcpFrameLength,
  writeAnswerPdu,
  writeRequestPdu,
} from './modbus.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (frame: Uint8Array): string => Array.from(frame, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

describe('frames of vendors and recordings', () => {
  test.each([
    // Eastron SDM630 protocol document, example of reading 30001.
    ['01 04 00 00 00 02 71 CB', rtuFrame(1, readRequestPdu('input', 0, 2))],
    // SmartEVSE reference 7.1: a master asks a Sensorbox, and sets it to three wires.
    ['0A 04 00 00 00 14 F1 7E', rtuFrame(10, readRequestPdu('input', 0, 20))],
    ['0A 06 08 00 00 02 0B 10', rtuFrame(10, writeRequestPdu(6, 0x800, [2]))],
    // SmartEVSE reference 6.4: grant C to node 2; the broadcast of currents.
    ['03 10 00 00 00 02 04 00 07 00 00 49 D6', rtuFrame(3, writeRequestPdu(16, 0, [7, 0]))],
    [
      '09 10 00 20 00 0B 16 00 A0 00 3C 00 00 00 00 00 00 00 00 00 00 00 00 00 64 FF F6 00 05 CE 0F',
      rtuFrame(9, writeRequestPdu(16, 0x20, [160, 60, 0, 0, 0, 0, 0, 0, 100, -10, 5])),
    ],
  ])('%s', (expected, frame) => {
    expect(hex(frame)).toBe(expected);
    expect(parseRtuRequest(frame).ok).toBe(true);
    expect(rtuRequestLength(frame)).toBe(frame.length);
  });

  test('the standard check value of the CRC is 4B37', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37);
  });

  test('Application Protocol 6.3: three holding registers from 108', () => {
    const request = parseRequestPdu(bytes('03 00 6B 00 03'));
    expect(request).toEqual({ ok: true, value: { kind: 'read', table: 'holding', address: 0x6b, count: 3 } });
    const answer = parseRtuResponse(rtuFrame(1, bytes('03 06 02 2B 00 00 00 64')));
    expect(answer).toMatchObject({ ok: true, value: { unitId: 1, content: { kind: 'words', words: [555, 0, 100] } } });
  });

  test('Messaging on TCP/IP 4.3: header and PDU', () => {
    expect(hex(tcpFrame(0x1501, 0xff, readRequestPdu('holding', 5, 1)))).toBe('15 01 00 00 00 06 FF 03 00 05 00 01');
  });
});

describe('what is refused is refused with its reason', () => {
  const reasonOf = (result: { readonly ok: boolean; readonly error?: { readonly code: string; readonly context: Readonly<Record<string, unknown>> } }): unknown =>
    result.ok ? 'accepted' : (result.error?.context['reason'] ?? result.error?.code);

  test.each([
    ['', 'too-short'],
    ['01 04 02', 'too-short'],
    ['01 04 00 00 00 02 71 CC', 'checksum'],
    [hex(rtuFrame(1, bytes('2B 0E 01 00'))), 'unknown-function'],
    [hex(rtuFrame(1, bytes('03 00 00 00 00'))), 'count-out-of-range'],
    [hex(rtuFrame(1, bytes('03 00 00 00 7E'))), 'count-out-of-range'],
    [hex(rtuFrame(1, bytes('03 00 00 00'))), 'wrong-length'],
    [hex(rtuFrame(1, bytes('10 00 00 00 02 02 00 07'))), 'byte-count-contradicts-count'],
    [hex(rtuFrame(1, bytes('10 00 00 00 02 04 00 07'))), 'wrong-length'],
  ])('request %s: %s', (frame, reason) => {
    expect(reasonOf(parseRtuRequest(bytes(frame)))).toBe(reason);
  });

  test.each([
    [hex(rtuFrame(1, bytes('04 04 43 66'))), 'wrong-length'],
    [hex(rtuFrame(1, bytes('04 03 43 66 33'))), 'odd-byte-count'],
    [hex(rtuFrame(1, bytes('04 00'))), 'odd-byte-count'],
    [hex(rtuFrame(1, bytes('84 02 00'))), 'wrong-length'],
    [hex(rtuFrame(1, bytes('05 00 00 FF 00'))), 'unknown-function'],
  ])('answer %s: %s', (frame, reason) => {
    expect(reasonOf(parseRtuResponse(bytes(frame)))).toBe(reason);
  });

  test.each([
    ['00 01 00 01 00 06 01 03 00 00 00 01', 'not-modbus'],
    ['00 01 00 00 00 07 01 03 00 00 00 01', 'wrong-length'],
    ['00 01 00 00 00 06', 'too-short'],
  ])('TCP request %s: %s', (frame, reason) => {
    expect(reasonOf(parseTcpRequest(bytes(frame)))).toBe(reason);
  });
});

describe('answers and their requests', () => {
  const read = { kind: 'read', table: 'input', address: 6, count: 2 } as const;
  const answerOf = (pdu: Uint8Array) => {
    const parsed = parseRtuResponse(rtuFrame(1, pdu));
    if (!parsed.ok) throw new Error(parsed.error.code);
    return parsed.value.content;
  };

  test.each([
    ['as many words from the same table', readAnswerPdu('input', [1, 2]), true],
    ['fewer words', readAnswerPdu('input', [1]), false],
    ['another table', readAnswerPdu('holding', [1, 2]), false],
    ['an exception of its function', exceptionPdu(4, 2), true],
    ['an exception of another function', exceptionPdu(3, 2), false],
    ['an acknowledged write', writeAnswerPdu(16, 6, [1, 2]), false],
  ])('%s', (_what, pdu, fits) => {
    expect(answersRequest(read, answerOf(pdu))).toBe(fits);
  });

  test('a single write is answered by its own address and value', () => {
    const write = { kind: 'write', functionCode: 6, address: 5, values: [7] } as const;
    expect(answersRequest(write, answerOf(writeAnswerPdu(6, 5, [7])))).toBe(true);
    expect(answersRequest(write, answerOf(writeAnswerPdu(6, 5, [8])))).toBe(false);
  });
});

describe('any bytes', () => {
  const word = fc.integer({ min: 0, max: 0xffff });
  const request = fc.oneof(
    fc.record({ table: fc.constantFrom('holding' as const, 'input' as const), address: word, count: fc.integer({ min: 1, max: 125 }) }).map(({ table, address, count }) => readRequestPdu(table, address, count)),
    fc.record({ address: word, value: word }).map(({ address, value }) => writeRequestPdu(6, address, [value])),
    fc.record({ address: word, values: fc.array(word, { minLength: 1, maxLength: 123 }) }).map(({ address, values }) => writeRequestPdu(16, address, values)),
  );
  const answer = fc.oneof(
    fc.record({ table: fc.constantFrom('holding' as const, 'input' as const), words: fc.array(word, { minLength: 1, maxLength: 125 }) }).map(({ table, words }) => readAnswerPdu(table, words)),
    fc.record({ functionCode: fc.constantFrom(3, 4, 6, 16), code: fc.integer({ min: 1, max: 11 }) }).map(({ functionCode, code }) => exceptionPdu(functionCode, code)),
  );
  const unit = fc.integer({ min: 1, max: 247 });

  test('what was framed is parsed again, over RTU and TCP, and its length is known from its beginning', () => {
    fc.assert(
      fc.property(unit, request, answer, word, (unitId, asked, answered, transactionId) => {
        const [out, back] = [rtuFrame(unitId, asked), rtuFrame(unitId, answered)];
        expect(parseRtuRequest(out)).toMatchObject({ ok: true, value: { unitId } });
        expect(parseRtuResponse(back)).toMatchObject({ ok: true, value: { unitId } });
        expect([rtuRequestLength(out.subarray(0, 7)), rtuResponseLength(back.subarray(0, 3))]).toEqual([out.length, back.length]);
        const tcp = tcpFrame(transactionId, unitId, asked);
        expect(parseTcpRequest(tcp)).toMatchObject({ ok: true, value: { unitId, transactionId } });
        expect(tcpFrameLength(tcp.subarray(0, 6))).toBe(tcp.length);
      }),
      { numRuns: 300 },
    );
  });

  test('one to three wrong bits, a lost tail or a surplus byte are never taken for a frame', () => {
    const spoilt = fc.record({ unitId: unit, pdu: answer, bits: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }) });
    fc.assert(
      fc.property(spoilt, ({ unitId, pdu, bits }) => {
        const frame = rtuFrame(unitId, pdu);
        const flipped = frame.slice();
        for (const bit of new Set(bits.map((each) => each % (frame.length * 8)))) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(parseRtuResponse(flipped)).toMatchObject({ ok: false, error: { code: 'checksum' } });
      }),
      { numRuns: 2000 },
    );
  });

  test('garbage never throws and every refusal names code and reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        const withCrc = rtuFrame(garbage[0] ?? 0, garbage.subarray(1));
        for (const parsed of [garbage, withCrc].flatMap((each) => [parseRtuRequest(each), parseRtuResponse(each), parseTcpRequest(each), parseTcpResponse(each)])) {
          if (parsed.ok) continue;
          expect(['checksum', 'unexpected-reply']).toContain(parsed.error.code);
          expect(parsed.error.code === 'checksum' ? parsed.error.context['computed'] : parsed.error.context['reason']).toBeTruthy();
        }
      }),
      { numRuns: 3000 },
    );
  });
});
