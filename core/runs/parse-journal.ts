import { z } from 'zod';
import type { Notice, Setpoint } from '../balancing/setpoint.ts';
import type { DeviceSettings } from '../devices/kept-settings.ts';
import { failure, success, type Result } from '../errors.ts';
import { checkFileFormat, parsePart } from '../site/file-gate.ts';
import { restoreSitePart } from '../site/restore-site.ts';
import type { Site } from '../site/site.ts';
import { MARKER_KINDS, type NoticeChange, type RunMarker, type SetpointChange } from './columns.ts';
import type { Confirmation, Frame } from './frame.ts';
import { noticeKey } from './decision-changes.ts';
import { createFrameRow, type Cell } from './frame-row.ts';
import { JOURNAL_FILE, type JournalKind, type SentOffer, type SettingsByDevice } from './journal.ts';

/** One line after the header. */
export type JournalEntry =
  | { readonly kind: 'row'; readonly timeMs: number; readonly cells: readonly Cell[] }
  | { readonly kind: 'setpoint'; readonly timeMs: number; readonly setpoint: Setpoint }
  | { readonly kind: 'notice'; readonly timeMs: number; readonly notice: Notice; readonly isOn: boolean }
  | { readonly kind: 'offer'; readonly timeMs: number; readonly offer: SentOffer; readonly sentMs: number }
  | { readonly kind: 'marker'; readonly timeMs: number; readonly marker: RunMarker }
  | { readonly kind: 'settings'; readonly timeMs: number; readonly deviceId: string; readonly settings: DeviceSettings };

/** Where a journal stopped making sense: lines counted from 1, the header's being the first. */
export interface JournalBreak {
  readonly line: number;
  readonly rule: 'not-json' | 'unknown-line' | 'wrong-length' | 'wrong-time' | 'wrong-content';
  /** Lines from the break on, which were not read. */
  readonly unreadLines: number;
}

export interface Journal {
  readonly kind: JournalKind;
  readonly site: Site;
  /** What the devices were set to at the start, as far as it was known; null in a journal of version 1, which kept none. */
  readonly devices: SettingsByDevice | null;
  /** Names of a row's cells; those beginning with `truth.` are no part of the frames. */
  readonly columns: readonly string[];
  readonly entries: readonly JournalEntry[];
  /** null for a journal whose every line is whole. */
  readonly brokenAt: JournalBreak | null;
}

/**
 * Reads a journal to its last whole line: after a crash or a cut everything before is good, and `brokenAt` says where
 * it ends. Fails with `invalid-file` or `newer-version` only when the header itself is of no use. Empty lines at the
 * end do not count.
 */
export function parseJournal(lines: readonly string[]): Result<Journal> {
  const header = parseHeader(lines[0] ?? '');
  if (!header.ok) return header;
  let end = lines.length;
  while (end > 1 && lines[end - 1]?.trim() === '') end -= 1;
  const entries: JournalEntry[] = [];
  let latestRowMs = -Infinity;
  for (let index = 1; index < end; index += 1) {
    const entry = parseEntry(lines[index] ?? '', header.value.columns.length, latestRowMs);
    if (typeof entry === 'string') return success({ ...header.value, entries, brokenAt: { line: index + 1, rule: entry, unreadLines: end - index } });
    entries.push(entry);
    if (entry.kind === 'row') latestRowMs = entry.timeMs;
  }
  return success({ ...header.value, entries, brokenAt: null });
}

/** The changes of a journal as a run's screen takes them. */
export function changesOf(journal: Pick<Journal, 'entries'>): {
  readonly setpointChanges: readonly SetpointChange[];
  readonly noticeChanges: readonly NoticeChange[];
  readonly markers: readonly RunMarker[];
} {
  const setpointChanges: SetpointChange[] = [];
  const noticeChanges: NoticeChange[] = [];
  const markers: RunMarker[] = [];
  for (const entry of journal.entries) {
    const timeS = entry.timeMs / 1000;
    if (entry.kind === 'setpoint') setpointChanges.push({ timeS, setpoint: entry.setpoint });
    if (entry.kind === 'notice') noticeChanges.push({ timeS, notice: entry.notice, isOn: entry.isOn });
    if (entry.kind === 'marker') markers.push(entry.marker);
  }
  return { setpointChanges, noticeChanges, markers };
}

/**
 * The frames of a journal in their order. Setpoints and notices are the newest changes up to each frame, so figures
 * inside a reason may be up to a minute old. `startWallMs` is the UTC time at which the run began: the journal itself
 * holds no time of day.
 */
export function* framesOf(journal: Journal, startWallMs = 0): Generator<Frame, void> {
  const row = createFrameRow(journal.site);
  const setpoints = new Map<string, Setpoint>();
  const notices = new Map<string, Notice>();
  const offers = new Map<string, Extract<JournalEntry, { kind: 'offer' }>>();
  for (const entry of journal.entries) {
    if (entry.kind === 'setpoint') setpoints.set(entry.setpoint.evseId, entry.setpoint);
    if (entry.kind === 'offer') offers.set(entry.offer.evseId, entry);
    if (entry.kind === 'notice') {
      const key = noticeKey(entry.notice);
      if (entry.isOn) notices.set(key, entry.notice);
      else notices.delete(key);
    }
    if (entry.kind !== 'row') continue;
    const { timeMs } = entry;
    const confirmations = [...offers.values()].map(({ offer, sentMs }): Confirmation => ({ ...offer, ageMs: timeMs - sentMs }));
    const decided = { setpoints: [...setpoints.values()], notices: [...notices.values()], confirmations };
    yield { timeMs, wallMs: startWallMs + timeMs, ...row.frameOf(entry.cells), ...decided };
  }
}

