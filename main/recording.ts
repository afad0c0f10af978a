import { join } from 'node:path';
import type { Failure } from '../core/errors.ts';
import type { Frame } from '../core/runs/frame.ts';
import { createJournalWriter } from '../core/runs/journal.ts';
import type { Site } from '../core/site/site.ts';
import { createJournalFile } from './files/journal-file.ts';

export interface Recording {
  readonly runId: string;
  readonly sinceWallMs: number;
  add(frame: Frame): void;
  close(): void;
}

export interface RecordingOptions {
  /** `runs` of the project folder. */
  readonly folder: string;
  readonly site: Site;
  readonly startMs: number;
  readonly startWallMs: number;
  readonly onFailure: (failure: Failure) => void;
}

/** Rows of a run that nothing changes are this far apart. */
const PERIOD_MS = 1000;

/**
 * Records a live run: a row a second, and one at once whenever something is decided, confirmed or noticed. Times in
 * the journal count from its start. Throws `not-writable`.
 */
export function startRecording({ folder, site, startMs, startWallMs, onFailure }: RecordingOptions): Recording {
  const runId = `live-${new Date(startWallMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  const file = createJournalFile({ path: join(folder, `${runId}.jsonl`), onFailure });
  const journal = createJournalWriter(site, { kind: 'live' });
  file.append(journal.header);
  let lastMs = -Infinity;
  let lastDecision = '';
  return {
    runId,
    sinceWallMs: startWallMs,
    add(frame) {
      const decision = decisionOf(frame);
      if (frame.timeMs - lastMs < PERIOD_MS && decision === lastDecision) return;
      lastMs = frame.timeMs;
      lastDecision = decision;
      for (const line of journal.linesOf(sinceStart(frame, startMs))) file.append(line);
    },
    close() {
      file.close();
    },
  };
}

/** What a reader must not learn a second late. */
function decisionOf({ setpoints, confirmations, notices }: Frame): string {
  return JSON.stringify([
    setpoints.map(({ offeredCurrentA, reason }) => [offeredCurrentA, reason.kind]),
    confirmations.map(({ requestedA, readBackA, state }) => [requestedA, readBackA, state]),
    notices.map(({ code, about }) => [code, about]),
  ]);
}

function sinceStart(frame: Frame, startMs: number): Frame {
  return {
    ...frame,
    timeMs: frame.timeMs - startMs,
    readings: frame.readings.map((reading) => ({ ...reading, timeMs: reading.timeMs - startMs })),
    reports: frame.reports.map((report) => ({
      ...report,
      timeMs: report.timeMs - startMs,
      measuredTimeMs: report.measuredTimeMs === null ? null : report.measuredTimeMs - startMs,
    })),
  };
}
