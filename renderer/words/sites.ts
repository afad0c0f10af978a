import type { ProjectSummary, TemplateSummary } from '../../core/host-api/contract.ts';
import type { Site } from '../../core/site/site.ts';
import { failureSentence } from './errors.ts';
import { capitalized, listOf } from './names.ts';
import { asText, limit, voltage } from './numbers.ts';
import { clockTime } from './times.ts';

const SUPPLIES: Readonly<Record<Site['supply']['kind'], string>> = {
  'single-phase': 'single phase',
  'split-phase': 'split phase',
  'three-phase-star': 'three phases',
  'three-wire-delta': 'three-wire delta',
};

/** Short names; a meter of another model is shown by the name in the site's file. */
const MODELS: Readonly<Record<string, string | undefined>> = {
  openevse: 'OpenEVSE',
  smartevse: 'SmartEVSE',
  ocpp: 'OCPP',
  easee: 'Easee',
  'shelly-em': 'Shelly EM',
  'shelly-3em': 'Shelly 3EM',
  p1: 'P1 port',
  sensorbox: 'Sensorbox',
  'modbus-meter': 'Modbus meter',
};

const MAKERS: Readonly<Record<string, string | undefined>> = { abb: 'ABB', wago: 'WAGO' };

/** "eastron-sdm630" reads "Eastron SDM630": the maker as a name, types in capitals. */
export function modelName(model: string): string {
  const written = (word: string): string => MAKERS[word] ?? (/\d/.test(word) ? word.toUpperCase() : capitalized(word));
  return MODELS[model] ?? model.split('-').map(written).join(' ');
}

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** "240 V split phase, 2 EVSEs, 1 meter". */
export function siteFacts(site: Site): string {
  const supply = `${asText(voltage(site.supply.nominalVoltageV))} ${SUPPLIES[site.supply.kind]}`;
  return [supply, countOf(site.evses.length, 'EVSE'), countOf(site.meters.length, 'meter')].join(', ');
}

/** "OpenEVSE, Shelly EM, 50 A": what a template is made of. */
export function templateFacts({ circuits, evses, meters }: Site): string {
  const models = [...new Set([...evses, ...meters].map(({ model }) => MODELS[model] ?? model))];
  const root = circuits.find(({ parentId }) => parentId === null);
  return root === undefined ? 'nothing in it yet' : [...models, asText(limit(root.breaker.ratingA))].join(', ');
}

/** Which devices of a template rest until something speaks with them; null where all can be played. */
export function missingText({ unreachable }: TemplateSummary): string | null {
  if (unreachable.length === 0) return null;
  const names = unreachable.map(({ name }) => name);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return `No driver yet for ${listOf(shown)}: drawn and judged, not played`;
}

const isSameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

/** "today, 09:15", else "3 Nov", with the year where it is another. */
export function dayText(wallMs: number, nowMs: number): string {
  if (isSameDay(wallMs, nowMs)) return `today, ${clockTime(wallMs).slice(0, 5)}`;
  const isThisYear = new Date(wallMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) }).format(wallMs);
}

/** Under a project's name: what it is, or why it cannot be read. */
export function projectLine({ site, source, failure, openFindings }: ProjectSummary): string {
  if (failure !== null) return failure.code === 'not-found' ? 'folder not found' : failureSentence(failure);
  if (site === null) return 'no site';
  const findings = openFindings === 0 ? 'no open finding' : countOf(openFindings, 'open finding');
  return `${source === 'hardware' ? 'hardware, ' : ''}${countOf(site.meters.length + site.evses.length, 'device')}, ${findings}`;
}
