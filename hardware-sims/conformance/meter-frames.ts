/**
 * Puts frames of real meters through our parser and the description of their model, and compares with what their file says must come
 * out (format: README of the meter frames). One line per frame.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeRegisters } from '../../core/devices/decode-registers.ts';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import type { MeterDescription } from '../../core/devices/meter-description-schema.ts';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import { answersRequest, parseRtuRequest, parseRtuResponse, parseTcpRequest, parseTcpResponse } from '../../core/protocols/modbus.ts';
import { parsePart } from '../../core/site/file-gate.ts';
import type { RegisterBlock } from '../../core/devices/meter-values.ts';
import { compareFrame, compareWords, countOwn } from './meter-frame-values.ts';
import { meterFramesSchema, type ExtraFrame, type MeterFrame, type MeterFrames } from './meter-frames-file.ts';
import { concludeTraces, type ConformanceResult, type TraceResult } from './result.ts';

/** Throws `not-found` for a folder without JSON files; files that cannot be read stand in the result. */
export function runMeterFrames(directory: string): ConformanceResult {
  const folder = [directory, join(directory, 'meter-frames')].find((path) => namesIn(path).length > 0);
  if (folder === undefined) throw new ChargebenchError('not-found', { directory, file: '*.json' });
  const results: TraceResult[] = [];
  const unreadable: Failure[] = [];
  for (const name of namesIn(folder)) {
    try {
      results.push(...runFile(basename(name, '.json'), readFrames(folder, name)));
    } catch (thrown) {
      unreadable.push(failureOf(thrown));
    }
  }
  return { ...concludeTraces(results, 'with-skipped'), unreadable };
}

function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
}

function readFrames(folder: string, name: string): MeterFrames {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch (thrown) {
    throw new ChargebenchError('invalid-file', { file: name, path: '', rule: 'json', message: String(failureOf(thrown).context['message']) });
  }
  const parsed = parsePart(meterFramesSchema, content, []);
  if (!parsed.ok) throw new ChargebenchError(parsed.error.code, { file: name, ...parsed.error.context });
  return parsed.value;
}

function runFile(name: string, file: MeterFrames): readonly TraceResult[] {
  if (file.frames.length === 0) return [{ verdict: 'skip', name, text: `${file.kind ?? 'no frames'}: there is no frame in it` }];
  const fitting = descriptionsFor(name, file);
  const frames = file.frames.map((frame, index): TraceResult => {
    const frameName = `${name} ${String(index + 1)}`;
    if (fitting.length === 0) return { verdict: 'skip', name: frameName, text: `no description is named like "${file.model}"` };
    try {
      return judge(frameName, frame, fitting);
    } catch (thrown) {
      const { code, context } = failureOf(thrown);
      return { verdict: 'FAIL', name: frameName, text: `${code} ${JSON.stringify(context)}` };
    }
  });
  return [...frames, ...file.extraFrames.map((extra, index) => judgeExtra(`${name} extra ${String(index + 1)}`, extra, fitting))];
}

/** A write, which no description asks for, must be a sound request; words must be the number that the vendor says. */
function judgeExtra(name: string, { what, hex, words, decoded }: ExtraFrame, [description]: readonly MeterDescription[]): TraceResult {
  const differences: string[] = [];
  if (hex !== undefined) {
    const parsed = parseRtuRequest(bytesOf(hex));
    if (!parsed.ok) differences.push(`${parsed.error.code} ${JSON.stringify(parsed.error.context)}`);
  }
  if (words !== undefined && decoded !== undefined && description !== undefined) differences.push(...compareWords(description, words, decoded));
  if (hex === undefined && (words === undefined || decoded === undefined)) return { verdict: 'skip', name, text: `neither frame nor words: ${what}` };
  return differences.length === 0 ? { verdict: 'pass', name, text: what } : { verdict: 'FAIL', name, text: `${what}: ${differences.join('; ')}` };
}

function judge(name: string, frame: MeterFrame, fitting: readonly MeterDescription[]): TraceResult {
  const block = blockOf(frame);
  const description = meantBy(frame, block, fitting);
  const differences = compareFrame(description, frame, block);
  if (differences.length > 0) return { verdict: 'FAIL', name, text: `${description.model}: ${differences.join('; ')}` };
  return { verdict: 'pass', name, text: `${description.model}, ${String(frame.decoded.length)} values` };
}

/** A file may hold frames of two variants: meant is the one that takes the frame for one of its own and has most of its registers in it. */
function meantBy(frame: MeterFrame, block: RegisterBlock, fitting: readonly MeterDescription[]): MeterDescription {
  const isOwn = (description: MeterDescription): boolean => !decodeRegisters(description, [block]).rejected.some(({ reason }) => reason === 'expectation-not-met');
  const own = fitting.filter(isOwn);
  const [first, ...others] = own.length > 0 ? own : fitting;
  if (first === undefined) throw new ChargebenchError('internal', { what: 'no description' });
  return others.reduce((best, next) => (countOwn(next, frame) > countOwn(best, frame) ? next : best), first);
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.trim().split(/\s+/), (pair) => Number.parseInt(pair, 16));

/** Throws what is wrong with request or answer, or that they do not belong together. */
function blockOf(frame: MeterFrame): RegisterBlock {
  const isTcp = frame.transport === 'tcp';
  const asked = (isTcp ? parseTcpRequest : parseRtuRequest)(bytesOf(frame.requestHex));
  if (!asked.ok) throw new ChargebenchError(asked.error.code, { frame: 'request', ...asked.error.context });
  const answered = (isTcp ? parseTcpResponse : parseRtuResponse)(bytesOf(frame.responseHex));
  if (!answered.ok) throw new ChargebenchError(answered.error.code, { frame: 'answer', ...answered.error.context });
  const [request, answer] = [asked.value.content, answered.value.content];
  if (request.kind !== 'read' || answer.kind !== 'words' || !answersRequest(request, answer) || asked.value.unitId !== answered.value.unitId) {
    throw new ChargebenchError('unexpected-reply', { reason: 'answer-to-something-else' });
  }
  const told = { unitId: asked.value.unitId, function: request.table === 'holding' ? 3 : 4, address: request.address, count: request.count };
  for (const key of ['unitId', 'function', 'address', 'count'] as const) {
    if (told[key] !== frame[key]) throw new ChargebenchError('unexpected-reply', { reason: `${key}-differs`, want: frame[key], got: told[key] });
  }
  return { table: request.table, address: request.address, words: answer.words };
}

/** Small letters and digits of a name, without what stands in brackets. */
const plain = (text: string): string => text.replace(/\(.*?\)/g, '').replace(/^LCD\b/, '').toLowerCase().replace(/[^a-z0-9]/g, '');

/** By the file's name first, then by model and other names; empty where none fits. */
function descriptionsFor(name: string, { model, aliases }: MeterFrames): readonly MeterDescription[] {
  const described = [...BUNDLED_METERS.values()].filter(({ modbus }) => modbus !== undefined);
  const namesOf = (description: MeterDescription): readonly string[] => [description.model, description.name, ...description.aliases].map(plain);
  const named = (...wanted: readonly string[]): readonly MeterDescription[] =>
    described.filter((description) => namesOf(description).some((each) => wanted.map(plain).includes(each)));
  // A name on an LCD stands for several models: it counts only where nothing else does.
  const isOnScreen = (alias: string): boolean => alias.startsWith('LCD');
  const found = [...new Set([...named(name), ...named(model), ...named(...aliases.filter((alias) => !isOnScreen(alias)))])];
  return found.length > 0 ? found : named(...aliases.filter(isOnScreen)).slice(0, 1);
}
