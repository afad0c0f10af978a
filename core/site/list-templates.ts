import { failure, type Result } from '../errors.ts';
import { restoreSite } from './restore-site.ts';
import type { Site } from './site.ts';
import twoEvsesOneBreaker from './templates/two-evses-one-breaker.json' with { type: 'json' };

/** Starting sites by name, as parsed site files. */
const TEMPLATES: ReadonlyMap<string, unknown> = new Map([['two-evses-one-breaker', twoEvsesOneBreaker]]);

export function listTemplates(): readonly string[] {
  return [...TEMPLATES.keys()];
}

/** The template's file as it stands; fails with `not-found`. */
export function templateFile(name: string): Result<unknown> {
  const file = TEMPLATES.get(name);
  return file === undefined ? failure('not-found', { template: name }) : { ok: true, value: file };
}

/** The site of a template; fails with `not-found`. */
export function templateSite(name: string): Result<Site> {
  const file = templateFile(name);
  return file.ok ? restoreSite(file.value) : file;
}
