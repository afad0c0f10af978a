import { performance } from 'node:perf_hooks';
import { failure, type Result, ChargebenchError } from '../../core/errors.ts';
import type { PlayedRun, PlayRequest } from '../../core/player/observer.ts';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import type { RunColumns } from '../../core/runs/columns.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import { restoreScenario, type RestoredScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { FIELD_CONTROLLERS } from '../../hardware-sims/firmware/controllers.ts';
import { createLoopbackWorld } from '../../hardware-sims/loopback-world.ts';
import { START_WALL_MS } from '../../hardware-sims/simulated-site.ts';
import { createDirectWorld } from '../../hardware-sims/world.ts';
import { createJournalFile } from '../files/journal-file.ts';
import type { PlayedResult, PlayOrder } from './messages.ts';
import { playWire } from './play-wire.ts';

export interface PlayHooks {
  readonly onProgress: (playedS: number, durationS: number) => void;
  readonly isCancelled: () => boolean;
}

export interface Played {
  readonly result: PlayedResult;
  readonly columns: RunColumns;
}

/** Plays one scenario under one controller to its end. Throws invalid-file, newer-version, not-found, not-writable, cancelled. */
export async function playOrder(order: PlayOrder, hooks: PlayHooks): Promise<Played> {
  const restored = openOrder(order);
  const { site } = restored;
  const journal = openJournal(order.journalPath);
  const startedMs = performance.now();
  try {
    const run = await playIn(order, requestOf(restored, order, hooks, journal.append));
    const wallMs = Math.round(performance.now() - startedMs);
    journal.check();
    const { outcome, worstMoment, recorder, markers } = run;
    const { setpointChanges, noticeChanges, rows } = recorder;
    const result: PlayedResult = { site, outcome: { ...outcome, wallMs }, worstMoment, setpointChanges, noticeChanges, markers, rows };
    return { result, columns: recorder.slice() };
  } finally {
    journal.close();
  }
}

/** The same for who wants the figures only: nothing is kept of the course of the run. */
export async function playOutcome(order: PlayOrder): Promise<ScenarioOutcome> {
  const startedMs = performance.now();
  const restored = openOrder(order);
  const request = requestOf(restored, order, { onProgress: () => undefined, isCancelled: () => false }, null);
  const { outcome } = await playIn(order, { ...request, keepsCourse: false });
  return { ...outcome, wallMs: Math.round(performance.now() - startedMs) };
}

function openOrder({ file, controller }: PlayOrder): RestoredScenario {
  const restored = valueOf(restoreScenario(file));
  if (!(controller in restored.scenario.controllers)) throw new ChargebenchError('not-found', { scenario: restored.scenario.id, controller });
  return restored;
}

function requestOf({ scenario, site }: RestoredScenario, { controller }: PlayOrder, hooks: PlayHooks, append: ((lines: readonly string[]) => void) | null): PlayRequest {
  return {
    scenario,
    site,
    controller,
    otherControllers: FIELD_CONTROLLERS,
    curves: BUNDLED_CURVES,
    startWallMs: START_WALL_MS,
    isCancelled: hooks.isCancelled,
    onProgress(playedS) {
      hooks.onProgress(playedS, scenario.durationS);
    },
    ...(append === null ? {} : { onJournal: append }),
  };
}

async function playIn({ mode, broker }: PlayOrder, request: PlayRequest): Promise<PlayedRun> {
  const { scenario, site, controller } = request;
  switch (mode) {
    case 'direct':
      return playDirect(request, createDirectWorld(scenario, site, controller));
    case 'loopback': {
      const clock = createVirtualClock(request.startWallMs);
      return playLoopback(request, createLoopbackWorld(scenario, site, controller, clock), clock);
    }
    case 'wire':
      return playWire(request, broker);
  }
}

interface OrderJournal {
  readonly append: ((lines: readonly string[]) => void) | null;
  /** Throws what writing has failed with. */
  check(): void;
  close(): void;
}

function openJournal(path: string | null): OrderJournal {
  if (path === null) return { append: null, check: () => undefined, close: () => undefined };
  let broken: Result<never> | null = null;
  const file = createJournalFile({
    path,
    onFailure({ code, context }) {
      broken = failure(code, context);
    },
  });
  return {
    append(lines) {
      file.append(lines.join('\n'));
    },
    check() {
      if (broken !== null) valueOf(broken);
    },
    close: file.close,
  };
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ChargebenchError(result.error.code, result.error.context);
}
