import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError } from '../../core/errors.ts';
import type { TrafficEntry } from '../../core/host-api/bench-devices.ts';
import { VERSION } from '../version.ts';

const COLUMNS = ['time (UTC)', 'direction', 'unit', 'device', 'what', 'values', 'latency ms', 'fault', 'bytes'] as const;

/**
 * Writes what was kept of a link as a table with tabs, one line per frame, into a folder of the project. Answers with the path; throws
 * `not-writable`. A file of an earlier moment is never written over.
 */
export function writeTrafficFile(projectFolder: string, linkId: string, entries: readonly TrafficEntry[], wallMs: number): string {
  const folder = join(projectFolder, 'traffic');
  const name = linkId.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const path = join(folder, `${new Date(wallMs).toISOString().replace(/[:.]/g, '-')}-${name}.txt`);
  const head = [`# Chargebench ${VERSION}, traffic of ${linkId}`, `# ${COLUMNS.join('\t')}`];
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${[...head, ...entries.map(lineOf)].join('\n')}\n`, { flag: 'wx' });
    return path;
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ChargebenchError('not-writable', { path, cause }, { cause: error });
  }
}

function lineOf({ wallMs, direction, isOurs, unitId, deviceId, title, fields, latencyMs, fault, hex }: TrafficEntry): string {
  const values = fields.map(({ name, value, unit }) => `${name} ${value === null ? '-' : String(value)}${unit === null ? '' : ` ${unit}`}`).join(', ');
  const from = isOurs ? direction : `${direction} (overheard)`;
  const cells = [new Date(wallMs).toISOString(), from, unitId ?? '', deviceId ?? '', title, values, latencyMs === null ? '' : latencyMs.toFixed(1), fault ?? '', hex];
  return cells.map((cell) => String(cell).replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\r/g, '\\r').replace(/\n/g, '\\n')).join('\t');
}
