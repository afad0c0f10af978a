import { around, within, zoomed } from '../../charts/time-range.ts';
import type { PlayMode } from '../../../core/scenarios/outcome.ts';
import type { Bench, BenchState } from '../../store/bench-store.ts';
import { durationOf, runKey } from '../../store/played-run.ts';
import { editScenario } from './editor/draft.ts';
import { nextMoment } from './changes.ts';
import { CLOSE_UP_S, openAtWorst, seek, SPEEDS, startFrom, type PlayerStore } from './player-store.ts';
import type { RunView } from './run-view.ts';
import type { Chosen } from './use-chosen.ts';

const LEAP_S = 60;

/** What buttons and keys of the Scenarios screen do. */
export interface PlayerActs {
  readonly playOrPause: () => void;
  readonly compute: () => void;
  readonly compare: () => void;
  /** Plays those of the comparison that have no run yet. */
  readonly playMissing: () => void;
  /** The run of that controller in the chart, played first where it is missing. */
  readonly showRun: (controller: string) => void;
  readonly stop: () => void;
  /** Its file, or a copy of it where it came with the program, in the editor. */
  readonly edit: () => void;
  /** To the next row of the run, or the one before. */
  readonly step: (direction: 1 | -1) => void;
  /** A minute. */
  readonly leap: (direction: 1 | -1) => void;
  readonly toEvent: (direction: 1 | -1) => void;
  readonly toChange: (direction: 1 | -1) => void;
  readonly toWorst: () => void;
  readonly zoom: (factor: number) => void;
  readonly showAll: () => void;
  readonly faster: (direction: 1 | -1) => void;
  readonly seek: (timeS: number) => void;
}

export function playerActs(bench: Bench, player: PlayerStore, chosen: Chosen): PlayerActs {
  const { scenario, controller, view } = chosen;
  const durationS = view?.durationS ?? scenario.durationS;
  const seekTo = (timeS: number | null): void => {
    if (timeS !== null) seek(player, timeS, durationS);
  };
  const compute = (): void => void computeRun(bench, player, scenario.id, controller);
  return {
    compute,
    playOrPause: () => {
      const { isPlaying, speed, cursorS } = player.getState();
      if (isPlaying) player.setState({ isPlaying: false });
      else if (view === null || speed === 'max') compute();
      else startFrom(player, cursorS >= durationS - 1e-6 ? 0 : cursorS, durationS);
    },
    compare: () => void compareAll(bench, player, chosen),
    playMissing: () => void playMissing(bench, player, chosen),
    showRun: (name) => {
      player.setState(({ controllers, ghost }) => ({ controllers: { ...controllers, [scenario.id]: name }, scenarioId: scenario.id, ghost: ghost === name ? null : ghost, isComparing: false }));
      const shown = bench.getState().runs.get(runKey(scenario.id, name));
      if (shown === undefined) void computeRun(bench, player, scenario.id, name);
      else openAtWorst(player, durationOf(shown), shown.result.worstMoment?.timeS ?? null);
    },
    edit: () => void editScenario(bench, player, scenario),
    stop: () => {
      bench.stopPlaying();
    },
    step: (direction) => {
      // Who looks row by row does not want it to run away.
      player.setState({ isPlaying: false });
      seekTo(view === null ? null : nextMoment([...nearTimes(view, player.getState().cursorS)], player.getState().cursorS, direction));
    },
    leap: (direction) => {
      if (view !== null) seekTo(player.getState().cursorS + direction * LEAP_S);
    },
    toEvent: (direction) => {
      seekTo(view === null ? null : nextMoment(view.events.map(({ timeS }) => timeS), player.getState().cursorS, direction));
    },
    toChange: (direction) => {
      seekTo(view === null ? null : nextMoment(view.run.result.setpointChanges.map(({ timeS }) => timeS), player.getState().cursorS, direction));
    },
    toWorst: () => {
      if (view !== null) openAtWorst(player, durationS, view.run.result.worstMoment?.timeS ?? null);
    },
    zoom: (factor) => {
      player.setState(({ range, cursorS }) => ({ range: zoomed(range, factor, Math.min(Math.max(cursorS, range[0]), range[1]), durationS) }));
    },
    showAll: () => {
      player.setState({ range: within([0, durationS], durationS) });
    },
    faster: (direction) => {
      player.setState(({ speed }) => ({ speed: SPEEDS[Math.min(Math.max(SPEEDS.indexOf(speed) + direction, 0), SPEEDS.length - 1)] ?? speed }));
    },
    seek: seekTo,
  };
}

/** Times of the rows around a moment. */
function nearTimes({ run }: RunView, timeS: number): Float64Array {
  const times = run.columns.timeS;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < timeS) low = middle + 1;
    else high = middle;
  }
  return times.subarray(Math.max(0, low - 2), low + 3);
}

/** Computes the run; at `max` its answer is shown at once, else the cursor runs through it from the start. */
export async function computeRun(bench: Bench, player: PlayerStore, scenarioId: string, controller: string): Promise<void> {
  // The first of the list is shown until something is chosen; playing it chooses it.
  player.setState({ scenarioId });
  const { mode } = player.getState();
  const [result] = await bench.play([{ scenarioId, controller, mode }]);
  const run = result === undefined ? undefined : bench.getState().runs.get(runKey(scenarioId, controller));
  if (run === undefined || player.getState().scenarioId !== scenarioId) return;
  const durationS = durationOf(run);
  if (player.getState().speed === 'max') openAtWorst(player, durationS, run.result.worstMoment?.timeS ?? null);
  else {
    player.setState({ range: around(0, CLOSE_UP_S, durationS) });
    startFrom(player, 0, durationS);
  }
}

/** Those without a run in this mode; one that cannot control this site never has one. */
export function missingRuns({ runs, playFailures }: Pick<BenchState, 'runs' | 'playFailures'>, scenarioId: string, controllers: readonly string[], mode: PlayMode): readonly string[] {
  return controllers.filter((name) => {
    const key = runKey(scenarioId, name);
    return runs.get(key)?.result.request.mode !== mode && playFailures.get(key)?.code !== 'not-supported';
  });
}

async function playMissing(bench: Bench, player: PlayerStore, { scenario, controllers }: Chosen): Promise<void> {
  player.setState({ scenarioId: scenario.id });
  const { mode } = player.getState();
  const missing = missingRuns(bench.getState(), scenario.id, controllers, mode);
  await bench.play(missing.map((controller) => ({ scenarioId: scenario.id, controller, mode })));
}

/** Plays what is missing, then draws another controller's run dotted over the chosen one; pressed again it goes away. */
async function compareAll(bench: Bench, player: PlayerStore, chosen: Chosen): Promise<void> {
  const { scenario, controller, controllers, ghost } = chosen;
  if (ghost !== null) {
    player.setState({ ghost: null });
    return;
  }
  const isKept = (name: string): boolean => bench.getState().runs.get(runKey(scenario.id, name))?.result.request.mode === player.getState().mode;
  const hadRun = isKept(controller);
  await playMissing(bench, player, chosen);
  const run = bench.getState().runs.get(runKey(scenario.id, controller));
  player.setState({ ghost: controllers.find((name) => name !== controller && isKept(name)) ?? null });
  if (run !== undefined && !hadRun && player.getState().scenarioId === scenario.id) openAtWorst(player, durationOf(run), run.result.worstMoment?.timeS ?? null);
}
