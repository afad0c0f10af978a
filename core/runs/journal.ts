/**
 * The journal of a run: one line of JSON each for the header, every frame and every change of a decision. It holds no
 * time of day, no path and no duration of the program's own, so that the same scenario and seed give the same bytes.
 *
 *     {"format":"chargebench-journal","version":2,"kind":"played","run":{…},"site":{…},"devices":{"primary":{…}},"columns":["feed.timeMs",…]}
 *     ["d",1000,"primary",{"max_current_soft":34,…}]              what a device is set to, where the header does not know it (yet, or any more)
 *     ["s",1000,{"evseId":"primary","offeredCurrentA":20,…}]     a setpoint that changed, before the row it came with
 *     ["n",1000,{"code":"meter-stale",…},1]                      a notice that came (1) or passed (0)
 *     ["c",1000,{"evseId":"primary","requestedA":20,…},900]      an offer that was sent, and when
 *     ["m",1000,{"kind":"vehicle",…}]                            something the scenario did
 *     ["r",1000,…]                                               a frame: cells in the order of the columns
 *
 * `devices` is what the devices themselves are set to, by their own keys and without secrets. Version 1 had neither that nor lines "d".
 */
import type { DeviceSettings } from '../devices/kept-settings.ts';
import { PHASE_NAMES, roundTo } from '../quantities.ts';
import type { Site } from '../site/site.ts';
import { siteFileOf } from '../site/write-site.ts';
import type { Column, RunMarker } from './columns.ts';
import { createNoticeChanges, createSetpointChanges } from './decision-changes.ts';
import type { Confirmation, Frame } from './frame.ts';
import { createFrameRow, type Cell } from './frame-row.ts';
import { resolutionOf, roundedByUnit } from './journal-rounding.ts';

export const JOURNAL_FILE = { format: 'chargebench-journal', version: 2 } as const;

/** What is recorded: a live site, or a scenario under a controller. */
export type JournalKind = { readonly kind: 'live' } | { readonly kind: 'played'; readonly run: PlayedRun };

export interface PlayedRun {
  readonly scenarioId: string;
  readonly controller: string;
  readonly seed: number;
}

export interface JournalWriter {
  readonly header: string;
  /** The lines of one frame without line ends: changes first, then its row. `truth` in the order of the truth columns. */
  linesOf(frame: Frame, truth?: ArrayLike<number>): readonly string[];
  markerLine(marker: RunMarker): string;
  /** What a device is set to from now on. */
  settingsLine(timeMs: number, deviceId: string, settings: DeviceSettings): string;
}

/** By device id: only what a journal may keep (core/devices/kept-settings.ts). */
export type SettingsByDevice = Readonly<Record<string, DeviceSettings>>;

/** `truthColumns` are what a played run knows besides its frames: what truly flowed. `devices` is what is known of their settings at the start. */
export function createJournalWriter(site: Site, kind: JournalKind, truthColumns: readonly Column[] = [], devices: SettingsByDevice = {}): JournalWriter {
  const row = createFrameRow(site);
  const names = [...row.names, ...truthColumns.map(truthName)];
  const resolutions = names.map(resolutionOf);
  const changedSetpoints = createSetpointChanges();
  const changedNotices = createNoticeChanges();
  const changedConfirmations = createConfirmationChanges();
  return {
    header: JSON.stringify({ ...JOURNAL_FILE, ...kind, site: siteFileOf(site).site, devices: inOrderOf(site, devices), columns: names }),
    linesOf(frame, truth = []) {
      const timeMs = roundTo(frame.timeMs, 1);
      const cells: Cell[] = [...row.cellsOf(frame), ...truthColumns.map((_, index) => truth[index] ?? null)];
      return [
        ...changedSetpoints(frame.timeMs, frame.setpoints).map((setpoint) => JSON.stringify(['s', timeMs, roundedByUnit(setpoint)])),
        ...changedNotices(frame.notices).map(({ notice, isOn }) => JSON.stringify(['n', timeMs, roundedByUnit(notice), Number(isOn)])),
        ...changedConfirmations(frame).map(({ confirmation, sentMs }) => JSON.stringify(['c', timeMs, roundedByUnit(confirmation), sentMs])),
        JSON.stringify(['r', timeMs, ...cells.map((cell, index) => roundedCell(cell, resolutions[index] ?? null))]),
      ];
    },
    markerLine: ({ timeS, ...marker }) => JSON.stringify(['m', roundTo(timeS * 1000, 1), marker]),
    settingsLine: (timeMs, deviceId, settings) => JSON.stringify(['d', roundTo(timeMs, 1), deviceId, settings]),
  };
}

/** Whatever the order in which they were told. */
function inOrderOf({ meters, evses }: Site, devices: SettingsByDevice): SettingsByDevice {
  return Object.fromEntries([...meters, ...evses].flatMap(({ id }) => (devices[id] === undefined ? [] : [[id, devices[id]] as const])));
}

/** JSON writes NaN as null: both say that there is no value. */
function roundedCell(cell: Cell, resolution: number | null): Cell {
  return typeof cell === 'number' && resolution !== null ? roundTo(cell, resolution) : cell;
}

function truthName(column: Column): string {
  switch (column.kind) {
    case 'circuit-current':
      return `truth.${column.circuitId}.${PHASE_NAMES[column.phase]}.currentA`;
    case 'other-load':
      return `truth.${column.circuitId}.${PHASE_NAMES[column.phase]}.otherA`;
    case 'thermal-load':
      return `truth.${column.circuitId}.thermalLoadRatio`;
    case 'metered-current':
      return `truth.${column.meterId}.${PHASE_NAMES[column.phase]}.meteredA`;
    case 'feed-age':
      return `truth.${column.meterId}.feedAgeS`;
    case 'evse-current':
      return `truth.${column.evseId}.currentA`;
    case 'evse-offered':
      return `truth.${column.evseId}.offeredA`;
    case 'evse-setpoint':
      return `truth.${column.evseId}.setpointA`;
    case 'house-power':
      return 'truth.housePowerW';
    case 'pv-power':
      return 'truth.pvPowerW';
    case 'battery-power':
      return `truth.${column.batteryId}.batteryW`;
  }
}

/** A confirmation without its age, which grows by itself; the time at which the offer was sent stands for it. */
export type SentOffer = Omit<Confirmation, 'ageMs'>;

interface ConfirmationChange {
  readonly confirmation: SentOffer;
  readonly sentMs: number;
}

function createConfirmationChanges(): (frame: Frame) => readonly ConfirmationChange[] {
  const kept = new Map<string, string>();
  return (frame) =>
    frame.confirmations.flatMap(({ ageMs, ...confirmation }) => {
      const sentMs = roundTo(frame.timeMs - ageMs, 1);
      const text = JSON.stringify([confirmation, sentMs]);
      if (kept.get(confirmation.evseId) === text) return [];
      kept.set(confirmation.evseId, text);
      return [{ confirmation, sentMs }];
    });
}
