/** From life to scenario: a recorded run becomes a scenario file, so that the same evening can be played with other settings. */
import { failure, success, type Result } from '../errors.ts';
import { perPhase, roundTo, type EvseId, type MeterId, type PhaseIndex } from '../quantities.ts';
import { framesOf, type Journal } from '../runs/parse-journal.ts';
import { evsePhases } from '../site/circuit-tree.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Evse, Site } from '../site/site.ts';
import { siteFileOf } from '../site/write-site.ts';
import { meanOffPhaseA } from './delta-branches.ts';
import { ammeterA, evseHistory, lastAt, withCurrents, type EvseHistory } from './evse-history.ts';
import { sessionsOf, type Session } from './evse-sessions.ts';
import type { JournalAssumption } from './journal-assumptions.ts';
import { loadFromReadings } from './load-from-readings.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';
import { settingsFromJournal } from './settings-from-journal.ts';
import { branchSamples, siteBranches, type SiteBranches } from './site-branches.ts';
import { usedConductors, type ConductorFrame, type UsedConductors } from './used-conductors.ts';
import { vehicleOfSession, type SeenVehicle } from './vehicles-from-reports.ts';

export interface ScenarioName {
  readonly id: string;
  readonly title: string;
}

export interface ScenarioFromJournal {
  /** The scenario file, as JSON. */
  readonly file: Readonly<Record<string, unknown>>;
  /** What it takes for granted because the journal does not tell. */
  readonly assumptions: readonly JournalAssumption[];
}

/**
 * The site, what its devices were set to, the load that was no EVSE, and the vehicles. What was decided is left out: that is what
 * another play may do otherwise. Fails with `invalid-file` (rule `no-rows`) for a journal without rows, and with `not-supported`, naming
 * the meter, on a delta whose meter does not tell enough of the lines to know between which of them a load was.
 */
export function scenarioFromJournal(journal: Journal, { id, title }: ScenarioName): Result<ScenarioFromJournal> {
  const { site } = journal;
  const seen = collect(journal);
  if (seen.rows === 0) return failure('invalid-file', { rule: 'no-rows' });
  const endMs = (Math.floor(seen.lastMs / 1000) + 1) * 1000;
  const branches = siteBranches(site.supply, [...seen.readings.values()].flat());
  const samples = new Map(site.meters.map((meter) => [meter.id, branchSamples(branches, meter, seen.readings.get(meter.id) ?? [])]));
  const blind = site.meters.find((meter) => site.supply.kind === 'three-wire-delta' && isBlind(samples.get(meter.id) ?? []));
  if (blind !== undefined) return failure('not-supported', { supply: site.supply.kind, meter: blind.id, what: 'a load between two lines, from what this meter tells' });
  const histories = site.evses.map((evse) => evseHistory(evse.id, seen.reports.get(evse.id) ?? []));
  const evses = evsesOf({ site, branches, samples, histories }, endMs);
  const { devices, assumptions } = settingsFromJournal(journal);
  const file = {
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    id,
    title,
    about: 'From the journal of a run: the load is what the meters told less what the EVSEs told.',
    group: 'From life',
    durationS: Math.ceil(endMs / 1000),
    site: siteFileOf(site).site,
    lineVoltageV: roundTo(branches.lineVoltageV, 0.01),
    devices,
    vehicles: evses.flatMap(({ vehicles }) => vehicles),
    houseLoads: loadFromReadings({ site, branches, samples, evses: evses.map(({ history }) => history) }),
    controllers: { chargebench: { expect: [] }, device: { expect: [] } },
  };
  return success({ file, assumptions: [...nothingTold(site, seen), ...assumptions, ...commanders(seen), ...evses.flatMap((evse) => evse.assumptions), ...inPhase(site, branches, seen)] });
}

const isBlind = (samples: ReturnType<typeof branchSamples>): boolean => samples.length > 0 && !samples.some(({ currentA }) => currentA.every((value) => value !== null));

