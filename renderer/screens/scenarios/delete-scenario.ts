import type { ScenarioSummary } from '../../../core/host-api/contract.ts';
import type { Bench } from '../../store/bench-store.ts';
import { isUnsaved, type Draft } from './editor/draft.ts';
import type { DeletedScenario, PlayerStore } from './player-store.ts';

/** Puts an own scenario aside, at once and without a question: it can be undone. What is written and not saved stays. */
export async function deleteScenario(bench: Bench, player: PlayerStore, { id, title }: ScenarioSummary): Promise<void> {
  const answer = await bench.connection.api.deleteScenario(id);
  if (!answer.ok) {
    player.setState({ deleted: { id, title, isGone: false, failure: answer.error } });
    return;
  }
  player.setState(({ drafts }) => ({ deleted: { id, title, isGone: true, failure: null }, scenarioId: null, ghost: null, circuitId: null, isPlaying: false, drafts: withoutFile(drafts, id) }));
  bench.dropScenario(id);
}

export async function undoDelete(bench: Bench, player: PlayerStore, deleted: DeletedScenario): Promise<void> {
  const answer = await bench.connection.api.undoDeleteScenario(deleted.id);
  if (!answer.ok) {
    player.setState({ deleted: { ...deleted, failure: answer.error } });
    return;
  }
  bench.keepScenario(answer.value);
  player.setState({ deleted: null, scenarioId: answer.value.id, ghost: null, circuitId: null });
}

/** What is written and not saved waits for its scenario to come back. */
function withoutFile(drafts: Readonly<Record<string, Draft>>, id: string): Readonly<Record<string, Draft>> {
  return Object.fromEntries(Object.entries(drafts).filter(([key, draft]) => key !== id || isUnsaved(draft)));
}
