import type { Notice, Setpoint } from '../balancing/setpoint.ts';
import type { CircuitId, EvseId, MeterId, PerPhase } from '../quantities.ts';
import { meterPhases, phasesOf } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import { createColumnStore } from './column-store.ts';
import type { Column, NoticeChange, RunColumns, SetpointChange } from './columns.ts';
import { createNoticeChanges, createSetpointChanges } from './decision-changes.ts';

/** What truly flows and what was published, as far as a run's columns need it; the player's `WorldTruth` fits as it is. */
export interface RecordedTruth {
  /** While this is the same number, all but ages is what it was; without it everything is looked at in every sample. */
  changes?(): number;
  circuitCurrentA(circuitId: CircuitId): PerPhase<number>;
  otherLoadA(circuitId: CircuitId): PerPhase<number>;
  evseCurrentA(evseId: EvseId): number;
  evseOfferedA(evseId: EvseId): number;
  meteredCurrentA(meterId: MeterId): PerPhase<number | null> | null;
  feedAgeMs(meterId: MeterId): number | null;
  /** W of the whole site; without it there is no value. */
  housePowerW?(): number;
  pvPowerW?(): number;
  batteryPowerW?(batteryId: string): number;
}

/** What a run has besides meters and EVSEs, each with a column of its own. */
export interface PowerSources {
  readonly hasHouse: boolean;
  readonly hasPv: boolean;
  readonly batteryIds: readonly string[];
}

const NO_SOURCES: PowerSources = { hasHouse: false, hasPv: false, batteryIds: [] };

/** Collects a run as the screen draws it. */
export interface RunRecorder {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** One row; `thermalLoadRatio` gives a circuit's thermal load at this moment. */
  sample(timeMs: number, truth: RecordedTruth, thermalLoadRatio: (circuitId: CircuitId) => number): void;
  /** What was decided and noticed at this moment: only changes are kept. */
  decide(timeMs: number, setpoints: readonly Setpoint[], notices: readonly Notice[]): void;
  /** Values of the newest row in the order of `columns`, NaN where there is none. Overwritten by the next sample. */
  readonly latest: Float64Array;
  slice(fromRow?: number, toRow?: number): RunColumns;
  readonly setpointChanges: readonly SetpointChange[];
  readonly noticeChanges: readonly NoticeChange[];
}

export function createRunRecorder(site: Site, sources: PowerSources = NO_SOURCES): RunRecorder {
  const columns = runColumns(site, sources);
  const store = createColumnStore(columns);
  const latest = new Float64Array(columns.length).fill(NaN);
  const readers = columns.map(readerOf);
  const places = columns.map((_, index) => index);
  const moving = places.filter((index) => MOVES_BY_ITSELF.has(columns[index]?.kind));
  const setpointA = new Map<EvseId, number>();
  let setpointsSeen: readonly Setpoint[] | null = null;
  let changesSeen = NaN;
  const changedSetpoints = createSetpointChanges();
  const changedNotices = createNoticeChanges();
  const setpointChanges: SetpointChange[] = [];
  const noticeChanges: NoticeChange[] = [];
  return {
    columns,
    latest,
    setpointChanges,
    noticeChanges,
    get rows() {
      return store.rows;
    },
    sample(timeMs, truth, thermalLoadRatio) {
      const changes = truth.changes?.() ?? NaN;
      const stale = changes === changesSeen ? moving : places;
      changesSeen = changes;
      for (let at = 0; at < stale.length; at += 1) {
        const index = stale[at] ?? 0;
        latest[index] = readers[index]?.(truth, thermalLoadRatio, setpointA) ?? NaN;
      }
      store.append(timeMs / 1000, latest);
    },
    decide(timeMs, setpoints, notices) {
      const timeS = timeMs / 1000;
      if (setpoints !== setpointsSeen) {
        for (const { evseId, offeredCurrentA } of setpoints) setpointA.set(evseId, offeredCurrentA);
        setpointsSeen = setpoints;
        changesSeen = NaN;
      }
      for (const setpoint of changedSetpoints(timeMs, setpoints)) setpointChanges.push({ timeS, setpoint });
      for (const change of changedNotices(notices)) noticeChanges.push({ timeS, ...change });
    },
    slice: (fromRow, toRow) => store.slice(fromRow, toRow),
  };
}

/** The columns of a site's runs: every circuit, meter and EVSE on the phases they have, and what else takes or gives power. */
export function runColumns(site: Site, { hasHouse, hasPv, batteryIds }: PowerSources = NO_SOURCES): readonly Column[] {
  return [
    ...site.circuits.flatMap(({ id: circuitId }): Column[] => [
      ...phasesOf(site.supply).map((phase): Column => ({ kind: 'circuit-current', circuitId, phase })),
      ...phasesOf(site.supply).map((phase): Column => ({ kind: 'other-load', circuitId, phase })),
      { kind: 'thermal-load', circuitId },
    ]),
    ...site.meters.flatMap((meter): Column[] => [
      ...meterPhases(meter, site.supply).map((phase): Column => ({ kind: 'metered-current', meterId: meter.id, phase })),
      { kind: 'feed-age', meterId: meter.id },
    ]),
    ...site.evses.flatMap(({ id: evseId }): Column[] => [
      { kind: 'evse-current', evseId },
      { kind: 'evse-offered', evseId },
      { kind: 'evse-setpoint', evseId },
    ]),
    ...(hasHouse ? [{ kind: 'house-power' } as const] : []),
    ...(hasPv ? [{ kind: 'pv-power' } as const] : []),
    ...batteryIds.map((batteryId): Column => ({ kind: 'battery-power', batteryId })),
  ];
}

type ReadValue = (truth: RecordedTruth, thermalLoadRatio: (circuitId: CircuitId) => number, setpointA: ReadonlyMap<EvseId, number>) => number | null | undefined;

/** Columns that move while nothing changes. */
const MOVES_BY_ITSELF: ReadonlySet<Column['kind'] | undefined> = new Set<Column['kind']>(['thermal-load', 'feed-age']);

function readerOf(column: Column): ReadValue {
  switch (column.kind) {
    case 'circuit-current':
      return (truth) => truth.circuitCurrentA(column.circuitId)[column.phase];
    case 'other-load':
      return (truth) => truth.otherLoadA(column.circuitId)[column.phase];
    case 'thermal-load':
      return (_, thermalLoadRatio) => thermalLoadRatio(column.circuitId);
    case 'metered-current':
      return (truth) => truth.meteredCurrentA(column.meterId)?.[column.phase];
    case 'feed-age':
      return (truth) => {
        const ageMs = truth.feedAgeMs(column.meterId);
        return ageMs === null ? null : ageMs / 1000;
      };
    case 'evse-current':
      return (truth) => truth.evseCurrentA(column.evseId);
    case 'evse-offered':
      return (truth) => truth.evseOfferedA(column.evseId);
    case 'evse-setpoint':
      return (_truth, _thermalLoadRatio, setpointA) => setpointA.get(column.evseId);
    case 'house-power':
      return (truth) => truth.housePowerW?.();
    case 'pv-power':
      return (truth) => truth.pvPowerW?.();
    case 'battery-power':
      return (truth) => truth.batteryPowerW?.(column.batteryId);
  }
}
