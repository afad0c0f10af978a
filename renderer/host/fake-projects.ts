import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import type { ProjectSummary, TemplateSummary } from '../../core/host-api/contract.ts';
import type { Site } from '../../core/site/site.ts';
import { FAKE_SITE } from './fake-site.ts';

/** Other written sites: three phases, a main and a sub-circuit, one EVSE or a row of them, or nothing at all. */
function house(name: string, evses: number, more: Partial<Site> = {}): Site {
  const [ev] = FAKE_SITE.circuits;
  const [feed] = FAKE_SITE.meters;
  const [primary] = FAKE_SITE.evses;
  if (ev === undefined || feed === undefined || primary === undefined) return FAKE_SITE;
  return {
    ...FAKE_SITE,
    name,
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: [
      { ...ev, id: circuitId('mains'), name: 'Grid connection', meterId: meterId('feed'), breaker: { curve: 'iec-60269-gg', ratingA: 25 }, continuousFactor: 1 },
      { ...ev, id: circuitId('ev'), name: 'EV circuit', parentId: circuitId('mains'), meterId: null, breaker: { curve: 'iec-60898-b', ratingA: 20 }, continuousFactor: 1 },
    ],
    meters: [{ ...feed, name: 'P1 reader', model: 'p1' }],
    evses: Array.from({ length: evses }, (_, index) => ({ ...primary, id: evseId(`evse-${String(index + 1)}`), name: `EVSE ${String(index + 1)}`, phaseCount: 3 as const })),
    ...more,
  };
}

const noDriver = (name: string, model: string, link: string) => ({ name, failure: { code: 'not-supported' as const, context: { device: name, model, link } } });

export const FAKE_TEMPLATES: readonly TemplateSummary[] = [
  { id: 'two-evses-one-breaker', site: FAKE_SITE, unreachable: [] },
  { id: 'house-one-evse', site: house('House with one EVSE', 1), unreachable: [] },
  { id: 'solar', site: house('House with PV', 1, { policy: { ...FAKE_SITE.policy, mode: 'solar' } }), unreachable: [] },
  { id: 'smartevse-power-share', site: house('SmartEVSEs sharing power', 4), unreachable: [noDriver('Sensorbox', 'sensorbox', 'modbus'), noDriver('Node 1', 'smartevse', 'modbus')] },
  { id: 'empty', site: { ...house('New site', 0), circuits: [], meters: [] }, unreachable: [] },
];

const OPENED_MS = Date.UTC(2026, 10, 20, 9, 15, 0);
const DAY_MS = 86_400_000;

export const FAKE_PROJECTS: readonly ProjectSummary[] = [
  { id: 'p1', name: 'two-evses', folder: '/home/installer/two-evses', isOpen: true, openedWallMs: OPENED_MS, lastRunWallMs: OPENED_MS, site: FAKE_SITE, source: 'simulated', openFindings: 0, failure: null },
  { id: 'p2', name: 'corner-house', folder: '/home/installer/corner-house', isOpen: false, openedWallMs: OPENED_MS - DAY_MS, lastRunWallMs: OPENED_MS - DAY_MS, site: house('Corner house, 3 × 25 A', 2), source: 'hardware', openFindings: 2, failure: null },
  {
    id: 'p3',
    name: 'flats',
    folder: '/media/stick/flats',
    isOpen: false,
    openedWallMs: OPENED_MS - 37 * DAY_MS,
    lastRunWallMs: null,
    site: null,
    source: null,
    openFindings: 0,
    failure: { code: 'not-found', context: { folder: '/media/stick/flats' } },
  },
];
