import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { ChargebenchError, type Failure } from '../../core/errors.ts';
import { checkFileFormat, parsePart } from '../../core/site/file-gate.ts';
import { restoreSitePart } from '../../core/site/restore-site.ts';
import type { Site } from '../../core/site/site.ts';
import { siteFileOf } from '../../core/site/write-site.ts';
import { replaceFile } from './replace-file.ts';

export const PROJECT_FILE = 'project.json';
const FORMAT = { format: 'chargebench-project', version: 1 } as const;

/** `site` is that of a site file; it is judged by its own gate. */
const projectSchema = z.strictObject({
  format: z.string(),
  version: z.number(),
  name: z.string().min(1).max(80),
  source: z.enum(['simulated', 'hardware']),
  site: z.unknown(),
});

export interface Project {
  readonly name: string;
  readonly source: 'simulated' | 'hardware';
  readonly site: Site;
}

/** Reads the project of a folder; null where there is none yet. Throws `invalid-file` or `newer-version` with file, path and rule. */
export function readProject(folder: string): Project | null {
  const file = join(folder, PROJECT_FILE);
  if (!existsSync(file)) return null;
  const opened = checkFileFormat(parseJson(file), FORMAT);
  if (!opened.ok) throw inFile(file, opened.error);
  const parsed = parsePart(projectSchema, opened.value, []);
  if (!parsed.ok) throw inFile(file, parsed.error);
  const site = restoreSitePart(parsed.value.site, ['site']);
  if (!site.ok) throw inFile(file, site.error);
  return { name: parsed.value.name, source: parsed.value.source, site: site.value };
}

/** Replaces the file as a whole: a crash in between leaves the old one. Throws `not-writable`. */
export function writeProject(folder: string, project: Project): void {
  const file = join(folder, PROJECT_FILE);
  const content = { ...FORMAT, name: project.name, source: project.source, site: siteFileOf(project.site).site };
  try {
    replaceFile(file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** The folder with its place for runs, made where it is missing. Throws `not-writable`. */
export function makeProjectFolder(folder: string): string {
  const path = resolve(folder);
  try {
    mkdirSync(join(path, 'runs'), { recursive: true });
  } catch (error) {
    throw notWritable(path, error);
  }
  return path;
}

export function projectNameOf(folder: string): string {
  return basename(resolve(folder)).slice(0, 80) || 'project';
}

/** A JSON file as it stands. Throws `not-found`, or `invalid-file` with the parser's words. */
export function parseJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ChargebenchError('not-found', { file, cause: codeOf(error) }, { cause: error });
  }
  return parseJsonText(text, file);
}

/** `file` is what a refusal names. Throws `invalid-file`. */
export function parseJsonText(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new ChargebenchError('invalid-file', { file, path: '', rule: 'json', message: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

function inFile(file: string, { code, context }: Failure): ChargebenchError {
  return new ChargebenchError(code, { file, ...context });
}

function notWritable(path: string, error: unknown): ChargebenchError {
  return new ChargebenchError('not-writable', { path, cause: codeOf(error) }, { cause: error });
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}
