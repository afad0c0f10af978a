/** Compares our SmartEVSE with reference traces of its state machine: exactly, cycle by cycle. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import { concludeTraces, type ConformanceResult, type TraceResult } from './result.ts';
import { compareTrace } from './smartevse-compare.ts';
import { restoreTrace, TRACE_FORMAT } from './smartevse-trace.ts';

/** Throws `not-found` for a folder without JSON files; files that should be traces and are none stand in the result. */
export function runSmartevseTraces(directory: string): ConformanceResult {
  const folder = [directory, join(directory, 'smartevse-traces')].find((path) => traceNames(path).length > 0);
  if (folder === undefined) throw new ChargebenchError('not-found', { directory, file: '*.json' });
  const results: TraceResult[] = [];
  const unreadable: Failure[] = [];
  for (const name of traceNames(folder)) {
    try {
      results.push(runTrace(folder, name));
    } catch (thrown) {
      unreadable.push(failureOf(thrown));
    }
  }
  return { ...concludeTraces(results, 'with-skipped', lineOf), unreadable };
}

function traceNames(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (!entry.isDirectory() && entry.name.endsWith('.json') ? [entry.name] : [])).sort();
}

function runTrace(folder: string, name: string): TraceResult {
  const content = readContent(folder, name);
  const otherFormat = otherFormatOf(content);
  if (otherFormat !== null) return { verdict: 'skip', name, text: `its format is ${otherFormat}, not ${TRACE_FORMAT}` };
  const trace = restoreTrace(content, name);
  const difference = compareTrace(trace);
  if (difference === null) return { verdict: 'pass', name: trace.id, text: '' };
  const { cycle, field, want, got } = difference;
  return { verdict: 'FAIL', name: trace.id, text: `cycle ${cycle} ${field} want ${textOf(want)} got ${textOf(got)}` };
}

function readContent(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch (thrown) {
    throw new ChargebenchError('invalid-file', { file: name, path: '', rule: 'json', message: String(failureOf(thrown).context['message']) });
  }
}

/** The file names a format of its own: it belongs to somebody else. */
function otherFormatOf(content: unknown): string | null {
  if (typeof content !== 'object' || content === null || !('format' in content)) return null;
  return typeof content.format === 'string' && content.format !== TRACE_FORMAT ? content.format : null;
}

const textOf = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

function lineOf({ verdict, name, text }: TraceResult): string {
  if (verdict === 'pass') return `ok ${name}`;
  return verdict === 'skip' ? `skip ${name}: ${text}` : `FAIL ${name} ${text}`;
}
