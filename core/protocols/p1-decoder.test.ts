import { describe, expect, it } from 'vitest';
import { createP1Decoder, type P1Decoded, type P1Reason } from './p1-decoder.ts';
import { p1Currents } from './p1-current.ts';
import { ADN9, asciiBytes, DSMR22, KAIFA, telegramOf, WARMTELINK } from './testing/p1-telegrams.ts';

interface Heard {
  readonly decoded: readonly P1Decoded[];
  readonly reasons: readonly P1Reason[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Chunks arrive 100 ms apart, or at the times given. */
function hear(chunks: readonly (string | Uint8Array)[], timesMs: readonly number[] = []): Heard {
  const decoded: P1Decoded[] = [];
  const reasons: P1Reason[] = [];
  const decoder = createP1Decoder({ onDecoded: (one) => decoded.push(one), onRejection: ({ reason }) => reasons.push(reason) });
  chunks.forEach((chunk, index) => {
    decoder.push(typeof chunk === 'string' ? asciiBytes(chunk) : chunk, timesMs[index] ?? index * 100);
  });
  return { decoded, reasons, counts: Object.fromEntries(decoder.counts) };
}

const only = ({ decoded }: Heard): P1Decoded => {
  const [one] = decoded;
  if (one === undefined || decoded.length !== 1) throw new Error(`${decoded.length} telegrams`);
  return one;
};

describe('a telegram', () => {
  // captures/p1/se-adn9-load, `decoded`.
  it('of a Nordic meter has currents with one decimal and both powers of each phase', () => {
    const { values, frame } = only(hear([ADN9]));
    expect(frame.checksumText).toBe('759E');
    expect(values).toMatchObject({ powerW: 4251, importWh: 10_117_368, exportWh: 0, meterTime: '240108164940W', version: null, unreadable: [] });
    expect(values.phases[0]).toEqual({ powerW: 1462, reactiveVar: 529, voltageV: 221.2, printed: { currentA: 7, decimals: 1 } });
  });

  // captures/p1/dsmr42-kaifa, `decoded`.
  it('of a Dutch meter has whole amperes, tariffs, and a total that is not the sum of its phases', () => {
    const { values } = only(hear([KAIFA]));
    expect(values).toMatchObject({ powerW: 2027, importWh: 3_016_829, tariff: 2, version: '42' });
    expect(values.phases.map(({ powerW, printed }) => [powerW, printed?.currentA, printed?.decimals])).toEqual([[170, 0, 0], [1247, 6, 0], [209, 2, 0]]);
  });

  it.each([1, 7, 64, 1000])('is the same however it is cut: pieces of %d bytes', (size) => {
    const bytes = asciiBytes(`${ADN9}${KAIFA}${ADN9}`);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    const { decoded, reasons } = hear(pieces, pieces.map((_, index) => index));
    expect([decoded.length, reasons]).toEqual([3, []]);
  });

  it('with a CRC of three digits is sound, but a heat meter is no mains meter', () => {
    const { decoded, reasons } = hear([WARMTELINK]);
    expect([decoded, reasons]).toEqual([[], ['no-electricity']]);
  });

  it('without CRC is taken from a meter that has neither version nor time', () => {
    const { values, frame } = only(hear([DSMR22]));
    expect([values.powerW, values.importWh, frame.checksumText]).toEqual([1010, 2002, null]);
  });

  it.each([
    ['a kind of meter that prints one', ADN9.replace('!759E', '!')],
    ['a meter that told its version', telegramOf('1-3:0.2.8(50)', '1-0:1.7.0(00.100*kW)').replace(/![0-9A-F]{4}/, '!')],
  ])('without CRC is refused from %s', (_, text) => {
    expect(hear([text])).toMatchObject({ decoded: [], reasons: ['checksum-missing'] });
  });

  it('without CRC is refused where an earlier one had it', () => {
    expect(hear([telegramOf('1-0:1.7.0(00.100*kW)'), DSMR22]).reasons).toEqual(['checksum-missing']);
  });

  it('without CRC is refused where the rest of a line that was lost stands behind another', () => {
    expect(hear([DSMR22.replace('1-0:2.7.0(0000.00*kW)', '(0000.00*kW)')]).reasons).toEqual(['unreadable-value']);
  });

  it('without CRC is refused with a line that is none', () => {
    expect(hear([DSMR22.replace('1-0:1.7.0(0001.01*kW)', '1-0:1.7.0(0001.01*kW')]).reasons).toEqual(['unreadable-line']);
  });
});

describe('units and decimals are those of the text', () => {
  it.each([
    ['00.286*kW', 286],
    ['000000286*W', 286],
    ['0.000286*MW', 286],
    ['002124.86*W', 2124.86],
    ['-01.500*kW', -1500],
  ])('%s is %d W', (text, powerW) => {
    expect(only(hear([telegramOf(`1-0:1.7.0(${text})`)])).values.powerW).toBe(powerW);
  });

  it.each(['00.286', '00.286*kVA', '0x1E*kW', '1e3*kW', ' 1*kW', '00,286*kW', '9999.999*kW', 'NaN*kW', '*kW'])('%s is no power: refused and named, the rest holds', (text) => {
    const heard = hear([telegramOf(`1-0:1.7.0(${text})`, '1-0:31.7.0(007*A)')]);
    expect(heard.counts).toEqual({ 'unreadable-value': 1 });
    expect(only(heard).values).toMatchObject({ powerW: null, unreadable: ['1-0:1.7.0'] });
    expect(only(heard).values.phases[0].printed?.currentA).toBe(7);
  });

  it('a power whose other half cannot be read is none: import alone would hide what is fed in', () => {
    expect(only(hear([telegramOf('1-0:1.7.0(00.500*kW)', '1-0:2.7.0(xx.500*kW)', '1-0:31.7.0(007*A)')])).values.powerW).toBeNull();
  });

  it('a code that comes twice with different values is not to be trusted', () => {
    expect(only(hear([telegramOf('1-0:31.7.0(007*A)', '1-0:31.7.0(008*A)', '1-0:1.7.0(01.000*kW)')])).values.phases[0].printed).toBeNull();
  });

  // captures/p1/be-fluvius-50217-load.
  it('an impossible time of a month peak is none, its value and the telegram hold', () => {
    const { values } = only(hear([telegramOf('1-0:1.7.0(00.338*kW)', '1-0:1.6.0(632525252525W)(03.064*kW)')]));
    expect(values.monthPeak).toEqual({ powerW: 3064, meterTime: null });
  });
});

describe('currents', () => {
  const currentsOf = (...objects: readonly string[]): ReturnType<typeof p1Currents> => p1Currents(only(hear([telegramOf(...objects)])).values, 3);

  it('have the direction of their phase, one by one', () => {
    const { phases } = currentsOf('1-0:1.7.0(01.000*kW)', '1-0:31.7.0(003*A)', '1-0:51.7.0(003*A)', '1-0:21.7.0(01.700*kW)', '1-0:22.7.0(00.000*kW)', '1-0:41.7.0(00.000*kW)', '1-0:42.7.0(00.700*kW)');
    expect(phases.map((current) => [current?.currentA, current?.signedBy])).toEqual([[3, 'phase-power'], [-3, 'phase-power'], [undefined, undefined]]);
  });

  // captures/p1/hu-eon-sagemcom-exporting: 003, 004, 003 A while 2.601 kW go out.
  it('have the direction of the total where no phase has a power, and say so', () => {
    const { phases } = currentsOf('1-0:31.7.0(003*A)', '1-0:51.7.0(004*A)', '1-0:71.7.0(003*A)', '1-0:1.7.0(00.000*kW)', '1-0:2.7.0(02.601*kW)');
    expect(phases.map((current) => [current?.currentA, current?.signedBy])).toEqual([[-3, 'total-power'], [-4, 'total-power'], [-3, 'total-power']]);
  });

  // captures/p1/be-fluvius-50213-it-grid.
  it('of a grid without neutral: L2 is the common conductor, its 000.0 V is no voltage', () => {
    const currents = currentsOf('1-0:1.7.0(00.261*kW)', '1-0:32.7.0(231.0*V)', '1-0:52.7.0(000.0*V)', '1-0:72.7.0(230.9*V)', '1-0:31.7.0(000*A)', '1-0:51.7.0(000*A)', '1-0:71.7.0(000*A)');
    expect(currents.isThreeWire).toBe(true);
    expect(currents.phases.map((current) => current?.currentA)).toEqual([0, 0, 0]);
  });

  it('are never a power over no voltage', () => {
    expect(currentsOf('1-0:21.7.0(01.000*kW)', '1-0:32.7.0(000.0*V)').phases[0]).toBeNull();
  });

  // captures/p1/se-adn9-load: 7.03 A of both powers where P/U gives 6.61 A.
  it('come from both powers where there are both and no current is printed', () => {
    const [l1] = currentsOf('1-0:21.7.0(0001.462*kW)', '1-0:23.7.0(0000.529*kVAr)', '1-0:32.7.0(221.2*V)').phases;
    expect(l1).toMatchObject({ source: 'apparent-power', isVoltageAssumed: false });
    expect(l1?.currentA).toBeCloseTo(7.029, 3);
  });

  it.each([
    ['000*A', 1],
    ['007.0*A', 0.1],
    ['000.27*A', 0.01],
  ])('%s may be wrong by a whole last digit', (text, uncertaintyA) => {
    expect(currentsOf(`1-0:31.7.0(${text})`).phases[0]?.uncertaintyA).toBeCloseTo(uncertaintyA, 9);
  });

  it('that are printed too small for their power are uncertain by the rest', () => {
    const [l1] = currentsOf('1-0:31.7.0(002*A)', '1-0:21.7.0(02.300*kW)', '1-0:32.7.0(230.0*V)').phases;
    // 10 A are needed; 002 A can hold 3.
    expect(l1?.uncertaintyA).toBeCloseTo(1 + 7, 6);
  });
});

describe('a stream that is not sound', () => {
  it.each([
    ['garbage before', ['xyz\u00ff\u0000', ADN9], ['garbage']],
    ['the second half of another', [KAIFA.slice(300), ADN9], ['garbage']],
    ['a first half, then a whole one without a pause', [KAIFA.slice(0, 300), ADN9], ['broken-off']],
    ['a first half that ends in a line of its own', [`${KAIFA.slice(0, 300)}\r\n`, ADN9], ['broken-off']],
    ['a slash in the noise', ['//ab/', ADN9], ['garbage', 'garbage', 'garbage']],
    ['a wrong CRC', [ADN9.replace('007.0', '017.0'), ADN9], ['checksum']],
    ['something else behind the end', [ADN9.replace('!759E', '!75x9E'), ADN9], ['malformed-end']],
  ] as const)('%s: the sound one is found', (_, chunks, reasons) => {
    const heard = hear(chunks);
    expect(only(heard).values.powerW).toBe(4251);
    expect(heard.reasons.filter((reason) => reason !== 'garbage')).toEqual(reasons.filter((reason) => reason !== 'garbage'));
    expect(heard.reasons.length).toBeGreaterThanOrEqual(reasons.length);
  });

  it('half a telegram and, later, half of the next are none', () => {
    const heard = hear([DSMR22.slice(0, 200), DSMR22.slice(200)], [0, 10_000]);
    expect(heard.decoded).toEqual([]);
    expect(heard.reasons[0]).toBe('broken-off');
  });

  it('is not held for ever: what never ends is refused, and the next is found', () => {
    const heard = hear([`/ABC5\r\n${'1-0:1.7.0(00.100*kW)\r\n'.repeat(1000)}`, ADN9]);
    expect(heard.reasons).toContain('too-long');
    expect(only(heard).values.powerW).toBe(4251);
  });
});
