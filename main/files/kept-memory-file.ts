import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import { keptMemorySchema, NOTHING_KEPT, type KeptMemory } from '../../core/loop/kept-memory.ts';
import { checkFileFormat, parsePart } from '../../core/site/file-gate.ts';
import { parseJson } from './project.ts';
import { replaceFile } from './replace-file.ts';

export const KEPT_MEMORY_FILE = 'memory.json';
const FORMAT = { format: 'chargebench-memory', version: 1 } as const;
/** The running quarter-hour is worth no more than this; a new peak is written at once. */
const PERIOD_MS = 60_000;

export interface KeptMemoryFile {
  /** What an earlier life of the program has kept; nothing where there is none or the file is of no use, which is told. */
  read(): KeptMemory;
  /** Writes what has changed, at most once a minute unless the peak has moved. A disk that refuses is told once. */
  note(kept: KeptMemory, wallMs: number): void;
  /** Writes whatever is newest. */
  flush(): void;
  /** Another site takes the place of the one this was kept for. */
  forget(): void;
}

export function createKeptMemoryFile(folder: string, onFailure: (failure: Failure) => void): KeptMemoryFile {
  const file = join(folder, KEPT_MEMORY_FILE);
  let newest: KeptMemory = NOTHING_KEPT;
  let written: { readonly kept: KeptMemory; readonly wallMs: number } = { kept: NOTHING_KEPT, wallMs: -Infinity };
  let hasFailed = false;

  const write = (wallMs: number): void => {
    if (newest.quarter === null || newest === written.kept) return;
    written = { kept: newest, wallMs };
    try {
      replaceFile(file, `${JSON.stringify({ ...FORMAT, ...newest }, null, 2)}\n`);
    } catch (error) {
      if (!hasFailed) onFailure(new ChargebenchError('not-writable', { path: file, cause: failureOf(error).code }));
      hasFailed = true;
    }
  };

  return {
    read() {
      if (!existsSync(file)) return NOTHING_KEPT;
      try {
        return readKept(file);
      } catch (error) {
        onFailure(failureOf(error));
        return NOTHING_KEPT;
      }
    },
    note(kept, wallMs) {
      newest = kept;
      const hasMoved = kept.quarter?.peakW !== written.kept.quarter?.peakW;
      if (hasMoved || Math.abs(wallMs - written.wallMs) >= PERIOD_MS) write(wallMs);
    },
    flush() {
      write(written.wallMs);
    },
    forget() {
      newest = NOTHING_KEPT;
      written = { kept: NOTHING_KEPT, wallMs: -Infinity };
      rmSync(file, { force: true });
    },
  };
}

function readKept(file: string): KeptMemory {
  const opened = checkFileFormat(parseJson(file), FORMAT);
  if (!opened.ok) throw new ChargebenchError(opened.error.code, { file, ...opened.error.context });
  const { format: _format, version: _version, ...content } = opened.value;
  const kept = parsePart(keptMemorySchema, content, []);
  if (!kept.ok) throw new ChargebenchError(kept.error.code, { file, ...kept.error.context });
  return kept.value;
}