interface EvseOfJournal {
  /** With its currents on the branches that its vehicles used. */
  readonly history: EvseHistory;
  readonly vehicles: readonly SeenVehicle[];
  readonly assumptions: readonly JournalAssumption[];
}

function evsesOf(frame: ConductorFrame, endMs: number): readonly EvseOfJournal[] {
  return frame.site.evses.flatMap((evse, index) => {
    const history = frame.histories[index];
    return history === undefined ? [] : [evseOf(frame, evse, history, sessionsOf(history, endMs))];
  });
}

function evseOf(frame: ConductorFrame, evse: Evse, history: EvseHistory, sessions: readonly Session[]): EvseOfJournal {
  const { branches, site } = frame;
  const most = branches.countsOf(evse).at(-1) ?? 1;
  const used = sessions.map((session) => usedConductors(frame, evse, history, session));
  const vehicles = sessions.map((session, index) => {
    const count = used[index]?.count ?? most;
    const wattsPerA = branches.voltageV * branches.sharesOf(evse, count).reduce((sum, share) => sum + share, 0);
    return vehicleOfSession(evse, session, { phaseCount: count === most ? null : count, wattsPerA }, index);
  });
  const assumptions = vehicles.flatMap((vehicle, index): readonly JournalAssumption[] => {
    const use = used[index];
    if (use?.basis !== 'assumed') return [];
    return [{ about: evse.id, kind: 'vehicle-conductors', vehicle: vehicle.id, phases: evsePhases(evse, site.supply).slice(0, Math.max(use.count, site.supply.kind === 'three-wire-delta' ? 2 : 1)) }];
  });
  return { history: onBranches(branches, evse, history, sessions, used), vehicles, assumptions };
}

/** A conductor that the EVSE tells by itself carries what it tells; the others what its one ammeter shows, where the vehicle uses them. */
function onBranches(branches: SiteBranches, evse: Evse, history: EvseHistory, sessions: readonly Session[], used: readonly (UsedConductors | null)[]): EvseHistory {
  const starts = sessions.map(({ fromMs }) => ({ timeMs: fromMs }));
  const most = branches.countsOf(evse).at(-1) ?? 1;
  const isTold = (phase: PhaseIndex): boolean => branches.areConductors && history.toldPhases.includes(phase);
  return withCurrents(history, (step) => {
    const shares = branches.sharesOf(evse, used[lastAt(starts, step.timeMs)]?.count ?? most);
    return perPhase((phase) => (isTold(phase) ? step.currentA[phase] : shares[phase] * ammeterA(step)));
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

function nothingTold(site: Site, { readings, reports }: Seen): readonly JournalAssumption[] {
  const silent = [...site.meters.filter(({ id }) => (readings.get(id)?.length ?? 0) === 0), ...site.evses.filter(({ id }) => !reports.has(id))];
  return silent.map(({ id }) => ({ about: id, kind: 'nothing-told' }));
}

function commanders({ reports }: Seen): readonly JournalAssumption[] {
  return [...reports].flatMap(([about, list]): readonly JournalAssumption[] => {
    const first = list.find(({ otherCommander }) => otherCommander !== null);
    return first?.otherCommander == null ? [] : [{ about, kind: 'other-commander', atS: Math.max(0, first.timeMs) / 1000, commander: first.otherCommander }];
  });
}

/** Less than this is what meters round. */
const OFF_PHASE_A = 0.3;

function inPhase({ supply, meters }: Site, branches: SiteBranches, { readings }: Seen): readonly JournalAssumption[] {
  if (supply.kind !== 'three-wire-delta') return [];
  return meters.flatMap(({ id }): readonly JournalAssumption[] => {
    const told = readings.get(id) ?? [];
    const differsA = meanOffPhaseA(branches, told);
    return told.length === 0 ? [] : differsA === null || differsA > OFF_PHASE_A ? [{ about: id, kind: 'loads-in-phase', differsA: differsA === null ? null : roundTo(differsA, 0.01) }] : [];
  });
}
