import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../core/errors.ts';
import type { Frame } from '../../core/runs/frame.ts';
import type { HostConnection, HostEvents, HostState, PlayRequest, RunResult, ScenarioSummary } from '../../core/host-api/contract.ts';
import type { ScanState } from '../../core/host-api/bench-devices.ts';
import type { RunColumns } from '../../core/runs/columns.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import type { ConnectionState } from '../host/web-host.ts';
import { withFrame } from './live-history.ts';
import { runKey, type PlayedRun } from './played-run.ts';

/** A run that the host computes now. */
export interface Computing {
  readonly request: PlayRequest;
  /** Known with the first progress. */
  readonly runId: string | null;
  readonly playedS: number;
  readonly durationS: number;
  /** Of several runs played one after the other. */
  readonly index: number;
  readonly count: number;
  readonly isStopping: boolean;
}

export interface BenchState {
  readonly connection: ConnectionState;
  readonly host: HostState | null;
  readonly hostFailure: Failure | null;
  readonly frame: Frame | null;
  /** UTC ms at which the newest frame came in: ages go on growing while nothing arrives. */
  readonly frameArrivedMs: number;
  readonly history: readonly Frame[];
  readonly scenarios: readonly ScenarioSummary[] | null;
  readonly scenariosFailure: Failure | null;
  /** All who can decide in a scenario. */
  readonly controllers: readonly string[];
  readonly outcomes: ReadonlyMap<string, ScenarioOutcome>;
  readonly runs: ReadonlyMap<string, PlayedRun>;
  readonly playFailures: ReadonlyMap<string, Failure>;
  readonly computing: Computing | null;
  /** Of the bus; goes on while other screens are shown, and its result stays. */
  readonly scan: ScanState;
}

export interface Bench extends StoreApi<BenchState> {
  readonly connection: HostConnection;
  /**
   * Plays one after the other; answers what was played. A failure or a stop ends the sequence, but for one that only
   * concerns its controller: another can still play.
   */
  play(requests: readonly PlayRequest[]): Promise<readonly RunResult[]>;
  stopPlaying(): void;
  /** A scenario was saved: it is in the library, and what was played of it before was another one. */
  keepScenario(summary: ScenarioSummary): void;
  /** A scenario was deleted, and with it what was played of it. */
  dropScenario(scenarioId: string): void;
  refresh(): Promise<void>;
  close(): void;
}

/** Columns of a day are about 5 MB; so many runs are kept, the oldest go first. */
const KEPT_RUNS = 12;

const EMPTY: BenchState = {
  connection: { isConnected: false, sinceMs: 0, nextAttemptMs: null },
  host: null,
  hostFailure: null,
  frame: null,
  frameArrivedMs: 0,
  history: [],
  scenarios: null,
  scenariosFailure: null,
  controllers: [],
  outcomes: new Map(),
  runs: new Map(),
  playFailures: new Map(),
  computing: null,
  scan: { kind: 'none' },
};

/** The one place that listens to the host. */
export function openBench(connection: HostConnection, nowMs: () => number = () => Date.now()): Bench {
  const store = createStore<BenchState>(() => EMPTY);
  const arrived = new Map<string, RunColumns>();
  const unsubscribe = [
    connection.on('state', (host) => store.setState(({ host: before }) => ({ host, hostFailure: null, ...(isSameRun(before, host) ? {} : { frame: null, history: [] }) }))),
    connection.on('frame', (frame) => store.setState(({ history }) => ({ frame, frameArrivedMs: nowMs(), history: withFrame(history, frame) }))),
    connection.on('scan', (scan) => store.setState({ scan })),
    connection.on('runProgress', (progress) => takeProgress(store, progress, connection)),
    connection.on('runColumns', ({ runId, columns }) => {
      arrived.set(runId, columns);
    }),
    connection.onConnection((state) => {
      const wasConnected = store.getState().connection.isConnected;
      store.setState({ connection: state });
      if (state.isConnected && !wasConnected) void refresh(store, connection, nowMs);
    }),
  ];
  return Object.assign(store, {
    connection,
    play: (requests: readonly PlayRequest[]) => playAll(store, connection, arrived, requests),
    stopPlaying: () => {
      stopPlaying(store, connection);
    },
    keepScenario: (summary: ScenarioSummary) => {
      keepScenario(store, summary);
    },
    dropScenario: (scenarioId: string) => {
      dropScenario(store, scenarioId);
    },
    refresh: () => refresh(store, connection, nowMs),
    close: () => {
      for (const stop of unsubscribe) stop();
    },
  });
}

/** Another site, or another life of the host: what was seen before is no part of it. */
function isSameRun(before: HostState | null, now: HostState): boolean {
  return before === null || (before.project?.folder === now.project?.folder && before.recording?.runId === now.recording?.runId);
}

