import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { ErrorCode, Failure } from '../../core/errors.ts';

/** Exit codes of every command. */
export const GOOD = 0;
export const ANSWER_IS_NO = 1;
export const WRONG_USE = 2;

/** Where a command writes: results on `out`, everything else on `err`. */
export interface Io {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** A line that the next one replaces; nothing where nobody looks. */
  progress(line: string): void;
}

export interface Command {
  readonly summary: string;
  readonly help: string;
  /** Answers the exit code. */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command was called in a way it does not know. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options and positionals; throws WrongUse for anything not named in `options`. */
export function readArgs<const Known extends Options>(args: readonly string[], options: Known) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

/** A TCP port from an option's text; undefined where it was not given. */
export function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new WrongUse(`--${name} takes a port from 0 to 65535, not "${text}"`);
  return port;
}

/** What to do about a failure, where its context does not say. */
const CURES: Readonly<Partial<Record<ErrorCode, string>>> = {
  timeout: 'check that the device has power and that its link is up',
  'link-lost': 'check that the broker runs and can be reached',
  refused: 'read the settings of the device: a limit of its own may be lower, or somebody else commands it',
  'invalid-file': 'mend that place in the file; nothing else was changed',
  'newer-version': 'update this program; the file was left as it is',
  'not-found': 'check the spelling; it may have been renamed or removed',
  'port-in-use': 'close the program that uses the port, or choose another',
  'already-open': 'use the window that has it open, or close that one first',
  'not-writable': 'check space and permissions, or choose another folder',
  unauthorized: 'check user name and password',
};

/** "invalid-file: file a.json, path vehicles/0/evse, rule unknown-evse (mend that place in the file; …)" */
export function textOfFailure({ code, context }: Failure): string {
  const parts = Object.entries(context).map(([key, value]) => `${key} ${value === '' ? '(the whole file)' : String(value)}`);
  const cure = 'cure' in context ? undefined : CURES[code];
  return `${code}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${cure === undefined ? '' : ` (${cure})`}`;
}
