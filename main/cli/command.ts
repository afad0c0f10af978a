import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Failure } from '../../core/errors.ts';

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

/** "invalid-file: file a.json, path vehicles/0/evse, rule unknown-evse" */
export function textOfFailure({ code, context }: Failure): string {
  const parts = Object.entries(context).map(([key, value]) => `${key} ${String(value)}`);
  return parts.length === 0 ? code : `${code}: ${parts.join(', ')}`;
}
