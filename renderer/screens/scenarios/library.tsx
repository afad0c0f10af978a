import { TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ScenarioSummary } from '../../../core/host-api/contract.ts';
import { Folder, PlusSign, Search } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { durationOf, runKey } from '../../store/played-run.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { outcomeLine, VERDICT_STATES, VERDICT_WORDS } from '../../words/verdicts.ts';
import { controllerShortName } from '../../words/controllers.ts';
import { Sentence } from '../../components/sentence.tsx';
import { listOf } from '../../words/names.ts';
import { newScenario, openScenarioFile } from './editor/draft.ts';
import { countedTags, foundScenarios } from './library-filter.ts';
import { openAtWorst } from './player-store.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

/** The verdict under the controller that is chosen for it, else under any that was played. */
function useOutcome(scenario: ScenarioSummary) {
  const picked = usePlayer((state) => state.controllers[scenario.id]) ?? scenario.controllers[0] ?? '';
  return useBench(({ outcomes }) => {
    const own = outcomes.get(runKey(scenario.id, picked));
    const played = scenario.controllers.map((name) => outcomes.get(runKey(scenario.id, name))).find((outcome) => outcome !== undefined);
    return own ?? played ?? null;
  });
}

function Entry({ scenario, isChosen, onChoose }: { readonly scenario: ScenarioSummary; readonly isChosen: boolean; readonly onChoose: () => void }) {
  const outcome = useOutcome(scenario);
  const isFailed = outcome !== null && !outcome.passed;
  const state = scenario.failure !== null ? 'danger' : outcome === null ? 'open' : isFailed ? 'danger' : VERDICT_STATES[outcome.verdict];
  const says = scenario.failure !== null ? 'Its file has an error' : outcome === null ? 'Not played yet' : isFailed ? 'An expectation failed' : VERDICT_WORDS[outcome.verdict];
  return (
    <li>
      <button type="button" className="entry" aria-current={isChosen ? 'true' : undefined} onClick={onChoose}>
        <StateIcon state={state} />
        <span className="entry-text">
          <span className="entry-title">
            {scenario.title}
            {scenario.isOwn ? <span className="own-mark">own</span> : null}
          </span>
          <span className="entry-line">
            {outcome === null ? (
              says
            ) : (
              <>
                <span className="visually-hidden">{says}. </span>
                {scenario.controllers.length > 1 ? `${controllerShortName(outcome.controller)}: ` : ''}
                <Sentence text={outcomeLine(outcome)} />
              </>
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Beyond so many, the rarer tags stand behind a button. */
const TAGS_SHOWN = 9;

function Tags({ scenarios }: { readonly scenarios: readonly ScenarioSummary[] }) {
  const player = usePlayerHandle();
  const chosen = usePlayer((state) => state.tags);
  const [isWhole, setWhole] = useState(false);
  const tags = countedTags(scenarios, chosen);
  if (tags.length < 2 && chosen.length === 0) return null;
  const isShort = tags.length > TAGS_SHOWN + 1 && !isWhole;
  const shown = isShort ? tags.filter(({ tag }, index) => index < TAGS_SHOWN || chosen.includes(tag)) : tags;
  const toggle = (tag: string): void => {
    player.setState({ tags: chosen.includes(tag) ? chosen.filter((other) => other !== tag) : [...chosen, tag] });
  };
  return (
    <div className="library-tags" role="group" aria-label="Tags">
      {shown.map(({ tag, count }) => (
        <button key={tag} type="button" className={chosen.includes(tag) ? 'chip on' : 'chip'} aria-pressed={chosen.includes(tag)} onClick={() => toggle(tag)}>
          {tag} <span className="num chip-count">{count}</span>
        </button>
      ))}
      {isShort ? (
        <button type="button" className="chip quiet-chip" onClick={() => setWhole(true)}>
          {tags.length - shown.length} more tags
        </button>
      ) : null}
    </div>
  );
}

function NothingFound() {
  const player = usePlayerHandle();
  const search = usePlayer((state) => state.search.trim());
  const tags = usePlayer((state) => state.tags);
  const wanted = [...(search === '' ? [] : [`“${search}”`]), ...tags.map((tag) => `the tag ${tag}`)];
  return (
    <div className="library-none">
      <p>No scenario has {listOf(wanted)}.</p>
      <button type="button" className="button compact" onClick={() => player.setState({ search: '', tags: [] })}>
        Show all scenarios
      </button>
    </div>
  );
}

function SearchField({ count }: { readonly count: number }) {
  const player = usePlayerHandle();
  const search = usePlayer((state) => state.search);
  return (
    <TextInput
      className="library-search"
      data-library-search
      type="search"
      aria-label="Search scenarios"
      placeholder={`Search ${count} scenarios`}
      leftSection={<Search size={16} />}
      rightSection={<kbd className="kbd">/</kbd>}
      value={search}
      onChange={(event) => player.setState({ search: event.currentTarget.value })}
    />
  );
}

/** A person's own scenarios: begun anew, or opened from a file anywhere on the disk. */
function OwnActs({ onChosen }: { readonly onChosen: (() => void) | undefined }) {
  const bench = useBenchHandle();
  const player = usePlayerHandle();
  const field = useRef<HTMLInputElement>(null);
  return (
    <div className="library-acts">
      <button
        type="button"
        className="button compact"
        onClick={() => {
          newScenario(bench, player);
          onChosen?.();
        }}
      >
        <PlusSign size={16} />
        New
      </button>
      <button type="button" className="button compact" onClick={() => field.current?.click()}>
        <Folder size={16} />
        Open a file
      </button>
      <input
        ref={field}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Scenario file"
        accept=".json,application/json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void openScenarioFile(player, file).then(onChosen);
          // The same file again is a choice too.
          currentTarget.value = '';
        }}
      />
    </div>
  );
}

export function Library({ scenarios, chosenId, onChosen }: { readonly scenarios: readonly ScenarioSummary[]; readonly chosenId: string; readonly onChosen?: () => void }) {
  const player = usePlayerHandle();
  const runs = useBench((state) => state.runs);
  const search = usePlayer((state) => state.search);
  const tags = usePlayer((state) => state.tags);
  const shown = foundScenarios(scenarios, search, tags);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const isNarrowed = search.trim() !== '' || tags.length > 0;
  const choose = (scenario: ScenarioSummary): void => {
    player.setState({ scenarioId: scenario.id, isPlaying: false, ghost: null, circuitId: null, editing: null });
    const run = runs.get(runKey(scenario.id, player.getState().controllers[scenario.id] ?? scenario.controllers[0] ?? ''));
    if (run !== undefined) openAtWorst(player, durationOf(run), run.result.worstMoment?.timeS ?? null);
    onChosen?.();
  };
  return (
    <>
      <SearchField count={scenarios.length} />
      <OwnActs onChosen={onChosen} />
      <Tags scenarios={shown} />
      <p className={isNarrowed && shown.length > 0 ? 'library-count' : 'visually-hidden'} role="status">
        {isNarrowed ? `${shown.length} of ${scenarios.length} scenarios` : ''}
      </p>
      {groups.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <h2 className="library-group">{group}</h2>
          <ul>
            {shown
              .filter((scenario) => scenario.group === group)
              .map((scenario) => (
                <Entry key={scenario.id} scenario={scenario} isChosen={scenario.id === chosenId} onChoose={() => choose(scenario)} />
              ))}
          </ul>
        </div>
      ))}
      {shown.length === 0 ? <NothingFound /> : null}
    </>
  );
}
