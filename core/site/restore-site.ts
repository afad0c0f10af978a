import { failure, type Result } from '../errors.ts';
import { checkFileFormat, parsePart } from './file-gate.ts';
import { siteSchema } from './schema.ts';
import type { Site } from './site.ts';
import { structureFindings } from './structure-findings.ts';

export const SITE_FILE = { format: 'chargebench-site', version: 1 } as const;

/**
 * The one gate for site files of any version: `{format, version, site}` as parsed JSON. Never throws. Fails with
 * `invalid-file` and the path and rule of the first breach, or with `newer-version`.
 */
export function restoreSite(file: unknown): Result<Site> {
  const opened = checkFileFormat(file, SITE_FILE);
  if (!opened.ok) return opened;
  const [extra] = Object.keys(opened.value).filter((key) => !['$schema', 'format', 'version', 'site'].includes(key));
  if (extra !== undefined) return failure('invalid-file', { path: extra, rule: 'unknown-key' });
  return restoreSitePart(opened.value['site'], ['site']);
}

/** The same for a site inside another file, at the given path. */
export function restoreSitePart(value: unknown, path: readonly PropertyKey[]): Result<Site> {
  const parsed = parsePart(siteSchema, value, path);
  if (!parsed.ok) return parsed;
  const [first] = structureFindings(parsed.value);
  if (first === undefined) return parsed;
  return failure('invalid-file', {
    ...first.context,
    path: [...path, first.path].map(String).join('/'),
    rule: first.rule,
  });
}
