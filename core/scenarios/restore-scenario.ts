import { failure, success, type Result } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { BUNDLED_CURVES } from '../protection/list-curves.ts';
import { checkFileFormat, parsePart } from '../site/file-gate.ts';
import { templateFile } from '../site/list-templates.ts';
import { restoreSitePart } from '../site/restore-site.ts';
import type { Site } from '../site/site.ts';
import { firstInconsistency } from './scenario-consistency.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION, scenarioSchema, type Scenario } from './schema.ts';
import { changedSite } from './site-changes.ts';

export interface RestoredScenario {
  readonly scenario: Scenario;
  /** The scenario's own site, or its template with the scenario's changes. */
  readonly site: Site;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The one gate for scenario files, as parsed JSON. Never throws. Fails with `invalid-file` and the path and rule of
 * the first breach, or with `newer-version`. `curves` are those that breakers of the site may name.
 */
export function restoreScenario(file: unknown, curves: Curves = BUNDLED_CURVES): Result<RestoredScenario> {
  const opened = checkFileFormat(file, { format: SCENARIO_FORMAT, version: SCENARIO_VERSION });
  if (!opened.ok) return opened;
  const { format: _format, version: _version, $schema: _schema, ...content } = opened.value;
  const scenario = parsePart(scenarioSchema, content, []);
  if (!scenario.ok) return scenario;
  const site = siteOf(content);
  if (!site.ok) return site;
  // A site may be only begun; a run has to have something whose breaker holds or trips.
  if (site.value.circuits.length === 0) return failure('invalid-file', { path: 'site/circuits', rule: 'no-circuit' });
  const breach = firstInconsistency(scenario.value, site.value, curves);
  if (breach !== null) return failure('invalid-file', { ...breach });
  return success({ scenario: scenario.value, site: site.value });
}

function siteOf(content: Json): Result<Site> {
  const base = typeof content['site'] === 'string' ? templateBase(content['site']) : success(content['site'] as Json);
  if (!base.ok) return base;
  const changed = changedSite(base.value, content['siteChanges'] as Json | undefined);
  return changed.ok ? restoreSitePart(changed.value, ['site']) : changed;
}

function templateBase(name: string): Result<Json> {
  const file = templateFile(name);
  if (!file.ok) return failure('invalid-file', { path: 'site', rule: 'unknown-template', template: name });
  return success((file.value as { readonly site: Json }).site);
}
