/** Order and evidence of the hints: issue text of the scan; the 16 ms rhythm is FTDI's latency timer (AN232B-04). */
import { describe, expect, it } from 'vitest';
import { hasLatencyTimer, lineHints, type LineEvidence } from './line-hints.ts';

const NOTHING: LineEvidence = { bytes: 0, blankBytes: 0, answers: 0, broken: 0, foreign: 0 };
const likely = (evidence: Partial<LineEvidence>): readonly string[] => lineHints({ ...NOTHING, ...evidence }).flatMap(({ kind, isLikely }) => (isLikely ? [kind] : []));

describe('bytes without a valid frame', () => {
  it('lead to all hints, in the order of a screwdriver', () => {
    expect(lineHints({ ...NOTHING, bytes: 40 }).map(({ kind }) => kind)).toEqual(['a-b-exchanged', 'baud', 'parity', 'termination', 'two-masters', 'address-clash']);
  });

  it.each([
    ['mostly 00 and FF: the wires are exchanged', { bytes: 40, blankBytes: 36 }, ['a-b-exchanged']],
    ['garbage: another speed', { bytes: 40, blankBytes: 2 }, ['baud']],
    ['broken frames only: speed or parity', { bytes: 40, blankBytes: 2, broken: 4 }, ['baud', 'parity']],
    ['a broken answer now and then: termination', { bytes: 900, answers: 95, broken: 5 }, ['termination']],
    ['requests of somebody else: two masters', { bytes: 80, answers: 4, foreign: 3 }, ['two-masters']],
    ['every second answer broken: two units with one address', { bytes: 900, answers: 50, broken: 50 }, ['address-clash']],
  ] as const)('%s', (_, evidence, expected) => {
    expect(likely(evidence)).toEqual(expected);
  });

  it('a silent line, and a sound one, give none', () => {
    expect(lineHints(NOTHING)).toEqual([]);
    expect(lineHints({ ...NOTHING, bytes: 500, answers: 30 })).toEqual([]);
  });
});

describe("an adapter's latency timer", () => {
  it.each([
    ['chunks every 16 ms', [16, 15.8, 16.2, 16, 16.1, 32, 16, 15.9, 16], true],
    ['chunks as they come at 9600 baud', [1.1, 2.2, 1, 1, 3.3, 1.1, 1, 2, 1], false],
    ['too few to tell', [16, 16, 16], false],
  ])('%s', (_, gapsMs, expected) => {
    expect(hasLatencyTimer(gapsMs)).toBe(expected);
  });
});
