/** What is kept of a run while it is played: judgement, columns and journal, fed once a second with the truth. */
import type { Notice, Setpoint } from '../balancing/setpoint.ts';
import { ChargebenchError } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import type { PhaseIndex } from '../quantities.ts';
import type { RunMarker } from '../runs/columns.ts';
import type { Frame } from '../runs/frame.ts';
import { createJournalWriter } from '../runs/journal.ts';
import { createRunRecorder, type PowerSources, type RunRecorder } from '../runs/recorder.ts';
import { scenarioSettings } from '../scenarios/device-settings.ts';
import { createScenarioJudge, type WorstMoment } from '../scenarios/judge.ts';
import type { PlayMode, ScenarioOutcome } from '../scenarios/outcome.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { evsePhases } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import type { ControllerMakers } from './controller-engine.ts';
import type { WorldTruth } from './world.ts';

/** Rows are one second apart. */
export const SAMPLE_MS = 1000;

export interface PlayRequest {
  readonly scenario: Scenario;
  readonly site: Site;
  readonly controller: string;
  /** Controllers besides Chargebench and the devices themselves. */
  readonly otherControllers?: ControllerMakers;
  readonly curves: Curves;
  /** UTC at the start of the run; the same for every play, so that runs are equal. */
  readonly startWallMs: number;
  /** Whole lines without their ends, as they come about. */
  readonly onJournal?: (lines: readonly string[]) => void;
  /** Called about every hundredth of the run. */
  readonly onProgress?: (playedS: number) => void;
  readonly isCancelled?: () => boolean;
  /** False for who wants the outcome only: no rows and no changes of setpoints are kept. A journal needs them. */
  readonly keepsCourse?: boolean;
}

export interface PlayedRun {
  readonly outcome: Omit<ScenarioOutcome, 'wallMs'>;
  readonly worstMoment: WorstMoment | null;
  readonly recorder: RunRecorder;
  readonly markers: readonly RunMarker[];
}

export interface RunObserver {
  /** The controller has decided. */
  decided(frame: Frame): void;
  /** The moment at the start of one second of the run. */
  sample(timeMs: number): void;
  /** The same for a second in which what was decided last stands, and nobody told anything new. A journal, which has the times of all that was told, needs `decided`. */
  repeat(timeMs: number): void;
  end(mode: PlayMode): PlayedRun;
}

/** `isControlled`: somebody commands the devices; otherwise what they decide for themselves stands in the record. */
export function createRunObserver(request: PlayRequest, isControlled: boolean, truth: WorldTruth, markers: () => readonly RunMarker[]): RunObserver {
  const { scenario, site, controller, curves, startWallMs, onJournal, onProgress, isCancelled } = request;
  const judge = createScenarioJudge(site, scenario, controller, curves);
  const recorder = createRunRecorder(site, powerSourcesOf(scenario));
  const journal = createJournalWriter(site, { kind: 'played', run: { scenarioId: scenario.id, controller, seed: scenario.seed } }, recorder.columns, scenarioSettings(scenario, site, controller));
  const thermalLoadRatio = judge.thermalLoadRatio.bind(judge);
  const progressEvery = Math.max(1, Math.floor(scenario.durationS / 100));
  const known = new Set<string>();
  const phases = site.evses.map((evse) => evsePhases(evse, site.supply));
  const keepsCourse = request.keepsCourse !== false || onJournal !== undefined;
  let frame: Frame | null = null;
  let markersWritten = 0;
  let nextProgressS = progressEvery;
  onJournal?.([journal.header]);

  const noteNotices = (timeMs: number, notices: readonly Notice[]): void => {
    if (notices.length === 0 && known.size === 0) return;
    const now = new Set<string>();
    for (const { code, about } of notices) {
      const key = `${code} ${about ?? ''}`;
      now.add(key);
      if (!known.has(key)) judge.notice(timeMs, code);
    }
    known.clear();
    for (const key of now) known.add(key);
  };

  const decideAlone = (timeMs: number): void => {
    const setpoints = deviceSetpoints(site, phases, truth);
    recorder.decide(timeMs, setpoints, []);
    judge.decide(setpoints);
  };

  const write = (timeMs: number): void => {
    if (onJournal === undefined) return;
    const fresh = markers().slice(markersWritten);
    markersWritten += fresh.length;
    const row = frame ?? deviceFrame(timeMs, startWallMs, deviceSetpoints(site, phases, truth));
    onJournal([...fresh.map((marker) => journal.markerLine(marker)), ...journal.linesOf({ ...row, timeMs }, recorder.latest)]);
  };

  const sample = (timeMs: number): void => {
    if (isCancelled?.() === true) throw new ChargebenchError('cancelled', { scenario: scenario.id });
    if (!isControlled) decideAlone(timeMs);
    judge.sample(timeMs, SAMPLE_MS, truth);
    if (keepsCourse) recorder.sample(timeMs, truth, thermalLoadRatio);
    write(timeMs);
    const playedS = timeMs / SAMPLE_MS + 1;
    if (playedS < nextProgressS) return;
    nextProgressS += progressEvery;
    onProgress?.(playedS);
  };

  return {
    decided(next) {
      frame = next;
      if (keepsCourse) recorder.decide(next.timeMs, next.setpoints, next.notices);
      judge.decide(next.setpoints);
      noteNotices(next.timeMs, next.notices);
    },
    sample,
    repeat(timeMs) {
      if (frame !== null && keepsCourse) recorder.decide(timeMs, frame.setpoints, frame.notices);
      sample(timeMs);
    },
    end: (mode) => ({ outcome: { ...judge.outcome(), mode }, worstMoment: judge.worstMoment(), recorder, markers: markers() }),
  };
}

function powerSourcesOf({ otherLoads, houseLoads, pv, homeBatteries }: Scenario): PowerSources {
  return { hasHouse: otherLoads.length + houseLoads.length > 0, hasPv: pv.length > 0, batteryIds: homeBatteries.map(({ id }) => id) };
}

/** What devices that decide for themselves offer, in the shape of a decision, with their own reasons. */
function deviceSetpoints(site: Site, phases: readonly (readonly PhaseIndex[])[], truth: WorldTruth): readonly Setpoint[] {
  return site.evses.map((evse, index) => {
    const offeredCurrentA = truth.evseOfferedA(evse.id);
    const reason = truth.evseReason(evse.id);
    const limits = [
      { currentA: offeredCurrentA, reason },
      { currentA: evse.configuredMaxA, reason: { kind: 'device-configured-max', configuredMaxA: evse.configuredMaxA } as const },
      { currentA: evse.ratingA, reason: { kind: 'evse-rating', ratingA: evse.ratingA } as const },
    ];
    return { evseId: evse.id, offeredCurrentA, phases: phases[index] ?? [], reason, limits: reason.kind === 'device-configured-max' ? limits.slice(1) : limits };
  });
}

function deviceFrame(timeMs: number, startWallMs: number, setpoints: readonly Setpoint[]): Frame {
  return { timeMs, wallMs: startWallMs + timeMs, readings: [], reports: [], setpoints, confirmations: [], circuits: [], notices: [] };
}
