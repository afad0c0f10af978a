import { describe, expect, it } from 'vitest';
import { failureOf } from '../errors.ts';
import { circuitId, evseId } from '../quantities.ts';
import { decodeRunColumns, encodeRunColumns, parseHostText, parseScreenText } from './wire.ts';
import type { HostEvents } from './contract.ts';

const EVENT: HostEvents['runColumns'] = {
  runId: 'run-ü-漢-1',
  columns: {
    timeS: Float64Array.of(0, 0.5, 603.25),
    columns: [
      { column: { kind: 'circuit-current', circuitId: circuitId('ev'), phase: 1 }, values: Float32Array.of(34, Number.NaN, 52) },
      { column: { kind: 'evse-offered', evseId: evseId('primary') }, values: Float32Array.of(0, 34, 34) },
    ],
  },
};

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    return failureOf(thrown).code;
  }
  return 'nothing thrown';
}

describe('columns over the wire', () => {
  it('arrive as they were sent, gaps and foreign letters included', () => {
    expect(decodeRunColumns(encodeRunColumns(EVENT))).toEqual(EVENT);
  });

  it('follow the layout byte by byte: length, header, padding to 8, times, columns', () => {
    const bytes = encodeRunColumns(EVENT);
    const view = new DataView(bytes.buffer);
    const headerLength = view.getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength))) as unknown;
    expect(header).toEqual({ event: 'runColumns', runId: EVENT.runId, rows: 3, columns: EVENT.columns.columns.map((c) => c.column) });
    const timesAt = Math.ceil((4 + headerLength) / 8) * 8;
    expect(bytes.length).toBe(timesAt + 3 * 8 + 2 * 3 * 4);
    expect([0, 1, 2].map((row) => view.getFloat64(timesAt + 8 * row, true))).toEqual([0, 0.5, 603.25]);
    expect(view.getFloat32(timesAt + 24 + 8, true)).toBe(52);
    expect(view.getFloat32(timesAt + 24 + 12 + 4, true)).toBe(34);
  });

  it('are read from the middle of a larger buffer at an odd place', () => {
    const bytes = encodeRunColumns(EVENT);
    const around = new Uint8Array(bytes.length + 3);
    around.set(bytes, 3);
    expect(decodeRunColumns(around.subarray(3))).toEqual(EVENT);
  });

  it('share the memory of the message where that is possible', () => {
    const bytes = encodeRunColumns(EVENT);
    expect(decodeRunColumns(bytes).columns.timeS.buffer).toBe(bytes.buffer);
  });

  it('may be empty', () => {
    const empty = { runId: 'r', columns: { timeS: new Float64Array(0), columns: [] } };
    expect(decodeRunColumns(encodeRunColumns(empty))).toEqual(empty);
  });

  it('of unequal length are not sent', () => {
    const uneven = { runId: 'r', columns: { timeS: new Float64Array(2), columns: [{ column: { kind: 'evse-current', evseId: evseId('a') }, values: new Float32Array(3) }] } } as const;
    expect(codeOf(() => encodeRunColumns(uneven))).toBe('invalid-argument');
  });

  it.each([
    ['nothing', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 0)],
    ['a length without its header', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 10)],
    ['a cut column', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1)],
    ['bytes behind the last column', (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.of(...bytes, 0)],
    ['a header that is no JSON', (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0x7b, 4, 8)],
    ['a header that is no UTF-8', (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xff, 4, 8)],
    ['a header that promises too much', (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xff, 0, 4)],
  ])('are refused when the message holds %s', (_name, spoil) => {
    expect(codeOf(() => decodeRunColumns(spoil(encodeRunColumns(EVENT))))).toBe('unexpected-reply');
  });
});

describe('texts over the wire', () => {
  it('are answers or events', () => {
    expect(parseHostText('{"id":3,"result":{"ok":true,"value":null}}')).toEqual({ id: 3, result: { ok: true, value: null } });
    expect(parseHostText('{"event":"runProgress","data":{"runId":"r","playedS":1,"durationS":2}}')).toMatchObject({ event: 'runProgress' });
  });

  it.each(['', '[', 'null', '7', '{}', '{"event":"weather","data":1}', '{"event":"runColumns","data":{}}', '{"id":"3","result":{}}', '{"id":1,"result":null}'])(
    'are refused when they read %j',
    (text) => expect(codeOf(() => parseHostText(text))).toBe('unexpected-reply'),
  );

  it('are calls by name with a list of arguments', () => {
    expect(parseScreenText('{"id":1,"call":"cancelRun","args":["r"]}')).toEqual({ id: 1, call: 'cancelRun', args: ['r'] });
  });

  it('name no call that the contract does not have', () => {
    expect(codeOf(() => parseScreenText('{"id":1,"call":"toString","args":[]}'))).toBe('not-supported');
    expect(codeOf(() => parseScreenText('{"id":1,"call":"getState"}'))).toBe('unexpected-reply');
    expect(codeOf(() => parseScreenText('{"id":1,'))).toBe('unexpected-reply');
  });
});
