/** What the devices of a journal were set to, as a scenario's `devices`, and what of it cannot be played. */
import type { DeviceSettings } from '../devices/kept-settings.ts';
import type { Journal } from '../runs/parse-journal.ts';
import type { SettingsByDevice } from '../runs/journal.ts';
import type { Site } from '../site/site.ts';
import type { JournalAssumption } from './journal-assumptions.ts';

export interface PlayableSettings {
  readonly devices: SettingsByDevice;
  readonly assumptions: readonly JournalAssumption[];
}

/** Of each device what was known first; a later change is an assumption. */
export function settingsFromJournal(journal: Journal): PlayableSettings {
  const { site } = journal;
  const assumptions: JournalAssumption[] = [];
  const devices: Record<string, DeviceSettings> = {};
  for (const { id } of [...site.meters, ...site.evses]) {
    const first = firstSettings(journal, id);
    const isEvse = site.evses.some((evse) => evse.id === id);
    if (first === null) {
      if (isEvse) assumptions.push({ about: id, kind: 'settings-unknown' });
      continue;
    }
    const { settings, assumption } = playable(journal, id, first);
    if (Object.keys(settings).length > 0) devices[id] = settings;
    if (assumption !== null) assumptions.push(assumption);
    assumptions.push(...changesOf(journal, id, first), ...missingFeeds(site, id, settings));
  }
  return { devices, assumptions };
}

type SettingsLine = Extract<Journal['entries'][number], { kind: 'settings' }>;

const linesOf = ({ entries }: Journal, id: string): readonly SettingsLine[] => entries.filter((entry): entry is SettingsLine => entry.kind === 'settings' && entry.deviceId === id);

/** A played run has only what its scenario says otherwise than the factory: of an EVSE that it does not name, all is known. */
function firstSettings(journal: Journal, id: string): DeviceSettings | null {
  const known = journal.devices?.[id] ?? linesOf(journal, id)[0]?.settings ?? null;
  return known ?? (journal.kind.kind === 'played' && journal.devices !== null ? {} : null);
}

/** Devices of a played scenario begin at the same hour as before; those of a live run would begin at another. */
function playable({ kind }: Journal, about: string, settings: DeviceSettings): { readonly settings: DeviceSettings; readonly assumption: JournalAssumption | null } {
  const { schedule, ...others } = settings;
  if (kind.kind === 'played' || schedule === undefined) return { settings, assumption: null };
  return { settings: others, assumption: schedule === '[]' || schedule === '' ? null : { about, kind: 'schedule-left-out' } };
}

function changesOf(journal: Journal, about: string, first: DeviceSettings): readonly JournalAssumption[] {
  for (const { timeMs, settings } of linesOf(journal, about)) {
    const keys = [...new Set([...Object.keys(first), ...Object.keys(settings)])].filter((key) => first[key] !== settings[key]);
    if (keys.length > 0) return [{ about, kind: 'settings-changed', atS: timeMs / 1000, keys }];
  }
  return [];
}

/** OpenEVSE's feeds, by the switch that has it act on them (reference a.1, b.1). */
const FEEDS: readonly (readonly [feed: string, isUsed: (settings: DeviceSettings) => boolean])[] = [
  ['mqtt_live_pwr', (settings) => settings['current_shaper_enabled'] === true],
  ['mqtt_grid_ie', (settings) => settings['divert_enabled'] === true && settings['divert_type'] !== 0],
  ['mqtt_solar', (settings) => settings['divert_enabled'] === true && settings['divert_type'] === 0],
];

function missingFeeds({ meters }: Site, about: string, settings: DeviceSettings): readonly JournalAssumption[] {
  const isPublished = (topic: string): boolean => meters.some(({ link }) => link.kind === 'mqtt' && topic.startsWith(`${link.baseTopic}/`));
  return FEEDS.flatMap(([feed, isUsed]): readonly JournalAssumption[] => {
    const topic = settings[feed];
    if (typeof topic !== 'string' || topic === '' || !isUsed(settings) || isPublished(topic)) return [];
    return [{ about, kind: 'feed-missing', setting: feed, topic }];
  });
}
