import { createDecipheriv } from 'node:crypto';
import { failure, success, type Result } from '../../core/errors.ts';
import type { P1Decrypt } from '../../core/protocols/p1-encrypted.ts';

/**
 * What Luxembourg's meters authenticate besides the telegram: security control and a key that is the same for all of them (Luxembourg
 * Smarty P1 specification 1.1.3, section 3.2.5). Austrian grid companies give one of their own.
 */
const USUAL_AUTHENTICATION_KEY = '00112233445566778899AABBCCDDEEFF';
const SECURITY_CONTROL = 0x30;
const TAG_LENGTH = 12;
const KEY = /^[0-9A-Fa-f]{32}$/;

export interface P1Keys {
  /** 32 hex digits from the grid company; a secret. */
  readonly key: string;
  /** 32 hex digits; the usual one when absent. */
  readonly authenticationKey?: string;
}

/** AES-128-GCM by Node. Fails with `invalid-argument` for keys that are none, without naming them. */
export function createP1Decryption({ key, authenticationKey = USUAL_AUTHENTICATION_KEY }: P1Keys): Result<P1Decrypt> {
  if (!KEY.test(key) || !KEY.test(authenticationKey)) return failure('invalid-argument', { what: 'key', rule: '32 hex digits' });
  const secret = Buffer.from(key, 'hex');
  const authenticated = Buffer.concat([Buffer.of(SECURITY_CONTROL), Buffer.from(authenticationKey, 'hex')]);
  return success(({ nonce, sealed, tag }) => {
    const decipher = createDecipheriv('aes-128-gcm', secret, nonce, { authTagLength: TAG_LENGTH });
    decipher.setAAD(authenticated);
    decipher.setAuthTag(tag);
    try {
      return Uint8Array.from(Buffer.concat([decipher.update(sealed), decipher.final()]));
    } catch {
      // The tag does not fit: a wrong key, or a frame that was damaged on its way.
      return null;
    }
  });
}
