import { describe, expect, it } from 'vitest';
import type { TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import { askedBefore, framePartsOf } from './frame-parts.ts';

const entry = (more: Partial<TrafficEntry>): TrafficEntry => ({
  id: 2,
  linkId: 'serial:/dev/ttyUSB0',
  protocol: 'modbus-rtu',
  wallMs: 0,
  direction: 'in',
  isOurs: true,
  unitId: 12,
  deviceId: 'house',
  title: 'input x 12',
  fields: [],
  latencyMs: 27,
  fault: null,
  hex: '',
  ...more,
});

/** An answer of an Eastron SDM630 as serkri/SmartEVSE-3 issue 35 has it, asked with 0C 04 00 06 00 0C 11 13. */
const EASTRON = '0C 04 18 40 F7 6B E6 40 6A 27 90 3F BC E4 4F C4 E9 DB BA C4 52 5C E1 42 17 55 C2 71 5C';
const place = (address: number): string => `input 0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
const EASTRON_FIELDS = [
  ...[7.731921, 3.658665, 1.475717].map((value, phase) => ({ name: `current phase ${String(phase + 1)}`, place: place(6 + 2 * phase), value, unit: 'A' })),
  ...[-1870.866, -841.4512, 37.83375].map((value, phase) => ({ name: `power phase ${String(phase + 1)}`, place: place(12 + 2 * phase), value, unit: 'W' })),
];

const shown = (of: TrafficEntry, askedAddress: number | null): readonly (readonly [string, string])[] => framePartsOf(of, askedAddress).map(({ bytes, meaning }) => [bytes, meaning]);

describe('a frame taken apart', () => {
  it('gives each value of an answer the bytes that hold it', () => {
    expect(shown(entry({ hex: EASTRON, fields: EASTRON_FIELDS }), 6)).toEqual([
      ['0C', 'unit 12'],
      ['04', 'input registers'],
      ['18', '24 bytes'],
      ['40 F7 6B E6', 'current phase 1 7.7\u2009A'],
      ['40 6A 27 90', 'current phase 2 3.7\u2009A'],
      ['3F BC E4 4F', 'current phase 3 1.5\u2009A'],
      ['C4 E9 DB BA', 'power phase 1 \u22121871\u2009W'],
      ['C4 52 5C E1', 'power phase 2 \u2212841\u2009W'],
      ['42 17 55 C2', 'power phase 3 38\u2009W'],
      ['71 5C', 'checksum right'],
    ]);
  });

  it('never loses a byte, whatever is known of it', () => {
    const frames: readonly (readonly [Partial<TrafficEntry>, number | null])[] = [
      [{ hex: EASTRON, fields: EASTRON_FIELDS }, 6],
      [{ hex: EASTRON, fields: EASTRON_FIELDS.slice(1, 2) }, 6],
      [{ hex: EASTRON, fields: EASTRON_FIELDS }, null],
      [{ hex: EASTRON, fields: EASTRON_FIELDS, fault: 'checksum' }, 6],
      [{ hex: '0C 04 00 06 00 0C 11 13', direction: 'out', title: 'read input 0x0006 x 12' }, null],
      [{ hex: '0C 84 02 C3 06', title: 'exception 2: illegal data address', fault: 'exception 2' }, 6],
      [{ hex: 'FF 00 FF', title: '3 bytes', fault: 'no frame' }, null],
      [{ hex: '00 01 00 00 00 06 01 04 00 00 00 06', protocol: 'modbus-tcp', direction: 'out', title: 'read input 0x0000 x 6' }, null],
      [{ hex: '01 10 00 20 00 02 04 00 78 00 0A 71 5C', direction: 'out', title: 'write 0x0020 x 2' }, null],
    ];
    for (const [frame, asked] of frames) {
      expect(
        framePartsOf(entry(frame), asked)
          .map(({ bytes }) => bytes)
          .join(' '),
      ).toBe(frame.hex);
    }
  });

  it('says of a question what is asked for and of a wrong checksum that it is wrong', () => {
    expect(shown(entry({ hex: '0C 04 00 06 00 0C 11 13', direction: 'out', title: 'read input 0x0006 x 12' }), null).map(([, meaning]) => meaning)).toEqual(['unit 12', 'input registers', 'from 0x0006', '12 registers', 'checksum right']);
    const broken = framePartsOf(entry({ hex: EASTRON, fault: 'checksum' }), 6).at(-1);
    expect(broken).toMatchObject({ kind: 'broken', meaning: 'checksum wrong' });
  });

  it('finds the question of an answer by its unit', () => {
    const asked = entry({ id: 1, direction: 'out', title: 'read input 0x0006 x 12' });
    const ofAnother = entry({ id: 3, unitId: 1, direction: 'out', title: 'read input 0x0000 x 2' });
    const answer = entry({ id: 4, hex: EASTRON });
    expect(askedBefore(answer, [asked, ofAnother, answer])).toBe(6);
    expect(askedBefore(answer, [ofAnother, answer])).toBeNull();
  });

  // The checksum is that of every byte before the caret, exclusive or (OpenEVSE RAPI, rapi_proc.h).
  it('reads a RAPI command by its words', () => {
    const hex = Array.from(new TextEncoder().encode('$SC 16 V^65\r'), (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    expect(shown(entry({ protocol: 'rapi', direction: 'out', title: '$SC 16 V', hex }), null)).toEqual([
      ['$SC', 'command'],
      ['16', 'value 1'],
      ['V', 'value 2'],
      ['^65', 'checksum right'],
    ]);
  });

  it('puts the value taken from it beside each line of a telegram', () => {
    const hex = '/KFM5KAIFA-METER\r\n\r\n1-0:31.7.0(001*A)\r\n0-0:96.1.1(4B38)\r\n!F2E3\r\n';
    expect(shown(entry({ protocol: 'p1', unitId: null, title: 'telegram KFM5', hex, fields: [{ name: 'current l1', place: '1-0:31.7.0', value: 1, unit: 'A' }] }), null)).toEqual([
      ['/KFM5KAIFA-METER', 'identification'],
      ['1-0:31.7.0(001*A)', 'current l1 1.0\u2009A'],
      ['0-0:96.1.1(4B38)', 'not used'],
      ['!F2E3', 'checksum right'],
    ]);
  });
});
