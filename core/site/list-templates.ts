import { failure, type Result } from '../errors.ts';
import { restoreSite } from './restore-site.ts';
import type { Site } from './site.ts';
import empty from './templates/empty.json' with { type: 'json' };
import houseOneEvse from './templates/house-one-evse.json' with { type: 'json' };
import ocppShelly3em from './templates/ocpp-shelly-3em.json' with { type: 'json' };
import p1Easee from './templates/p1-easee.json' with { type: 'json' };
import smartevsePowerShare from './templates/smartevse-power-share.json' with { type: 'json' };
import solar from './templates/solar.json' with { type: 'json' };
import twoEvsesOneBreaker from './templates/two-evses-one-breaker.json' with { type: 'json' };

/** Starting sites by name, as parsed site files. */
const TEMPLATES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['two-evses-one-breaker', twoEvsesOneBreaker],
  ['house-one-evse', houseOneEvse],
  ['solar', solar],
  ['smartevse-power-share', smartevsePowerShare],
  ['ocpp-shelly-3em', ocppShelly3em],
  ['p1-easee', p1Easee],
  ['empty', empty],
]);

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
