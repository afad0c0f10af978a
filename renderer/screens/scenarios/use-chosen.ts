import { useMemo } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { ScenarioSummary } from '../../../core/host-api/contract.ts';
import type { ScenarioOutcome } from '../../../core/scenarios/outcome.ts';
import type { Computing } from '../../store/bench-store.ts';
import { runKey, type PlayedRun } from '../../store/played-run.ts';
import { useBench } from '../../store/use-bench.ts';
import { makeRunView, type RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

/** The chosen scenario under its chosen controller, with what is known of it. */
export interface Chosen {
  readonly scenario: ScenarioSummary;
  readonly controller: string;
  /** Those of the file, then those a person looks at besides. */
  readonly controllers: readonly string[];
  readonly run: PlayedRun | null;
  readonly ghost: PlayedRun | null;
  readonly outcome: ScenarioOutcome | null;
  readonly failure: Failure | null;
  /** Set while the host computes this scenario, under whichever controller. */
  readonly computing: Computing | null;
  readonly view: RunView | null;
}

export function useChosen(): Chosen | null {
  const scenarios = useBench((state) => state.scenarios);
  const wanted = usePlayer((state) => state.scenarioId);
  const scenario = scenarios?.find(({ id }) => id === wanted) ?? scenarios?.[0] ?? null;
  const picked = usePlayer((state) => (scenario === null ? undefined : state.controllers[scenario.id]));
  const added = usePlayer((state) => (scenario === null ? undefined : state.added[scenario.id]));
  const controllers = useMemo(() => [...(scenario?.controllers ?? []), ...(added ?? []).filter((name) => scenario?.controllers.includes(name) === false)], [scenario, added]);
  const controller = picked !== undefined && controllers.includes(picked) ? picked : (controllers[0] ?? '');
  const key = runKey(scenario?.id ?? '', controller);
  const ghostController = usePlayer((state) => state.ghost);
  const circuitId = usePlayer((state) => state.circuitId);
  const run = useBench((state) => state.runs.get(key) ?? null);
  const ghost = useBench((state) => (ghostController === null || ghostController === controller ? null : (state.runs.get(runKey(scenario?.id ?? '', ghostController)) ?? null)));
  const outcome = useBench((state) => state.outcomes.get(key) ?? null);
  const playFailure = useBench((state) => state.playFailures.get(key) ?? null);
  const failure = scenario?.failure ?? playFailure;
  const computing = useBench((state) => (state.computing?.request.scenarioId === scenario?.id ? state.computing : null));
  const view = useMemo(() => (run === null ? null : makeRunView(run, circuitId, ghost)), [run, circuitId, ghost]);
  return scenario === null ? null : { scenario, controller, controllers, run, ghost, outcome, failure, computing, view };
}
