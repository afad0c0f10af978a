import { createStore } from 'zustand/vanilla';
import type { Failure } from '../../../core/errors.ts';
import type { PlayMode } from '../../../core/scenarios/outcome.ts';
import type { Draft } from './editor/draft.ts';
import { around, within, type TimeRange } from '../../charts/time-range.ts';

/** Run seconds per second; `max` shows the whole run as soon as it is computed. */
export type Speed = 1 | 10 | 60 | 'max';
export const SPEEDS: readonly Speed[] = [1, 10, 60, 'max'];

/** Around the worst moment a whole hour would hide it. */
export const CLOSE_UP_S = 60;

export interface DeletedScenario {
  readonly id: string;
  readonly title: string;
  /** False while it is still there: it could not be deleted. */
  readonly isGone: boolean;
  /** Why it could not be deleted, or not be brought back. */
  readonly failure: Failure | null;
}

export interface PlayerState {
  readonly scenarioId: string | null;
  /** The chosen controller by scenario; the first of its list where none was chosen. */
  readonly controllers: Readonly<Record<string, string>>;
  readonly mode: PlayMode;
  /** The run that is drawn dotted over the chosen one. */
  readonly ghost: string | null;
  readonly circuitId: string | null;
  readonly cursorS: number;
  readonly range: TimeRange;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  /** What the library is narrowed to: words that a scenario must all have, and tags. */
  readonly search: string;
  readonly tags: readonly string[];
  /** Controllers that a person looks at besides those of the file, by scenario. */
  readonly added: Readonly<Record<string, readonly string[]>>;
  /** The table of controllers stands in the place of the chart. */
  readonly isComparing: boolean;
  /** Scenario texts that are being written, by what they were opened from: nothing typed is lost by looking elsewhere. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** Which of them the editor shows in the place of the player. */
  readonly editing: string | null;
  /** What was deleted last, until that is undone or put away. */
  readonly deleted: DeletedScenario | null;
}

export const playerStore = () =>
  createStore<PlayerState>(() => ({
    scenarioId: null,
    controllers: {},
    mode: 'loopback',
    ghost: null,
    circuitId: null,
    cursorS: 0,
    range: [0, CLOSE_UP_S],
    isPlaying: false,
    speed: 'max',
    search: '',
    tags: [],
    added: {},
    isComparing: false,
    drafts: {},
    editing: null,
    deleted: null,
  }));

export type PlayerStore = ReturnType<typeof playerStore>;

/** Shows the worst moment close up, or the whole run where nothing flowed. */
export function openAtWorst(store: PlayerStore, durationS: number, worstS: number | null): void {
  store.setState({
    isPlaying: false,
    cursorS: worstS ?? 0,
    range: worstS === null ? within([0, durationS], durationS) : around(worstS + CLOSE_UP_S * 0.03, CLOSE_UP_S, durationS),
  });
}

/** Moves the cursor; what is shown moves only where the cursor would leave it. */
export function seek(store: PlayerStore, timeS: number, durationS: number): void {
  store.setState(({ range: [fromS, untilS] }) => {
    const cursorS = Math.min(Math.max(timeS, 0), durationS);
    const isInSight = cursorS >= fromS && cursorS <= untilS;
    return { cursorS, range: isInSight ? [fromS, untilS] : around(cursorS, untilS - fromS, durationS) };
  });
}

export function startFrom(store: PlayerStore, timeS: number, durationS: number): void {
  store.setState(({ range: [fromS, untilS] }) => ({
    isPlaying: true,
    cursorS: timeS,
    range: timeS >= fromS && timeS < untilS ? [fromS, untilS] : within([timeS, timeS + (untilS - fromS)], durationS),
  }));
}
