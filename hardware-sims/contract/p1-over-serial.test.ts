import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { P1Decrypt } from '../../core/protocols/p1-encrypted.ts';
import { bytesOf } from '../byte-port.ts';
import type { P1DialectName } from '../meters/p1-dialects.ts';
import type { P1Seal } from '../meters/p1-port.ts';
import { createP1Bench } from './testing/p1-bench.ts';

const silent = { kind: 'silent' } as const;

describe('a P1 port read over a serial line', () => {
  /**
   * 2300 W at 230 V on each phase is 10 A; L2 feeds 1150 W back. What a dialect prints of that follows from the captures: whole or
   * decimal amperes cut off, powers without voltages, totals alone.
   */
  const rows: readonly (readonly [P1DialectName, currentA: readonly (number | null)[], uncertaintyA: number, periodMs: number])[] = [
    ['dsmr-4', [10, -5, 10], 1, 10_000],
    ['dsmr-5', [10, -5, 10], 1, 1000],
    ['belgium', [10, -5, 10], 0.01, 1000],
    ['sweden', [10, -5, 10], 0.1, 10_000],
    // No powers of phases: every direction is that of the total, which is import here.
    ['belgium-three-wire', [10, 5, 10], 1, 1000],
    ['hungary', [10, 5, 10], 1, 10_000],
  ];
  it.each(rows)('%s: %j A, known to %d A, every %d ms', async (dialect, currentA, uncertaintyA, periodMs) => {
    const bench = createP1Bench({ dialect });
    Object.assign(bench.loads[1] ?? {}, { powerW: -1150 });
    await bench.run(61);
    expect(bench.latest()).toMatchObject({ meterId: 'mains', isLive: true, currentA });
    for (const stated of bench.latest().currentUncertaintyA ?? []) expect(stated).toBeCloseTo(uncertaintyA, 6);
    expect(bench.driver.details().periodMs).toBe(periodMs);
    expect(bench.readings.length).toBe(Math.floor(61_000 / periodMs));
    expect(bench.rejections).toEqual([]);
  });

  it('takes powers over the nominal voltage where neither current nor voltage is printed, and adds what that leaves open', async () => {
    const bench = createP1Bench({ dialect: 'germany' });
    await bench.run(10);
    // 2300 W over 230 V, 11 % for a power factor of 0.9 and 10 % for the voltage, of which 1 A stands in the description already.
    const [current] = bench.driver.details().currents?.phases ?? [];
    expect(current).toMatchObject({ currentA: 10, source: 'active-power', isVoltageAssumed: true });
    expect(bench.latest().currentA[0]).toBeCloseTo(10 + 10 * (1 / 0.9 - 1 + 0.1) + 1 / 230 - 1, 6);
    expect(bench.driver.details().rejections.get('garbage')).toBeGreaterThan(0);
  });

  it.each(['luxembourg', 'austria', 'dsmr-2.2', 'dsmr-3'] as const)('%s tells a total alone: the whole of it may be on one phase', async (dialect) => {
    const bench = createP1Bench({ dialect });
    await bench.run(40);
    expect(bench.latest().currentA[0]).toBeGreaterThanOrEqual(30);
    expect(bench.driver.details().currents?.phases[2]).toMatchObject({ source: 'total-power', signedBy: 'total-power' });
  });

  it('says nothing of phases once such a meter has fed in: one phase may then carry more than the total', async () => {
    const bench = createP1Bench({ dialect: 'austria' });
    await bench.run(5);
    const before = bench.readings.length;
    for (const load of bench.loads) load.powerW = -500;
    await bench.run(10);
    expect(bench.readings.length).toBeLessThanOrEqual(before + 1);
    for (const load of bench.loads) load.powerW = 2300;
    await bench.run(10);
    expect(bench.readings.length).toBeLessThanOrEqual(before + 1);
    expect(bench.rejections).toContain('no-current');
  });

  it('is certain of the total on a one-phase connection', async () => {
    const bench = createP1Bench({ dialect: 'austria', phaseCount: 1, meter: { clamp: 'one-phase', phaseMap: [1, 0, 2] } });
    Object.assign(bench.loads[0] ?? {}, { powerW: -4600 });
    await bench.run(5);
    expect(bench.latest().powerW).toEqual([null, -4600, null]);
    expect(bench.latest().currentA[0]).toBeNull();
    // -20 A, less what power factor and voltage leave open beyond the described ampere.
    expect(bench.latest().currentA[1]).toBeCloseTo(-20 + 20 * (1 / 0.9 - 1 + 0.1) + 1 / 230 - 1, 6);
  });

  it.each([
    [[0, 1, 2], [4, 3, 2]],
    [[1, 2, 0], [2, 4, 3]],
    [[2, 0, 1], [3, 2, 4]],
  ] as const)('puts its phases where the site says: %j', async (phaseMap, currentA) => {
    const bench = createP1Bench({ meter: { phaseMap: [...phaseMap] } });
    bench.loads.forEach((load, phase) => Object.assign(load, { powerW: 230 * (4 - phase) }));
    await bench.run(3);
    expect(bench.latest().currentA).toEqual(currentA);
  });

  it('says who it is', async () => {
    const bench = createP1Bench();
    expect(await bench.settle(bench.driver.identify())).toEqual({ model: 'ISK5\\2M550T-1011', firmware: '50', serial: null });
  });

  it('gives the next reading that comes, and gives up after the allowed age', async () => {
    const bench = createP1Bench();
    const waiting = bench.driver.read();
    expect((await bench.settle(waiting)).timeMs).toBe(1000);
    bench.line.fault = silent;
    await expect(bench.settle(bench.driver.read())).rejects.toMatchObject({ code: 'timeout' });
    await expect(bench.settle(bench.driver.read(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a line that is not sound', () => {
  it.each([
    ['corrupt', { kind: 'corrupt' } as const],
    ['cut short', { kind: 'cut-short', byteCount: 200 } as const],
  ])('telegrams that are %s are none, each refusal is counted, and the next sound one is taken', async (_, fault) => {
    const bench = createP1Bench();
    await bench.run(3);
    const before = bench.readings.length;
    bench.line.fault = fault;
    await bench.run(20);
    expect(bench.readings.length).toBe(before);
    const counted = [...bench.driver.details().rejections.values()].reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(bench.rejections.length);
    expect(counted).toBeGreaterThanOrEqual(19);
    bench.line.fault = null;
    await bench.run(3);
    expect(bench.readings.length).toBeGreaterThanOrEqual(before + 2);
  });

  it('finds a telegram behind the tail of another one', async () => {
    const bench = createP1Bench();
    bench.line.fault = { kind: 'garbage-before', bytes: bytesOf('(000.0*V)\r\n1-0:31.7.0(0') };
    await bench.run(5);
    expect(bench.readings.length).toBe(5);
  });

  it('a cable that is pulled in mid-telegram costs that telegram', async () => {
    const bench = createP1Bench();
    await bench.run(3);
    bench.wire.unplug();
    await bench.run(5);
    bench.wire.plugIn();
    await bench.run(3);
    expect(bench.readings.length).toBe(6);
  });

  it('a telegram without a CRC is believed once another one had the same objects', async () => {
    const bench = createP1Bench({ dialect: 'germany' });
    await bench.run(1.5);
    expect(bench.readings).toEqual([]);
    expect(bench.rejections).toContain('unconfirmed');
    await bench.run(1);
    expect(bench.readings.length).toBe(1);
  });

  it('gives nothing while the meter has no power', async () => {
    const bench = createP1Bench();
    await bench.run(3);
    bench.device.cutPower();
    await bench.run(10);
    expect(bench.readings.length).toBe(3);
  });
});

describe('speed and frame of the port', () => {
  it.each([
    ['dsmr-2.2', [115_200, 9600]],
    ['dsmr-5', [115_200]],
    ['belgium', [115_200]],
  ] as const)('%s: the bytes say which, formats tried: %j', async (dialect, bauds) => {
    const bench = createP1Bench({ dialect, isSettable: true });
    await bench.run(65);
    expect(bench.formats.map(({ baud }) => baud)).toEqual(bauds);
    expect(bench.readings.length).toBeGreaterThan(0);
  });

  it('is as the site says where it says so', async () => {
    const bench = createP1Bench({ dialect: 'dsmr-3', isSettable: true, meter: { link: { kind: 'serial', port: 'serial:/dev/ttyUSB1', baud: 9600 } } });
    await bench.run(35);
    expect(bench.formats).toEqual([{ baud: 9600, dataBits: 7, parity: 'even', stopBits: 1 }]);
    expect(bench.readings.length).toBeGreaterThan(0);
  });

  it('reads seven bits with even parity that a port server hands on as eight', async () => {
    const bench = createP1Bench({ dialect: 'dsmr-3' });
    const { port } = bench.device;
    const attach = port.attach.bind(port);
    // The device behind a server that is set to 8N1: the parity stands in the eighth bit.
    attach((bytes) => {
      const withParity = bytes.map((byte) => (byte.toString(2).replaceAll('0', '').length % 2 === 0 ? byte : byte | 0x80));
      void bench.wire.far.write(withParity);
    });
    await bench.run(65);
    expect(bench.driver.details().format).toBe('old');
    expect(bench.readings.length).toBeGreaterThan(0);
  });
});

/** AES-128-GCM as the Luxembourg specification has it (P1 specification 1.1.3, section 3.2.5), with Node's own cipher. */
describe('an encrypted port', () => {
  const key = Buffer.from('056F9B0CFEDF150E889BEAD52FA7A174', 'hex');
  const authenticated = Buffer.from('3000112233445566778899AABBCCDDEEFF', 'hex');
  const seal: P1Seal = (telegram, frameCounter) => {
    const nonce = Buffer.concat([Buffer.from('SAGgp\x00\x67\xc8', 'latin1'), Buffer.alloc(4)]);
    nonce.writeUInt32BE(frameCounter, 8);
    const cipher = createCipheriv('aes-128-gcm', key, nonce, { authTagLength: 12 });
    cipher.setAAD(authenticated);
    const sealed = Buffer.concat([cipher.update(telegram), cipher.final()]);
    return { nonce: Uint8Array.from(nonce), sealed: Uint8Array.from(sealed), tag: Uint8Array.from(cipher.getAuthTag()) };
  };
  const decryptWith =
    (secret: Buffer): P1Decrypt =>
    ({ nonce, sealed, tag }) => {
      const decipher = createDecipheriv('aes-128-gcm', secret, nonce, { authTagLength: 12 });
      decipher.setAAD(authenticated);
      decipher.setAuthTag(tag);
      try {
        return Uint8Array.from(Buffer.concat([decipher.update(sealed), decipher.final()]));
      } catch {
        return null;
      }
    };

  it('is opened with the key', async () => {
    const bench = createP1Bench({ dialect: 'luxembourg', seal, decrypt: decryptWith(key) });
    await bench.run(35);
    expect(bench.readings.length).toBe(3);
    expect(bench.driver.details()).toMatchObject({ isEncrypted: true, hasChecksum: true, values: { powerW: 6900, version: '42' } });
    expect(bench.rejections).toEqual([]);
  });

  it('says that a key is missing, without trying other speeds', async () => {
    const bench = createP1Bench({ dialect: 'luxembourg', seal, isSettable: true });
    await bench.run(65);
    expect(bench.readings).toEqual([]);
    expect(new Set(bench.rejections)).toEqual(new Set(['key-missing']));
    expect(bench.formats.length).toBe(1);
  });

  it('a wrong key opens nothing', async () => {
    const bench = createP1Bench({ dialect: 'luxembourg', seal, decrypt: decryptWith(Buffer.alloc(16)) });
    await bench.run(65);
    expect(bench.readings).toEqual([]);
    expect(bench.rejections).toContain('not-decrypted');
  });

  it('a frame that was damaged on its way is none', async () => {
    const bench = createP1Bench({ dialect: 'luxembourg', seal, decrypt: decryptWith(key) });
    bench.line.fault = { kind: 'corrupt' };
    await bench.run(65);
    expect(bench.readings).toEqual([]);
    bench.line.fault = null;
    await bench.run(30);
    expect(bench.readings.length).toBeGreaterThan(0);
  });
});
