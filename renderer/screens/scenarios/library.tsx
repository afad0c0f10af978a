import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ScenarioSummary } from '../../../core/host-api/contract.ts';
import { Search } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { durationOf, runKey } from '../../store/played-run.ts';
import { useBench } from '../../store/use-bench.ts';
import { outcomeLine, VERDICT_STATES, VERDICT_WORDS } from '../../words/verdicts.ts';
import { controllerShortName } from '../../words/controllers.ts';
import { Sentence } from '../../components/sentence.tsx';
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
  const state = outcome === null ? 'open' : isFailed ? 'danger' : VERDICT_STATES[outcome.verdict];
  const says = outcome === null ? 'Not played yet' : isFailed ? 'An expectation failed' : VERDICT_WORDS[outcome.verdict];
  return (
    <li>
      <button type="button" className="entry" aria-current={isChosen ? 'true' : undefined} onClick={onChoose}>
        <StateIcon state={state} />
        <span className="entry-text">
          <span className="entry-title">{scenario.title}</span>
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

const matches = (scenario: ScenarioSummary, text: string, tag: string | null): boolean =>
  (tag === null || scenario.tags.includes(tag)) && `${scenario.title} ${scenario.about} ${scenario.tags.join(' ')}`.toLowerCase().includes(text.trim().toLowerCase());

export function Library({ scenarios, chosenId, onChosen }: { readonly scenarios: readonly ScenarioSummary[]; readonly chosenId: string; readonly onChosen?: () => void }) {
  const player = usePlayerHandle();
  const runs = useBench((state) => state.runs);
  const [text, setText] = useState('');
  const [tag, setTag] = useState<string | null>(null);
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))];
  const shown = scenarios.filter((scenario) => matches(scenario, text, tag));
  const groups = [...new Set(shown.map(({ group }) => group))];
  const choose = (scenario: ScenarioSummary): void => {
    player.setState({ scenarioId: scenario.id, isPlaying: false, ghost: null, circuitId: null });
    const run = runs.get(runKey(scenario.id, player.getState().controllers[scenario.id] ?? scenario.controllers[0] ?? ''));
    if (run !== undefined) openAtWorst(player, durationOf(run), run.result.worstMoment?.timeS ?? null);
    onChosen?.();
  };
  return (
    <>
      <TextInput
        className="library-search"
        data-library-search
        type="search"
        aria-label="Search scenarios"
        placeholder={`Search ${scenarios.length} scenarios`}
        leftSection={<Search size={16} />}
        rightSection={<kbd className="kbd">/</kbd>}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {tags.length > 1 ? (
        <div className="library-tags" role="group" aria-label="Tags">
          {tags.map((name) => (
            <button key={name} type="button" className={name === tag ? 'chip on' : 'chip'} aria-pressed={name === tag} onClick={() => setTag(name === tag ? null : name)}>
              {name}
            </button>
          ))}
        </div>
      ) : null}
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h2 className="library-group">{group}</h2>
          <ul>
            {shown
              .filter((scenario) => scenario.group === group)
              .map((scenario) => (
                <Entry key={scenario.id} scenario={scenario} isChosen={scenario.id === chosenId} onChoose={() => choose(scenario)} />
              ))}
          </ul>
        </section>
      ))}
      {shown.length === 0 ? <p className="library-none">No scenario fits. Clear the search or the tag.</p> : null}
    </>
  );
}
