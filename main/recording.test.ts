import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evseId } from '../core/quantities.ts';
import type { Frame } from '../core/runs/frame.ts';
import { parseJournal, type Journal } from '../core/runs/parse-journal.ts';
import { siteOfTemplate } from './open-project.ts';
import { startRecording, type Recording } from './recording.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-recording-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const START_MS = 50_000;
const PRIMARY = { max_current_soft: 34, current_shaper_enabled: true };
const SECONDARY = { max_current_soft: 40 };

const record = (): Recording =>
  startRecording({
    folder,
    site: siteOfTemplate('two-evses-one-breaker'),
    startMs: START_MS,
    startWallMs: 0,
    onFailure: ({ code }) => {
      throw new Error(code);
    },
  });

const frameAt = (sinceStartMs: number): Frame => ({ timeMs: START_MS + sinceStartMs, wallMs: 0, readings: [], reports: [], setpoints: [], confirmations: [], circuits: [], notices: [] });

const text = (): string => readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8');

function journal(): Journal {
  const parsed = parseJournal(text().split('\n'));
  if (!parsed.ok) throw new Error(parsed.error.code);
  expect(parsed.value.brokenAt).toBeNull();
  return parsed.value;
}

const kinds = ({ entries }: Journal): readonly string[] => entries.map(({ kind, timeMs }) => `${kind} ${timeMs}`);

test('the header waits for what the EVSEs are set to, and holds it', () => {
  const recording = record();
  recording.add(frameAt(0));
  recording.noteSettings(evseId('secondary'), SECONDARY);
  recording.add(frameAt(1000));
  expect(text()).toBe('');
  recording.noteSettings(evseId('primary'), PRIMARY);
  recording.add(frameAt(2000));
  // Nothing is lost to whoever is killed now.
  expect(journal().devices).toEqual({ primary: PRIMARY, secondary: SECONDARY });
  expect(kinds(journal())).toEqual(['row 0', 'row 1000', 'row 2000']);
  recording.close();
});

test('an EVSE that does not say keeps nothing waiting for more than three seconds, and is written when it says', () => {
  const recording = record();
  recording.noteSettings(evseId('primary'), PRIMARY);
  for (const timeMs of [0, 1000, 2000, 3000]) recording.add(frameAt(timeMs));
  expect(kinds(journal())).toEqual(['row 0', 'row 1000', 'row 2000', 'row 3000']);
  expect(journal().devices).toEqual({ primary: PRIMARY });
  recording.noteSettings(evseId('secondary'), SECONDARY);
  recording.add(frameAt(4000));
  recording.close();
  expect(kinds(journal()).slice(4)).toEqual(['settings 3000', 'row 4000']);
  expect(journal().entries[4]).toMatchObject({ deviceId: 'secondary', settings: SECONDARY });
});

test('a run that ends before anything is known is a whole journal', () => {
  const recording = record();
  recording.add(frameAt(0));
  recording.close();
  expect(journal().devices).toEqual({});
  expect(kinds(journal())).toEqual(['row 0']);
});
