/** How an OpenEVSE controller hears RAPI (reference openevse e.1 to e.3): 32 bytes, ten tokens, three forms of checksum. */
import { rapiAdditiveChecksum, rapiChecksum } from '../../core/protocols/rapi.ts';

/** With the terminating zero. */
const BUFFER_BYTES = 32;
const MOST_TOKENS = 10;
const DOLLAR = 0x24;
const CR = 0x0d;

export type HeardCommand =
  | { readonly kind: 'command'; readonly tokens: readonly string[]; readonly sequenceId: number | null }
  /** Answered by a bare `$NK`. */
  | { readonly kind: 'damaged' };

export interface RapiReceiver {
  push(bytes: Uint8Array): void;
}

/** Bytes before `$` are passed over; a `$` begins anew; a line that is too long is forgotten without an answer. */
export function createRapiReceiver(hears: (command: HeardCommand) => void, hasSequenceIds: boolean): RapiReceiver {
  let line: string | null = null;
  const take = (byte: number): void => {
    if (byte === DOLLAR) line = '$';
    else if (line === null) return;
    else if (byte === CR) {
      hears(readCommand(line, hasSequenceIds));
      line = null;
    } else if (line.length >= BUFFER_BYTES - 1) line = null;
    else line += String.fromCharCode(byte);
  };
  return {
    push(bytes) {
      for (const byte of bytes) take(byte);
    },
  };
}

function readCommand(line: string, hasSequenceIds: boolean): HeardCommand {
  const [, body = line, mark, sum = ''] = /^(.*)([\^*])(..)$/.exec(line) ?? [];
  const expected = mark === '^' ? rapiChecksum(body) : mark === '*' ? rapiAdditiveChecksum(body) : sum;
  if (expected !== sum.toUpperCase()) return { kind: 'damaged' };
  const tokens = body.split(' ').filter((token) => token !== '');
  if (tokens.length > MOST_TOKENS) return { kind: 'damaged' };
  const id = hasSequenceIds ? /^:([0-9A-Fa-f]{2})$/.exec(tokens.at(-1) ?? '')?.[1] : undefined;
  return { kind: 'command', tokens: id === undefined ? tokens : tokens.slice(0, -1), sequenceId: id === undefined ? null : Number.parseInt(id, 16) };
}
