/** The file of a sweep: one line of JSON per run, appended as runs end, so that a sweep that was ended goes on where it was. */
import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { ChargebenchError } from '../../core/errors.ts';
import { parseLine, type SweepLine } from './sweep-line.ts';

const LINE_BEGINS = '{"key":"';

export interface SweepFile {
  append(line: SweepLine): void;
  close(): void;
}

/**
 * Opens a sweep's file, or begins one, and tells every whole line in it. A last line without its end is dropped: its run is
 * played again. Throws `invalid-file` for a line that is no run, naming it and leaving the file as it is, and `not-writable`.
 */
export async function openSweepFile(path: string, onLine: (line: SweepLine) => void): Promise<SweepFile> {
  const wholeBytes = existsSync(path) ? await readLines(path, onLine) : 0;
  const file = open(path);
  ftruncateSync(file, wholeBytes);
  return {
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      } catch (error) {
        throw notWritable(path, error);
      }
    },
    close() {
      closeSync(file);
    },
  };
}

/** A piece at a time; answers the length of all whole lines. */
async function readLines(path: string, onLine: (line: SweepLine) => void): Promise<number> {
  let begun: Buffer = Buffer.alloc(0);
  let wholeBytes = 0;
  let number = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      let rest = begun.length === 0 ? (chunk as Buffer) : Buffer.concat([begun, chunk as Buffer]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        number += 1;
        const line = parseLine(rest.subarray(0, end).toString('utf8'));
        if (line === null) throw new ChargebenchError('invalid-file', { file: path, line: number, rule: 'no-run-of-a-sweep' });
        onLine(line);
        wholeBytes += end + 1;
        rest = rest.subarray(end + 1);
      }
      begun = rest;
    }
    if (!isBegunLine(begun)) throw new ChargebenchError('invalid-file', { file: path, line: number + 1, rule: 'no-run-of-a-sweep' });
  } catch (error) {
    if (error instanceof ChargebenchError) throw error;
    throw notWritable(path, error);
  }
  return wholeBytes;
}

/** Of a file that is none of ours nothing is dropped. */
function isBegunLine(bytes: Buffer): boolean {
  const text = bytes.toString('utf8', 0, LINE_BEGINS.length);
  return LINE_BEGINS.startsWith(text);
}

function open(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw notWritable(path, error);
  }
}

function notWritable(path: string, error: unknown): ChargebenchError {
  const { code } = error as { code?: unknown };
  return new ChargebenchError('not-writable', { path, cause: typeof code === 'string' ? code : String(error) }, { cause: error });
}
