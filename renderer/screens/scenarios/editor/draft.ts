import type { ScenarioSummary } from '../../../../core/host-api/contract.ts';
import type { Failure } from '../../../../core/errors.ts';
import type { Bench } from '../../../store/bench-store.ts';
import type { PlayerStore } from '../player-store.ts';
import { historyOf, type EditHistory } from './edit-history.ts';
import { isObject, jsonText } from './json-edit.ts';

/** A scenario text that is being written. */
export interface Draft {
  readonly history: EditHistory;
  /** As it lies on the disk; null while it was never saved. */
  readonly savedText: string | null;
  /** Why it could not be opened or saved. */
  readonly failure: Failure | null;
}

export const isUnsaved = ({ history, savedText }: Draft): boolean => history.text !== savedText;

const OWN_GROUP = 'Own scenarios';

const NEW_FILE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'my-scenario',
  title: 'My scenario',
  about: '',
  group: OWN_GROUP,
  durationS: 1800,
  site: 'two-evses-one-breaker',
  vehicles: [
    { id: 'vehicle-1', evse: 'secondary', plugInS: 60 },
    { id: 'vehicle-2', evse: 'primary', plugInS: 600 },
  ],
  controllers: { chargebench: { expect: [{ kind: 'never-trips' }] }, device: { expect: [] } },
};

export function showDraft(player: PlayerStore, key: string, draft: Draft): void {
  player.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: draft }, editing: key, isPlaying: false }));
}

/** An own one as it lies there; one of the library as a copy with an id of its own. One that is being written goes on where it was left. */
export async function editScenario(bench: Bench, player: PlayerStore, scenario: ScenarioSummary): Promise<Failure | null> {
  const key = scenario.isOwn ? scenario.id : `copy of ${scenario.id}`;
  const begun = player.getState().drafts[key];
  if (begun !== undefined) {
    showDraft(player, key, begun);
    return null;
  }
  const read = await bench.connection.api.readScenario(scenario.id);
  if (!read.ok) return read.error;
  const text = scenario.isOwn ? read.value : copyText(read.value, freeId(bench, scenario.id));
  showDraft(player, key, { history: historyOf(text), savedText: scenario.isOwn ? text : null, failure: null });
  return null;
}

export function newScenario(bench: Bench, player: PlayerStore): void {
  const file = { ...NEW_FILE, id: freeId(bench, NEW_FILE.id) };
  showDraft(player, 'new', { history: historyOf(jsonText(file)), savedText: null, failure: null });
}

/** A file from anywhere on the disk, as it is: what is wrong with it is shown where it is wrong. */
export async function openScenarioFile(player: PlayerStore, file: File): Promise<void> {
  const text = (await file.text()).replace(/^\uFEFF/, '');
  player.setState(({ drafts }) => ({ drafts: Object.fromEntries(Object.entries(drafts).filter(([key]) => key !== file.name)) }));
  showDraft(player, file.name, { history: historyOf(text), savedText: null, failure: null });
}

function freeId(bench: Bench, wanted: string): string {
  const taken = new Set((bench.getState().scenarios ?? []).map(({ id }) => id));
  const base = wanted.startsWith('my-') ? wanted : `my-${wanted}`;
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!taken.has(id)) return id;
  }
}

function copyText(text: string, id: string): string {
  const file = JSON.parse(text) as unknown;
  if (!isObject(file)) return text;
  return jsonText({ ...file, id, title: `${String(file.title)}, my copy`.slice(0, 120), group: OWN_GROUP });
}

/** Keeps it among the user's own; answers what was saved, or null with the reason in the draft. */
export async function saveDraft(bench: Bench, player: PlayerStore, key: string): Promise<ScenarioSummary | null> {
  const draft = player.getState().drafts[key];
  if (draft === undefined) return null;
  const { text } = draft.history;
  const saved = await bench.connection.api.saveScenario(text);
  const change = (drafts: Readonly<Record<string, Draft>>, to: string, more: Partial<Draft>): Readonly<Record<string, Draft>> => {
    const others = Object.fromEntries(Object.entries(drafts).filter(([other]) => other !== key && other !== to));
    return { ...others, [to]: { ...(drafts[key] ?? draft), ...more } };
  };
  if (!saved.ok) {
    player.setState(({ drafts }) => ({ drafts: change(drafts, key, { failure: saved.error }) }));
    return null;
  }
  const summary = saved.value;
  bench.keepScenario(summary);
  // From now on it is that own scenario, whatever it was opened from.
  player.setState(({ drafts, editing }) => ({
    drafts: change(drafts, summary.id, { savedText: text, failure: null }),
    editing: editing === key ? summary.id : editing,
    scenarioId: summary.id,
    ghost: null,
    circuitId: null,
  }));
  return summary;
}
