import './scenarios.css';
import './lanes.css';
import { useMemo, useState } from 'react';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { ComparisonPanel } from './comparison-panel.tsx';
import { DeletedLine } from './deleted-line.tsx';
import { ScenarioEditor } from './editor/scenario-editor.tsx';
import { Inspector } from './inspector.tsx';
import { Library } from './library.tsx';
import { playerActs } from './player-acts.ts';
import { RunLanes } from './run-lanes.tsx';
import { ScenarioHeader } from './scenario-header.tsx';
import { Transport } from './transport.tsx';
import { useChosen, type Chosen } from './use-chosen.ts';
import { usePlayback } from './use-playback.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';
import { useScenarioKeys } from './use-scenario-keys.ts';
import { VerdictBand } from './verdict-band.tsx';

function Player({ chosen }: { readonly chosen: Chosen }) {
  const bench = useBenchHandle();
  const player = usePlayerHandle();
  const isComparing = usePlayer((state) => state.isComparing);
  const [isTable, setTable] = useState(false);
  const acts = useMemo(() => playerActs(bench, player, chosen), [bench, player, chosen]);
  usePlayback(chosen.view?.durationS ?? null);
  useScenarioKeys(acts);
  return (
    <>
      <section className={isComparing ? 'player comparing' : 'player'} data-column tabIndex={-1} aria-label="Player">
        <DeletedLine />
        <ScenarioHeader chosen={chosen} acts={acts} />
        <VerdictBand chosen={chosen} acts={acts} />
        {isComparing ? <ComparisonPanel chosen={chosen} acts={acts} /> : <RunLanes chosen={chosen} acts={acts} isTable={isTable} onTable={setTable} />}
        <Transport chosen={chosen} acts={acts} />
      </section>
      {isComparing ? null : <Inspector chosen={chosen} acts={acts} />}
    </>
  );
}

/** The library, and beside it the player or the editor. */
function Screen({ chosen }: { readonly chosen: Chosen }) {
  const scenarios = useBench((state) => state.scenarios) ?? [];
  const editing = usePlayer((state) => state.editing);
  const draft = usePlayer((state) => (state.editing === null ? undefined : state.drafts[state.editing]));
  return (
    <div className="scenarios">
      <aside className="library" data-column tabIndex={-1} aria-label="Library">
        <Library scenarios={scenarios} chosenId={chosen.scenario.id} />
      </aside>
      {editing !== null && draft !== undefined ? <ScenarioEditor draftKey={editing} draft={draft} /> : <Player chosen={chosen} />}
    </div>
  );
}

export function ScenariosScreen() {
  const bench = useBenchHandle();
  const chosen = useChosen();
  const failure = useBench((state) => state.scenariosFailure);
  const isEmpty = useBench((state) => state.scenarios?.length === 0);
  if (chosen !== null) return <Screen chosen={chosen} />;
  return (
    <section className="empty" data-column tabIndex={-1} aria-labelledby="screen-title">
      <h1 id="screen-title">Scenarios</h1>
      {failure === null ? null : <FailurePanel failure={failure} act={{ label: 'Read again', run: () => void bench.refresh() }} />}
      {failure === null && isEmpty ? <p>Here will be the scenarios that this installation came with. None was found; installing the program again brings them back.</p> : null}
      {failure === null && !isEmpty ? <p role="status">Reading the scenarios.</p> : null}
    </section>
  );
}
