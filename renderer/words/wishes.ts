import type { HeldWish } from '../../core/host-api/contract.ts';
import type { ChargeMode } from '../../core/host-api/contract.ts';
import type { HeldMode } from '../../core/runs/frame.ts';
import type { Names } from './names.ts';
import { asText, current, limit, setpointCurrent, THIN } from './numbers.ts';

/** What an EVSE can charge by, and what that means in a line. */
export const CHARGE_MODE_WORDS: Readonly<Record<ChargeMode, { readonly name: string; readonly says: string }>> = {
  normal: { name: 'Normal', says: 'charges with what the circuits leave' },
  smart: { name: 'Smart', says: 'starts when there has been room for one more' },
  solar: { name: 'Solar', says: 'charges with surplus' },
  boost: { name: 'Boost', says: 'charges at once, until its vehicle leaves' },
  off: { name: 'Off', says: 'offers nothing, and no vehicle starts' },
  pause: { name: 'Paused', says: 'offers nothing until it is resumed' },
};

const SOURCES: Readonly<Record<HeldMode['by'], string>> = {
  person: 'asked for by a person',
  schedule: 'by the schedule',
  evse: 'its own setting',
  site: 'the site’s setting',
  unplugged: 'since its vehicle left; solar again when asked for',
};

/** "Solar, by the schedule". */
export function modeLine({ mode, by }: HeldMode): string {
  return `${CHARGE_MODE_WORDS[mode].name}, ${SOURCES[by]}`;
}

function untilText({ untilWallMs }: Pick<HeldWish, 'untilWallMs'>, otherwise: string, names: Names): string {
  return untilWallMs === null ? otherwise : `until ${names.clock(untilWallMs)}`;
}

/** What a person asked for, since when and until when: "Not above 10 A, by a person at 12:40, until 14:30". */
export function wishSentence(wish: HeldWish, names: Names): string {
  const made = `by a person at ${names.clock(wish.madeWallMs)}`;
  if (wish.kind === 'limit') return `Not above ${asText(limit(wish.currentA))}, ${made}, ${untilText(wish, 'until taken back', names)}`;
  const otherwise = wish.mode === 'boost' ? 'until its vehicle leaves' : wish.mode === 'pause' ? 'until resumed' : 'until taken back';
  return `${CHARGE_MODE_WORDS[wish.mode].name}, ${made}, ${untilText(wish, otherwise, names)}`;
}

/** Whom a wish concerns, for a list of all. */
export function wishAbout(wish: HeldWish, names: Names): string {
  if (wish.kind === 'limit') return names.thing(wish.about);
  return wish.evseId === null ? 'all EVSEs' : names.evse(wish.evseId);
}

/** "takes 7.0 A of 16 A": a vehicle that draws less than it could have. */
export function drawsLessText(measuredA: number, ofA: number, stepA: number): string {
  return `takes ${asText(current(measuredA))} of ${asText(setpointCurrent(ofA, stepA))}`;
}

/** How long a limit of a person may last; null: until it is taken back. */
export const LIMIT_SPANS: readonly { readonly key: string; readonly durationMs: number | null; readonly text: string }[] = [
  { key: '30m', durationMs: 1_800_000, text: `30${THIN}min` },
  { key: '1h', durationMs: 3_600_000, text: `1${THIN}h` },
  { key: '2h', durationMs: 7_200_000, text: `2${THIN}h` },
  { key: '4h', durationMs: 14_400_000, text: `4${THIN}h` },
  { key: '8h', durationMs: 28_800_000, text: `8${THIN}h` },
  { key: 'open', durationMs: null, text: 'until taken back' },
];