async function refresh(store: StoreApi<BenchState>, { api }: HostConnection, nowMs: () => number): Promise<void> {
  const [state, scenarios, controllers, verdicts, history, scan] = await Promise.all([
    api.getState(),
    api.listScenarios(),
    api.listControllers(),
    api.listVerdicts(),
    api.getLiveHistory(),
    api.getScan(),
  ]);
  store.setState(state.ok ? { host: state.value, hostFailure: null } : { hostFailure: state.error });
  store.setState(scenarios.ok ? { scenarios: scenarios.value, scenariosFailure: null } : { scenariosFailure: scenarios.error });
  if (controllers.ok) store.setState({ controllers: controllers.value });
  if (verdicts.ok) {
    store.setState(({ outcomes }) => ({
      outcomes: new Map([...outcomes, ...verdicts.value.map(({ scenarioId, controller, outcome }) => [runKey(scenarioId, controller), outcome] as const)]),
    }));
  }
  if (scan.ok) store.setState({ scan: scan.value });
  if (history.ok) takeHistory(store, history.value, nowMs());
}

/** Frames that came in while the history was on its way stand behind it. */
function takeHistory(store: StoreApi<BenchState>, frames: readonly Frame[], nowMs: number): void {
  const before = store.getState().frame;
  const older = frames.filter(({ timeMs }) => before === null || timeMs < before.timeMs);
  const history = before === null ? older : [...older, before];
  const newest = history.at(-1) ?? null;
  store.setState({ history, frame: newest, ...(before === null ? { frameArrivedMs: nowMs } : {}) });
}

function takeProgress(store: StoreApi<BenchState>, progress: HostEvents['runProgress'], { api }: HostConnection): void {
  const { computing, runs } = store.getState();
  if (computing === null) return;
  const { runId, playedS, durationS } = progress;
  const isOurs = computing.runId === runId || (computing.runId === null && ![...runs.values()].some((run) => run.result.runId === runId));
  if (!isOurs) return;
  if (computing.isStopping && computing.runId === null) void api.cancelRun(runId);
  store.setState({ computing: { ...computing, runId, playedS, durationS } });
}

/** Until the run has its name nothing can be stopped: the wish is kept and acted on with the first progress. */
function stopPlaying(store: StoreApi<BenchState>, { api }: HostConnection): void {
  const { computing } = store.getState();
  if (computing === null || computing.isStopping) return;
  store.setState({ computing: { ...computing, isStopping: true } });
  if (computing.runId !== null) void api.cancelRun(computing.runId);
}

async function playAll(
  store: StoreApi<BenchState>,
  { api }: HostConnection,
  arrived: Map<string, RunColumns>,
  requests: readonly PlayRequest[],
): Promise<readonly RunResult[]> {
  if (store.getState().computing !== null) return [];
  const played: RunResult[] = [];
  for (const [index, request] of requests.entries()) {
    const durationS = store.getState().scenarios?.find(({ id }) => id === request.scenarioId)?.durationS ?? 0;
    store.setState({ computing: { request, runId: null, playedS: 0, durationS, index, count: requests.length, isStopping: false } });
    const answer = await api.playScenario(request);
    const columns = answer.ok ? arrived.get(answer.value.runId) : undefined;
    arrived.clear();
    if (!answer.ok || columns === undefined) {
      const failure: Failure = answer.ok ? { code: 'unexpected-reply', context: { link: 'screen', what: 'a run without its columns' } } : answer.error;
      store.setState(({ playFailures }) => ({ playFailures: new Map(playFailures).set(runKey(request.scenarioId, request.controller), failure) }));
      if (concernsController(failure)) continue;
      break;
    }
    played.push(answer.value);
    keepRun(store, { result: answer.value, columns });
  }
  store.setState({ computing: null });
  return played;
}

/** It cannot control this site, or has not the settings that it needs. */
function concernsController({ code, context }: Failure): boolean {
  return code === 'not-supported' || (code === 'invalid-file' && String(context.path).startsWith('controllers/'));
}

function keepScenario(store: StoreApi<BenchState>, summary: ScenarioSummary): void {
  dropScenario(store, summary.id);
  store.setState(({ scenarios }) => ({ scenarios: [...(scenarios ?? []), summary] }));
}

function dropScenario(store: StoreApi<BenchState>, scenarioId: string): void {
  const without = <T>(all: ReadonlyMap<string, T>): ReadonlyMap<string, T> => new Map([...all].filter(([key]) => !key.startsWith(runKey(scenarioId, ''))));
  store.setState(({ scenarios, runs, outcomes, playFailures }) => ({
    scenarios: (scenarios ?? []).filter(({ id }) => id !== scenarioId),
    runs: without(runs),
    outcomes: without(outcomes),
    playFailures: without(playFailures),
  }));
}

function keepRun(store: StoreApi<BenchState>, run: PlayedRun): void {
  const { request, outcome } = run.result;
  const key = runKey(request.scenarioId, request.controller);
  store.setState(({ runs, outcomes, playFailures }) => {
    const kept = new Map([...runs].filter(([other]) => other !== key).slice(1 - KEPT_RUNS));
    const failures = new Map(playFailures);
    failures.delete(key);
    return { runs: kept.set(key, run), outcomes: new Map(outcomes).set(key, outcome), playFailures: failures };
  });
}
