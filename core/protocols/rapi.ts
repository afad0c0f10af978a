/** RAPI, the controller's serial protocol (reference e.1, e.2): `$CC p1 p2 ^xk`, xk the XOR of all bytes before `^`. */
import { failure, success, type Result } from '../errors.ts';

/** Two upper-case hex digits. */
export function rapiChecksum(text: string): string {
  let sum = 0;
  for (const character of text) sum ^= character.charCodeAt(0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}

export function rapiFrame(text: string): string {
  return `${text}^${rapiChecksum(text)}`;
}

/** The tokens of an answer after `$OK`; `refused` on `$NK`, `checksum` or `unexpected-reply` on anything else. */
export function readRapiAnswer(answer: string): Result<readonly string[]> {
  const match = /^(\$(?:OK|NK)[^^]*)\^([0-9A-Fa-f]{2})\s*$/.exec(answer);
  const [, text, checksum] = match ?? [];
  if (text === undefined || checksum === undefined) return failure('unexpected-reply', { payload: answer.slice(0, 40), expected: 'a RAPI answer' });
  if (rapiChecksum(text) !== checksum.toUpperCase()) return failure('checksum', { payload: answer.slice(0, 40), expected: rapiChecksum(text) });
  const tokens = text.trim().split(/\s+/);
  if (tokens[0] === '$NK') return failure('refused', { payload: answer.slice(0, 40) });
  return success(tokens.slice(1));
}
