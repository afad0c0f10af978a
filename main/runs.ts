import { ChargebenchError, failure, failureOf, success, type Result } from '../core/errors.ts';
import type { HostApi, PlayRequest, RunResult } from '../core/host-api/contract.ts';
import { siteFileOf } from '../core/site/write-site.ts';
import type { ScenarioOutcome } from '../core/scenarios/outcome.ts';
import type { HostEventSink } from './host-events.ts';
import type { OwnScenarios } from './own-scenarios.ts';
import { fileFor, KNOWN_CONTROLLERS } from './simulation/any-controller.ts';
import { findBundledScenario, listBundledScenarios, summaryOf, type LibraryEntry } from './simulation/library.ts';
import type { Playing, SimulationPool } from './simulation/pool.ts';

/** Scenarios for a screen, and playing them: the part of the contract that has nothing to do with the live site. */
export type Runs = Pick<HostApi, 'listScenarios' | 'listControllers' | 'readScenario' | 'checkScenario' | 'saveScenario' | 'deleteScenario' | 'undoDeleteScenario' | 'playScenario' | 'cancelRun' | 'listVerdicts'>;

interface Verdict {
  readonly scenarioId: string;
  readonly controller: string;
  readonly outcome: ScenarioOutcome;
}

export function createRuns(pool: SimulationPool, events: HostEventSink, own: OwnScenarios): Runs {
  const playing = new Map<string, Playing>();
  const verdicts = new Map<string, Verdict>();
  let runCount = 0;
  const forget = (id: string): void => {
    for (const [key, { scenarioId }] of verdicts) if (scenarioId === id) verdicts.delete(key);
  };
  const find = (id: string): LibraryEntry | null => findBundledScenario(id) ?? own.find(id);

  const play = async (request: PlayRequest): Promise<Result<RunResult>> => {
    const { scenarioId, controller, mode } = request;
    const entry = find(scenarioId);
    if (entry === null) return failure('not-found', { scenario: scenarioId });
    if (!KNOWN_CONTROLLERS.includes(controller)) return failure('not-found', { scenario: scenarioId, controller });
    runCount += 1;
    const runId = `run-${runCount}`;
    const { durationS } = entry.scenario;
    // Told before anything else, so that whoever asked can cancel at once.
    events.emit('runProgress', { runId, playedS: 0, durationS });
    const run = pool.play(
      { file: fileFor(entry, controller), controller, mode, journalPath: null, broker: null },
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
    listScenarios: () => answer(() => [...listBundledScenarios().map(summaryOf), ...own.list()]),
    listControllers: () => answer(() => KNOWN_CONTROLLERS),
    readScenario(scenarioId) {
      const bundled = findBundledScenario(scenarioId);
      const text = bundled === null ? own.textOf(scenarioId) : `${JSON.stringify(bundled.file, null, 2)}\n`;
      return Promise.resolve(text === null ? failure('not-found', { scenario: scenarioId }) : success(text));
    },
    checkScenario: (text) =>
      answer(() => {
        const entry = own.check(text);
        return { summary: { ...summaryOf(entry), isOwn: true }, site: entry.site, siteFile: siteFileOf(entry.site).site };
      }),
    saveScenario: (text) =>
      answer(() => {
        const entry = own.save(text);
        // What was played of it before was another scenario.
        forget(entry.scenario.id);
        return { ...summaryOf(entry), isOwn: true };
      }),
    deleteScenario: (scenarioId) =>
      answer(() => {
        if (findBundledScenario(scenarioId) !== null) throw new ChargebenchError('refused', { scenario: scenarioId, why: 'it came with the program' });
        if (own.delete(scenarioId) === null) throw new ChargebenchError('not-found', { scenario: scenarioId });
        forget(scenarioId);
        return null;
      }),
    undoDeleteScenario: (scenarioId) =>
      answer(() => {
        const summary = own.undoDelete(scenarioId);
        if (summary === null) throw new ChargebenchError('not-found', { scenario: scenarioId });
        return summary;
      }),
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

/** What is done at once; what it throws is its failure. */
function answer<T>(act: () => T): Promise<Result<T>> {
  try {
    return Promise.resolve(success(act()));
  } catch (error) {
    return Promise.resolve({ ok: false, error: failureOf(error) });
  }
}
