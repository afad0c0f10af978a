/** From the bytes of a P1 port to the values of its telegrams. Every refusal is told with its reason and counted. */
import type { ErrorContext, Failure } from '../errors.ts';
import type { P1Decrypt } from './p1-encrypted.ts';
import { createP1Framer, type P1Frame, type P1FrameReason } from './p1-framer.ts';
import { parseP1Telegram, type P1Telegram } from './p1-telegram.ts';
import { readP1Values, type P1Values } from './p1-values.ts';

/** Why a frame became no values, or not all of them. */
export type P1Reason =
  | P1FrameReason
  /** A kind of meter that prints a CRC, or this very one did before. */
  | 'checksum-missing'
  /** Without a CRC every line has to be one. */
  | 'unreadable-line'
  /** A value we need; with a CRC the rest of the telegram holds. */
  | 'unreadable-value'
  /** A heat or gas meter's bridge: nothing that a mains meter says (capture p1/nl-nwa-unpadded-crc). */
  | 'no-electricity';

export interface P1Rejection {
  readonly reason: P1Reason;
  readonly timeMs: number;
  readonly failure: Failure;
}

export interface P1Decoded {
  readonly frame: P1Frame;
  readonly telegram: P1Telegram;
  readonly values: P1Values;
}

export interface P1DecoderOptions {
  readonly onDecoded: (decoded: P1Decoded) => void;
  readonly onRejection: (rejection: P1Rejection) => void;
  readonly decrypt?: P1Decrypt;
}

export interface P1Decoder {
  push(bytes: Uint8Array, timeMs: number): void;
  /** How often each reason has occurred. */
  readonly counts: ReadonlyMap<P1Reason, number>;
}

export function createP1Decoder({ onDecoded, onRejection, decrypt }: P1DecoderOptions): P1Decoder {
  const counts = new Map<P1Reason, number>();
  let hasChecksum = false;

  const reject = (reason: P1Reason, timeMs: number, context: ErrorContext): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const code = reason === 'checksum' ? 'checksum' : reason === 'key-missing' ? 'unauthorized' : 'unexpected-reply';
    onRejection({ reason, timeMs, failure: { code, context: { reason, ...context } } });
  };

  const onFrame = (frame: P1Frame): void => {
    const telegram = parseP1Telegram(frame.text);
    const values = readP1Values(telegram);
    const refusal = refusalOf(frame, telegram, values, hasChecksum);
    if (refusal !== null) {
      reject(refusal.reason, frame.timeMs, refusal.context);
      return;
    }
    hasChecksum ||= frame.checksumText !== null;
    for (const code of values.unreadable) reject('unreadable-value', frame.timeMs, { code, payload: excerpt(telegram, code) });
    onDecoded({ frame, telegram, values });
  };

  const framer = createP1Framer({
    onFrame,
    onRefusal({ reason, byteCount, timeMs, expected }) {
      reject(reason, timeMs, { byteCount, ...(expected === null ? {} : { expected }) });
    },
    ...(decrypt === undefined ? {} : { decrypt }),
  });
  return {
    push(bytes, timeMs) {
      framer.push(bytes, timeMs);
    },
    counts,
  };
}

const excerpt = ({ objects }: P1Telegram, code: string): string => (objects.get(code) ?? []).join(')(').slice(0, 40);

interface Refusal {
  readonly reason: P1Reason;
  readonly context: ErrorContext;
}

function refusalOf(frame: P1Frame, telegram: P1Telegram, values: P1Values, hadChecksum: boolean): Refusal | null {
  if (frame.checksumText === null) {
    const unproven = unprovenBecause(telegram, values, hadChecksum);
    if (unproven !== null) return unproven;
  }
  return isElectric(values) ? null : { reason: 'no-electricity', context: { identification: values.identification.slice(0, 40) } };
}

/** DSMR 2.2 and 3 and German meters print no CRC, neither version nor time, and nothing that is no line. */
function unprovenBecause({ unreadableLines: [line], contradicted }: P1Telegram, { version, hasMeterTime, unreadable: [code] }: P1Values, hadChecksum: boolean): Refusal | null {
  if (hadChecksum || version !== null || hasMeterTime) return { reason: 'checksum-missing', context: {} };
  if (line !== undefined) return { reason: 'unreadable-line', context: { payload: line.slice(0, 40) } };
  const [doubtful = code] = contradicted;
  return doubtful === undefined ? null : { reason: 'unreadable-value', context: { code: doubtful } };
}

const isElectric = ({ powerW, phases }: P1Values): boolean => powerW !== null || phases.some((phase) => phase.powerW !== null || phase.printed !== null);
