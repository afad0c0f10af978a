import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encryptedFrame, encryptedFrameBytes, encryptedFrameLength } from '../../core/protocols/p1-encrypted.ts';
import { createP1Decryption } from './p1-decryption.ts';

const KEY = '056F9B0CFEDF150E889BEAD52FA7A174';

/**
 * svrooij/smartmeter2mqtt, docs/advanced/decryption (MIT): a Kaifa telegram sealed with the fictive key above. Its author has put 00 where
 * meters have 82, and his tag does not fit; nonce, counter and place of the telegram are those of the specification.
 */
const SAMPLE =
  'db08abcdefabcdef1234000236300000000a632a0d6906545bb83d844c4f917647c2d03130211b9119b98f49e9b7cda67499445997301e0a0b570951f9f8ebef12dfddc71b1f405f502a86fe85fbafb8fab7b6d0f59b1626527c21d63f60ae1bbd91c20bab4d8c48f5c7eb3443032a02b591874eb75a96ad00e7b2fa815938fbf3842ca8964f1a22acf7312e90020e730591c6a1b85d709ecbd6eacef828c44f07b5f34e219cd09d6047d23c74181303cf8d04ab3790aab2d264a60d971bce3382eb6e3bc4ac0e0b1ebf630244433d5507c9d2674256878e5d0506f1a6c7029bc89d43eefdfd2a765b87e80808a5004e1714750f47b6f2b507ea295503bb6394f1a8fa46c5309fef84258bf1b20f450097ed1aab393c5a68cbe60aa51e1606cb711ddd9e3afb1b23177efa0b4bcc00f6e105ba759c69c3abc598ddaa806fb8e78a5d68bd74ba51520ee8c6054eeb2a0c25a17992b5b043740a8d7d521b316f156ef7202b6b520eb81fb96617079673cef3e955a5791fcc356d38a08514d9ec8cccd46be9de106c882f66bbb53e8291cf99f74122b6caccde878f79cc7bb9b5219d9e2131879bea23d3a616ad82f3fb1be6c9a112039a0a991e2f66d7a8c54e4a2f5d015a79df3fe24623df0b934d234a2a6dbbe0797e00ca69cdd2dd4c36cc7077e64dd88c3a58a46bbea4a6be97b0420569315e783505a573e7071112af1ba30e2c79d06a8773e395a27c3452b7d16f674221be6273a9afe7475fccc282e950098e09552c0762ead82e085d5459f6b737c5dec34f49c49313c500c1751a5055f02d9d';

describe('an encrypted P1 frame', () => {
  test('of somebody else has nonce and telegram where we look for them', () => {
    const bytes = Uint8Array.from(Buffer.from(SAMPLE, 'hex'));
    bytes[10] = 0x82;
    expect(encryptedFrameLength(bytes.subarray(0, 13), 16_384)).toBe(bytes.length);
    const { nonce, sealed } = encryptedFrame(bytes);
    const decipher = createDecipheriv('aes-128-gcm', Buffer.from(KEY, 'hex'), nonce);
    expect(decipher.update(sealed).toString('latin1')).toMatch(/^\/KFM5KAIFA-METER\s+1-3:0\.2\.8\(42\)\s[\s\S]*1-0:1\.7\.0\(00\.329\*kW\)[\s\S]*!588F\s*$/);
  });

  test('is known by its head, piece by piece', () => {
    const bytes = Uint8Array.from(Buffer.from(SAMPLE, 'hex'));
    expect(encryptedFrameLength(bytes.subarray(0, 10), 16_384)).toBe('more');
    expect(encryptedFrameLength(bytes.subarray(0, 11), 16_384)).toBe('none');
    expect(encryptedFrameLength(Uint8Array.of(0xdb, 0x09), 16_384)).toBe('none');
    bytes[10] = 0x82;
    expect(encryptedFrameLength(bytes, 500)).toBe('none');
  });

  const sealed = (authenticationKey: string): ReturnType<typeof encryptedFrame> => {
    const nonce = Buffer.from('5341476770006 7c8000069f1'.replaceAll(' ', ''), 'hex');
    const cipher = createCipheriv('aes-128-gcm', Buffer.from(KEY, 'hex'), nonce, { authTagLength: 12 });
    cipher.setAAD(Buffer.from(`30${authenticationKey}`, 'hex'));
    const text = Buffer.concat([cipher.update('/Lux5\r\n', 'latin1'), cipher.final()]);
    return encryptedFrame(encryptedFrameBytes({ nonce: Uint8Array.from(nonce), sealed: Uint8Array.from(text), tag: Uint8Array.from(cipher.getAuthTag()) }));
  };

  test.each([
    ['the usual authentication key', { key: KEY }, '00112233445566778899AABBCCDDEEFF', '/Lux5\r\n'],
    ['one of its own', { key: KEY, authenticationKey: 'FF112233445566778899AABBCCDDEEFF' }, 'FF112233445566778899AABBCCDDEEFF', '/Lux5\r\n'],
    ['another one than the meter has', { key: KEY }, 'FF112233445566778899AABBCCDDEEFF', null],
    ['a wrong key', { key: '0'.repeat(32) }, '00112233445566778899AABBCCDDEEFF', null],
  ])('is opened with %s, or not at all', (_, keys, authenticationKey, text) => {
    const decryption = createP1Decryption(keys);
    if (!decryption.ok) throw new Error(decryption.error.code);
    const opened = decryption.value(sealed(authenticationKey));
    expect(opened === null ? null : Buffer.from(opened).toString('latin1')).toBe(text);
  });

  test.each(['', 'abc', `${KEY}00`, 'x'.repeat(32)])('a key that is none is refused, and not repeated: %s', (key) => {
    expect(createP1Decryption({ key })).toEqual({ ok: false, error: { code: 'invalid-argument', context: { what: 'key', rule: '32 hex digits' } } });
  });
});
