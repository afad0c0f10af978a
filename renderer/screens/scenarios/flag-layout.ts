import type { TimeRange } from '../../charts/time-range.ts';
import { eventsText } from '../../words/run-events.ts';
import type { RunEvent } from './run-events.ts';

/** One flag: what happened at one place of the plot, and where its words have room. */
export interface PlacedFlag {
  readonly events: readonly RunEvent[];
  /** Of its mark. */
  readonly atPx: number;
  readonly row: number;
  /** Which side of its mark the icon and the words are on. */
  readonly side: 'after' | 'before';
  /** Room for its words; null for the icon alone. */
  readonly textPx: number | null;
}

/** The icon and its mark. */
export const ICON_PX = 22;
/** What a letter of the flags' 12 px takes on average, generously. */
const LETTER_PX = 6.7;
const GAP_PX = 6;
/** Fewer letters than this tell nothing. */
const LEAST_TEXT_PX = 44;

interface Placing {
  readonly events: readonly RunEvent[];
  readonly atPx: number;
  readonly row: number;
  readonly side: PlacedFlag['side'];
  readonly wantedPx: number;
  endPx: number;
}

export function flagText(events: readonly RunEvent[]): string {
  return events.length === 1 ? (events[0]?.text ?? '') : eventsText(events.length);
}

/** As many of its letters as such a room has, for what cannot measure them. */
export function cutText(text: string, roomPx: number): string {
  const letters = Math.floor(roomPx / LETTER_PX + 1e-9);
  return letters >= text.length ? text : `${text.slice(0, Math.max(0, letters - 1)).trimEnd()}…`;
}

/**
 * Flags in rows beneath each other, none over another: each at its moment, with all of its words where a row has room for them, else
 * cut short by the next flag of its row. Events in order of time and within the range.
 */
export function layoutFlags(events: readonly RunEvent[], [fromS, untilS]: TimeRange, widthPx: number, rows: number): readonly PlacedFlag[] {
  const perS = widthPx / (untilS - fromS);
  const placed: Placing[] = [];
  const lastOf: (Placing | undefined)[] = Array.from({ length: rows }, () => undefined);
  for (const flag of grouped(events, (timeS) => (timeS - fromS) * perS)) {
    const next = turned(flag, lastOf, widthPx) ?? following(flag, lastOf, widthPx);
    lastOf[next.row] = next;
    placed.push(next);
  }
  return placed.map(({ endPx, wantedPx, ...flag }) => {
    const textPx = (flag.side === 'after' ? endPx - flag.atPx : wantedPx) - ICON_PX;
    return { ...flag, textPx: textPx < Math.min(LEAST_TEXT_PX, wantedPx - ICON_PX) ? null : textPx };
  });
}

type Group = Pick<Placing, 'events' | 'atPx'>;

/** What lies within an icon's width of a flag joins it. */
function grouped(events: readonly RunEvent[], pxOf: (timeS: number) => number): readonly Group[] {
  const groups: { readonly events: RunEvent[]; readonly atPx: number }[] = [];
  for (const event of events) {
    const atPx = pxOf(event.timeS);
    const last = groups.at(-1);
    if (last !== undefined && atPx - last.atPx < ICON_PX + GAP_PX) last.events.push(event);
    else groups.push({ events: [event], atPx });
  }
  return groups;
}

const endOf = (last: Placing | undefined): number => (last === undefined ? 0 : last.endPx + GAP_PX);
const wantedOf = ({ events }: Group): number => ICON_PX + flagText(events).length * LETTER_PX;

/** Where the words would pass the right edge: to the left of the mark, where a row has room. */
function turned(group: Group, lastOf: readonly (Placing | undefined)[], widthPx: number): Placing | null {
  const wantedPx = wantedOf(group);
  const { atPx } = group;
  if (atPx + wantedPx <= widthPx) return null;
  const row = lastOf.findIndex((last) => endOf(last) <= atPx - wantedPx);
  if (row >= 0) return { ...group, row, side: 'before', wantedPx, endPx: atPx };
  if (atPx + ICON_PX <= widthPx) return null;
  const free = lastOf.findIndex((last) => endOf(last) <= atPx - ICON_PX);
  return { ...group, row: shortened(free, atPx - ICON_PX, lastOf), side: 'before', wantedPx: ICON_PX, endPx: atPx };
}

/** In the first row whose words end before it; else in the one that loses least. */
function following(group: Group, lastOf: readonly (Placing | undefined)[], widthPx: number): Placing {
  const wantedPx = wantedOf(group);
  const free = lastOf.findIndex((last) => endOf(last) <= group.atPx);
  return { ...group, row: shortened(free, group.atPx, lastOf), side: 'after', wantedPx, endPx: Math.min(group.atPx + wantedPx, widthPx) };
}

function shortened(free: number, fromPx: number, lastOf: readonly (Placing | undefined)[]): number {
  if (free >= 0) return free;
  // Words to the left of a mark cannot give way.
  const losses = lastOf.map((last) => (last?.side === 'after' ? last.endPx - fromPx : Infinity));
  const row = Math.max(0, losses.indexOf(Math.min(...losses)));
  const last = lastOf[row];
  if (last?.side === 'after') last.endPx = Math.max(last.atPx + ICON_PX, Math.min(last.endPx, fromPx - GAP_PX));
  return row;
}

/** A run with many events gets more rows, whatever part of it is shown: lanes do not jump while it is zoomed. */
export function rowsFor(eventCount: number): number {
  return eventCount <= 3 ? 1 : eventCount <= 8 ? 2 : 3;
}