const idText = z.string().min(1);
const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const runSchema = z.strictObject({ scenarioId: z.string(), controller: z.string(), seed: z.number() });
const kindSchema = z.discriminatedUnion('kind', [z.object({ kind: z.literal('live') }), z.object({ kind: z.literal('played'), run: runSchema })]);

function parseHeader(line: string): Result<Pick<Journal, 'kind' | 'site' | 'devices' | 'columns'>> {
  const json = parseJson(line);
  if (json === undefined) return failure('invalid-file', { path: 'line 1', rule: 'not-json' });
  const opened = checkFileFormat(json, JOURNAL_FILE);
  if (!opened.ok) return opened;
  const kind = parsePart(kindSchema, opened.value, []);
  if (!kind.ok) return kind;
  const site = restoreSitePart(opened.value['site'], ['site']);
  if (!site.ok) return site;
  const devices = parsePart(z.record(z.string(), settingsSchema).nullable(), opened.value['devices'] ?? null, ['devices']);
  if (!devices.ok) return devices;
  const columns = parsePart(z.array(z.string()), opened.value['columns'], ['columns']);
  if (!columns.ok) return columns;
  const expected = createFrameRow(site.value).names;
  const wrong = expected.findIndex((name, index) => columns.value[index] !== name);
  if (wrong >= 0) return failure('invalid-file', { path: `columns/${String(wrong)}`, rule: 'columns-of-site', expected: expected[wrong] ?? null });
  return success({ kind: kind.value, site: site.value, devices: devices.value, columns: columns.value });
}

const reasonSchema = z.looseObject({ kind: z.string() });
const setpointSchema = z.looseObject({
  evseId: idText,
  offeredCurrentA: z.number(),
  phases: z.array(z.number().int().min(0).max(2)),
  reason: reasonSchema,
  limits: z.array(z.looseObject({ currentA: z.number(), reason: reasonSchema })),
});
const noticeSchema = z.looseObject({
  code: z.string(),
  severity: z.enum(['info', 'attention', 'danger']),
  about: idText.nullable(),
  context: z.record(z.string(), z.unknown()),
});
const offerSchema = z.looseObject({ evseId: idText, requestedA: z.number(), readBackA: z.number().nullable(), state: z.string() });
const markerSchema = z.looseObject({ kind: z.enum(MARKER_KINDS), text: z.string(), about: idText.nullable() });

/** The shapes are checked as far as a reader relies on them; which reasons and notices exist is not the journal's to say. */
const isSetpoint = (content: unknown): content is Setpoint => setpointSchema.safeParse(content).success;
const isNotice = (content: unknown): content is Notice => noticeSchema.safeParse(content).success;
const isOffer = (content: unknown): content is SentOffer => offerSchema.safeParse(content).success;
const isMarker = (content: unknown): content is Omit<RunMarker, 'timeS'> => markerSchema.safeParse(content).success;
const isSettings = (content: unknown): content is DeviceSettings => settingsSchema.safeParse(content).success;
const isCell = (value: unknown): value is Cell => value === null || typeof value === 'number' || typeof value === 'string';

/** One line after the header, or the rule that it breaks. Markers may be written after later rows. */
function parseEntry(line: string, columns: number, latestRowMs: number): JournalEntry | JournalBreak['rule'] {
  const json = parseJson(line);
  if (!Array.isArray(json)) return 'not-json';
  const [tag, timeMs, ...rest] = json as readonly unknown[];
  if (typeof timeMs !== 'number' || (tag !== 'm' && timeMs < latestRowMs)) return 'wrong-time';
  const [content, extra] = rest;
  switch (tag) {
    case 'r':
      if (rest.length !== columns) return 'wrong-length';
      return rest.every(isCell) ? { kind: 'row', timeMs, cells: rest } : 'wrong-content';
    case 's':
      return isSetpoint(content) ? { kind: 'setpoint', timeMs, setpoint: content } : 'wrong-content';
    case 'n':
      return isNotice(content) ? { kind: 'notice', timeMs, notice: content, isOn: extra === 1 } : 'wrong-content';
    case 'c':
      return isOffer(content) && typeof extra === 'number' ? { kind: 'offer', timeMs, offer: content, sentMs: extra } : 'wrong-content';
    case 'm':
      if (!isMarker(content)) return 'wrong-content';
      return { kind: 'marker', timeMs, marker: { timeS: timeMs / 1000, ...content } };
    case 'd':
      return typeof content === 'string' && isSettings(extra) ? { kind: 'settings', timeMs, deviceId: content, settings: extra } : 'wrong-content';
    default:
      return 'unknown-line';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
