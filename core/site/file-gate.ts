import type { z } from 'zod';
import { failure, success, type Result } from '../errors.ts';

/** What marks a file of this program: `format` and `version` at its top, everything else beside them. */
export interface FileFormat {
  readonly format: string;
  /** The newest version that this program understands. */
  readonly version: number;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Lets a parsed JSON file of the given format through. Refuses anything else with `invalid-file` (path, rule) and a
 * file of a later program with `newer-version`, which names both versions.
 */
export function checkFileFormat(file: unknown, known: FileFormat): Result<Readonly<Record<string, unknown>>> {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    return failure('invalid-file', { path: '', rule: 'not-an-object', format: known.format });
  }
  const { format, version } = file as { format?: unknown; version?: unknown };
  if (format !== known.format) return failure('invalid-file', { path: 'format', rule: 'wrong-format', format: known.format });
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    return failure('invalid-file', { path: 'version', rule: 'wrong-version', knownVersion: known.version });
  }
  if (version > known.version) {
    return failure('newer-version', { path: 'version', format: known.format, fileVersion: version, knownVersion: known.version });
  }
  return success(file as Readonly<Record<string, unknown>>);
}

/** Parses one part of a file; the failure names the first breach by its path in the file and how many there are. */
export function parsePart<Schema extends z.ZodType>(schema: Schema, value: unknown, path: Path): Result<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const [first] = parsed.error.issues;
  if (first === undefined) return failure('invalid-file', { path: pathText(path), rule: 'unknown' });
  const issue = innermost(first, []);
  return failure('invalid-file', {
    path: pathText([...path, ...issue.path]),
    rule: issue.rule,
    message: issue.message,
    breaches: parsed.error.issues.length,
  });
}

/** A path as findings and failures write it: circuits/0/meterId. */
export function pathText(path: Path): string {
  return path.map(String).join('/');
}

interface Breach {
  readonly path: Path;
  readonly rule: string;
  readonly message: string;
}

/** Of a union's alternatives the one that was followed deepest is what the author meant. */
function innermost(issue: Issue, above: Path): Breach {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return { path: [...path, issue.keys[0] ?? ''], rule: 'unknown-key', message: issue.message };
  }
  const breach: Breach = { path, rule: issue.code.replaceAll('_', '-'), message: issue.message };
  if (issue.code !== 'invalid_union') return breach;
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1)).map((first) => innermost(first, path));
  return inner.reduce((deepest, next) => (next.path.length > deepest.path.length ? next : deepest), breach);
}
