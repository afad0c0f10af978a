/**
 * The encrypted frame of Luxembourg's and some Austrian meters: the telegram sealed by AES-128-GCM (Luxembourg Smarty P1
 * specification 1.1.3, section 3.2.5):
 *
 *   DB 08 <system title: 8> 82 <length: 2> 30 <frame counter: 4> <sealed telegram> <tag: 12>
 *
 * The length counts everything behind it. The nonce is system title and frame counter together.
 */

export const ENCRYPTED_START = 0xdb;
const SYSTEM_TITLE_LENGTH = 8;
const LONG_LENGTH = 0x82;
const SECURITY_CONTROL = 0x30;
const HEADER_LENGTH = 18;
const TAG_LENGTH = 12;
/** Security control, frame counter and tag, without a telegram. */
const SHORTEST_REST = 1 + 4 + TAG_LENGTH;

export interface P1EncryptedFrame {
  /** 12 bytes: system title and frame counter. */
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
  /** 12 bytes. */
  readonly tag: Uint8Array;
}

/**
 * Opens a frame with the key that the grid company has given to the person; null when the tag does not fit, which is a wrong key or a
 * damaged frame. The key is a secret of whoever makes this function.
 */
export type P1Decrypt = (frame: P1EncryptedFrame) => Uint8Array | null;

/**
 * How many bytes the frame has that begins here: a number once its length is known, `more` while it may still be one, `none` when it is none.
 */
export function encryptedFrameLength(bytes: Uint8Array, longest: number): number | 'more' | 'none' {
  const isOther = (index: number, expected: number): boolean => index < bytes.length && bytes[index] !== expected;
  if (isOther(0, ENCRYPTED_START) || isOther(1, SYSTEM_TITLE_LENGTH) || isOther(10, LONG_LENGTH) || isOther(13, SECURITY_CONTROL)) return 'none';
  const high = bytes[11];
  const low = bytes[12];
  if (high === undefined || low === undefined) return 'more';
  const restLength = high * 256 + low;
  const length = 13 + restLength;
  return restLength <= SHORTEST_REST || length > longest ? 'none' : length;
}

/** Of a whole frame, as `encryptedFrameLength` found it. */
export function encryptedFrame(bytes: Uint8Array): P1EncryptedFrame {
  const nonce = new Uint8Array(12);
  nonce.set(bytes.subarray(2, 10), 0);
  nonce.set(bytes.subarray(14, HEADER_LENGTH), 8);
  const end = bytes.length - TAG_LENGTH;
  return { nonce, sealed: bytes.slice(HEADER_LENGTH, end), tag: bytes.slice(end) };
}

/** The same frame as bytes: for simulators. */
export function encryptedFrameBytes({ nonce, sealed, tag }: P1EncryptedFrame): Uint8Array {
  const restLength = SHORTEST_REST + sealed.length;
  const head = [ENCRYPTED_START, SYSTEM_TITLE_LENGTH, ...nonce.subarray(0, 8), LONG_LENGTH, restLength >> 8, restLength & 0xff, SECURITY_CONTROL, ...nonce.subarray(8)];
  return Uint8Array.from([...head, ...sealed, ...tag]);
}
