import { failure, failureOf, type Result } from '../core/errors.ts';
import type { HostApi, PlayRequest, RunResult } from '../core/host-api/contract.ts';
import type { ScenarioOutcome } from '../core/scenarios/outcome.ts';
import type { HostEventSink } from './host-events.ts';
import { findBundledScenario, listBundledScenarios, summaryOf } from './simulation/library.ts';
import type { Playing, SimulationPool } from './simulation/pool.ts';

/** Playing scenarios for a screen: the part of the contract that has nothing to do with the live site. */
export type Runs = Pick<HostApi, 'listScenarios' | 'playScenario' | 'cancelRun' | 'listVerdicts'>;

interface Verdict {
  readonly scenarioId: string;
  readonly controller: string;
  readonly outcome: ScenarioOutcome;
}

export function createRuns(pool: SimulationPool, events: HostEventSink): Runs {
  const playing = new Map<string, Playing>();
  const verdicts = new Map<string, Verdict>();
  let runCount = 0;

  const play = async (request: PlayRequest): Promise<Result<RunResult>> => {
    const { scenarioId, controller, mode } = request;
    const entry = findBundledScenario(scenarioId);
    if (entry === null) return failure('not-found', { scenario: scenarioId });
    if (!(controller in entry.scenario.controllers)) return failure('not-found', { scenario: scenarioId, controller });
    runCount += 1;
    const runId = `run-${runCount}`;
    const { durationS } = entry.scenario;
    // Told before anything else, so that whoever asked can cancel at once.
    events.emit('runProgress', { runId, playedS: 0, durationS });
    const run = pool.play(
      { file: entry.file, controller, mode, journalPath: null, broker: null },
      {
        onProgress(playedS) {
          events.emit('runProgress', { runId, playedS, durationS });
        },
        onColumns(columns) {
          events.emit('runColumns', { runId, columns });
        },
      },
    );
    playing.set(runId, run);
    const result = await run.ended;
    playing.delete(runId);
    if (!result.ok) return result;
    verdicts.set(`${scenarioId}/${controller}`, { scenarioId, controller, outcome: result.value.outcome });
    return { ok: true, value: { ...result.value, runId, request } };
  };

  return {
    listScenarios() {
      try {
        return Promise.resolve({ ok: true, value: listBundledScenarios().map(summaryOf) });
      } catch (error) {
        return Promise.resolve({ ok: false, error: failureOf(error) });
      }
    },
    playScenario: play,
    cancelRun(runId) {
      const run = playing.get(runId);
      if (run === undefined) return Promise.resolve(failure('not-found', { run: runId }));
      run.cancel();
      return Promise.resolve({ ok: true, value: null });
    },
    listVerdicts: () => Promise.resolve({ ok: true, value: [...verdicts.values()] }),
  };
}
