/** From life to scenario: a recorded run becomes a scenario file, so that the same evening can be played with other settings. */
import { failure, success, type Result } from '../errors.ts';
import type { EvseId, MeterId } from '../quantities.ts';
import { roundTo } from '../quantities.ts';
import { framesOf, type Journal } from '../runs/parse-journal.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Site, Supply } from '../site/site.ts';
import { siteFileOf } from '../site/write-site.ts';
import { evseHistory, type EvseHistory } from './evse-history.ts';
import { loadFromReadings, meanVoltageV } from './load-from-readings.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';
import { vehiclesFromReports } from './vehicles-from-reports.ts';

export interface ScenarioName {
  readonly id: string;
  readonly title: string;
}

/**
 * The scenario file, as JSON: the site, the load that was no EVSE, and the vehicles. What was decided is left out: that is
 * what another play may do otherwise. Fails with `invalid-file` (rule `no-rows`) for a journal without rows, and with `not-supported` on a
 * delta, where line currents do not tell between which lines a load was.
 */
export function scenarioFromJournal(journal: Journal, { id, title }: ScenarioName): Result<Readonly<Record<string, unknown>>> {
  const { site } = journal;
  if (site.supply.kind === 'three-wire-delta') return failure('not-supported', { supply: site.supply.kind, what: 'scenario from a journal' });
  const seen = collect(journal);
  if (seen.rows === 0) return failure('invalid-file', { rule: 'no-rows' });
  const phaseVoltageV = meanVoltageV(seen.readings) ?? site.supply.nominalVoltageV / phasesPerNominal(site.supply);
  const endMs = (Math.floor(seen.lastMs / 1000) + 1) * 1000;
  const evses = site.evses.map((evse) => evseHistory(evse.id, seen.reports.get(evse.id) ?? []));
  return success({
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    id,
    title,
    about: 'From the journal of a run: the load is what the meters told less what the EVSEs told.',
    group: 'From life',
    durationS: Math.ceil(endMs / 1000),
    site: siteFileOf(site).site,
    lineVoltageV: roundTo(phaseVoltageV * phasesPerNominal(site.supply), 0.01),
    vehicles: vehiclesOf(site, evses, endMs, phaseVoltageV),
    houseLoads: loadFromReadings({ site, readings: seen.readings, evses, phaseVoltageV }),
    controllers: { chargebench: { expect: [] }, device: { expect: [] } },
  });
}

/** The nominal voltage of a split phase is that of both legs together. */
const phasesPerNominal = ({ kind }: Supply): number => (kind === 'split-phase' ? 2 : 1);

function vehiclesOf(site: Site, histories: readonly EvseHistory[], endMs: number, phaseVoltageV: number): readonly unknown[] {
  return site.evses.flatMap((evse, index) => {
    const history = histories[index];
    return history === undefined ? [] : vehiclesFromReports(evse, history, { endMs, wattsPerA: (phaseCount) => phaseVoltageV * phaseCount });
  });
}

interface Seen {
  readonly readings: Map<MeterId, MeterReading[]>;
  readonly reports: Map<EvseId, EvseReport[]>;
  rows: number;
  lastMs: number;
}

/** Every live reading once, every report as often as it stood in a frame. */
function collect(journal: Journal): Seen {
  const seen: Seen = { readings: new Map(), reports: new Map(), rows: 0, lastMs: 0 };
  for (const { timeMs, readings, reports } of framesOf(journal)) {
    seen.rows += 1;
    seen.lastMs = Math.max(seen.lastMs, timeMs);
    for (const reading of readings) {
      const list = listOf(seen.readings, reading.meterId);
      if (reading.isLive && list.at(-1)?.timeMs !== reading.timeMs) list.push(reading);
    }
    for (const report of reports) listOf(seen.reports, report.evseId).push(report);
  }
  return seen;
}

function listOf<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made: Value[] = [];
  map.set(key, made);
  return made;
}
