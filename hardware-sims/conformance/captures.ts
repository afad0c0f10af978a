/**
 * Puts what real devices have sent through our decoders and compares with what the meta file beside each payload says must come out
 * (format: README of the captures).
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { compareFigures, type Figures } from './capture-figures.ts';
import { readerOfCapture } from './capture-readers.ts';
import { concludeTraces, type ConformanceResult, type TraceResult } from './result.ts';

const META = '.meta.json';

/** A folder of device folders, or one device folder. Throws `not-found` without a meta file there. */
export function runCaptures(directory: string): ConformanceResult {
  const metas = [directory, ...foldersIn(directory)].flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));
  if (metas.length === 0) throw new ChargebenchError('not-found', { directory, file: `*${META}` });
  return concludeTraces(metas.map(runCapture), 'with-skipped');
}

const foldersIn = (directory: string): readonly string[] =>
  isFolder(directory)
    ? readdirSync(directory)
        .sort()
        .map((name) => join(directory, name))
        .filter(isFolder)
    : [];

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

const namesIn = (folder: string): readonly string[] =>
  isFolder(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(META))
        .sort()
    : [];

export interface Capture {
  /** Its folder's name. */
  readonly device: string;
  readonly name: string;
  readonly interfaceText: string;
  readonly decoded: Figures;
  readonly bytes: Uint8Array;
  /** True for `.json`. */
  readonly isDocument: boolean;
}

function runCapture(metaPath: string): TraceResult {
  const name = `${basename(join(metaPath, '..'))}/${basename(metaPath, META)}`;
  try {
    return judge(name, readCapture(metaPath));
  } catch (thrown) {
    const { code, context } = failureOf(thrown);
    return { verdict: 'FAIL', name, text: `${code} ${JSON.stringify(context)}` };
  }
}

function judge(name: string, capture: Capture): TraceResult {
  const reader = readerOfCapture(capture);
  if (typeof reader === 'string') return { verdict: 'skip', name, text: reader };
  const figures = reader(capture);
  if (figures === null) return { verdict: 'skip', name, text: 'nothing in it is for our driver' };
  const { count, differences, left } = compareFigures(capture.decoded, figures);
  if (differences.length > 0) return { verdict: 'FAIL', name, text: differences.join('; ') };
  const remark = left.length === 0 ? '' : `, not read: ${left.join(' ')}`;
  if (count === 0) return { verdict: 'skip', name, text: `none of its figures is read by a driver${remark}` };
  return { verdict: 'pass', name, text: `${String(count)} figures${remark}` };
}

function readCapture(metaPath: string): Capture {
  const meta: unknown = JSON.parse(readFileSync(metaPath, 'utf8'));
  const { interface: interfaceText, decoded } = (meta ?? {}) as Figures;
  const stem = metaPath.slice(0, -META.length);
  const payload = [`${stem}.json`, `${stem}.txt`].find((path) => existsSync(path));
  if (payload === undefined) throw new ChargebenchError('not-found', { file: `${basename(stem)}.json or .txt` });
  if (typeof decoded !== 'object' || decoded === null) throw new ChargebenchError('invalid-file', { file: basename(metaPath), path: 'decoded', rule: 'object' });
  return {
    device: basename(join(metaPath, '..')),
    name: basename(stem),
    interfaceText: typeof interfaceText === 'string' ? interfaceText : '',
    decoded: decoded as Figures,
    bytes: readFileSync(payload),
    isDocument: payload.endsWith('.json'),
  };
}
