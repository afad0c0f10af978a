import { join } from 'node:path';
import type { Failure } from '../core/errors.ts';
import type { EvseId } from '../core/quantities.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { DeviceSettings } from '../core/devices/kept-settings.ts';
import { createJournalWriter, type JournalWriter } from '../core/runs/journal.ts';
import type { Site } from '../core/site/site.ts';
import { createJournalFile } from './files/journal-file.ts';

export interface Recording {
  readonly runId: string;
  readonly sinceWallMs: number;
  add(frame: Frame): void;
  /** What an EVSE itself is set to, once it is known and whenever it changes. */
  noteSettings(evseId: EvseId, settings: DeviceSettings): void;
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
/** The header waits so long for what the EVSEs are set to: a broker that is there gives it at once. */
const HEADER_WAIT_MS = 3000;

/**
 * Records a live run: a row a second, and one at once whenever something is decided, confirmed or noticed. Times in
 * the journal count from its start. Throws `not-writable`.
 */
export function startRecording({ folder, site, startMs, startWallMs, onFailure }: RecordingOptions): Recording {
  const runId = `live-${new Date(startWallMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  const file = createJournalFile({ path: join(folder, `${runId}.jsonl`), onFailure });
  const devices: Record<string, DeviceSettings> = {};
  let waiting: Frame[] = [];
  let journal: JournalWriter | null = null;
  let lastMs = -Infinity;
  let lastDecision = '';

  const begin = (): JournalWriter => {
    const made = createJournalWriter(site, { kind: 'live' }, [], devices);
    journal = made;
    file.append(made.header);
    for (const frame of waiting) write(made, frame);
    waiting = [];
    return made;
  };
  const write = (writer: JournalWriter, frame: Frame): void => {
    for (const line of writer.linesOf(frame)) file.append(line);
  };
  const isHeaderDue = (frame: Frame): boolean => frame.timeMs >= HEADER_WAIT_MS || site.evses.every(({ id }) => devices[id] !== undefined);

  return {
    runId,
    sinceWallMs: startWallMs,
    add(frame) {
      const decision = decisionOf(frame);
      if (frame.timeMs - lastMs < PERIOD_MS && decision === lastDecision) return;
      lastMs = frame.timeMs;
      lastDecision = decision;
      const own = sinceStart(frame, startMs);
      if (journal !== null) write(journal, own);
      else {
        waiting.push(own);
        if (isHeaderDue(own)) begin();
      }
    },
    noteSettings(evseId, settings) {
      if (journal === null) devices[evseId] = settings;
      else file.append(journal.settingsLine(Math.max(0, lastMs - startMs), evseId, settings));
    },
    close() {
      if (journal === null) begin();
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
