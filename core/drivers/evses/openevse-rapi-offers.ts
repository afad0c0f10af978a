/**
 * The offer that stands at one controller. Without a gateway this program is its only master: nothing but repeated commands keeps what
 * was offered, so a pilot above it is lowered again, and the supervision of the controller is fed only while the offer is wanted.
 */
import { failure, success, type Result } from '../../errors.ts';
import type { RapiAnswer } from '../../protocols/rapi.ts';
import { readSetCurrent } from '../../protocols/rapi-values.ts';
import { asking, askingBoth, type RapiDialogue } from './rapi-dialogue.ts';
import { isAsleep, learn, type RapiUnit } from './openevse-rapi-unit.ts';

/** `$SY 165` acknowledges a missed pulse (reference openevse e.7). */
const ACKNOWLEDGE = '$SY 165';
const URGENT = { isUrgent: true } as const;
/** Never without V, which stores, and never with M, which burns the hardware maximum in for good. */
const pilotCommand = (currentA: number): string => `$SC ${String(currentA)} V`;
/** A pilot that somebody raises again so soon is somebody's. */
const CONTESTED_MS = 60_000;

/** What the unit offers now; null until known. */
type OfferedA = () => number | null;

export interface RapiOffers {
  /** Sends, reads back; answers with what is offered then. */
  set(currentA: number): RapiDialogue<Result<number>>;
  /** Lowers what is above the standing offer; asks nothing otherwise. */
  enforce(): RapiDialogue<Result<null>>;
  /** One pulse, and what a missed one asks for. */
  pulse(): RapiDialogue<Result<null>>;
  /** Gives the pilot back to the stored maximum. */
  release(): RapiDialogue<Result<null>>;
  /** The unit has started anew: what it offers now is nobody's doing. */
  restarted(): void;
  /** True once an offer has stood longer than it may without being repeated: pulses stop, and the controller falls back by itself. */
  hasLapsed(): boolean;
  /** Somebody else moves the pilot. */
  isContested(): boolean;
}

export interface RapiOffersOptions {
  readonly unit: RapiUnit;
  readonly nowMs: () => number;
  readonly offeredA: OfferedA;
  /** How long an offer stands that is not repeated; null for ever. */
  readonly ttlMs: number | null;
}

export function createRapiOffers({ unit, nowMs, offeredA, ttlMs }: RapiOffersOptions): RapiOffers {
  let standing: { readonly currentA: number; readonly timeMs: number } | null = null;
  /** Counts calls of `set` and `release`: an older one does not go on once a newer one has begun. */
  let generation = 0;
  let isSetting = false;
  let isRiseExplained = false;
  let wasAbove = false;
  let raisedMs = -Infinity;
  let contestedMs = -Infinity;

  const refused = (requestedA: number): Result<never> => failure('refused', { requestedA, readBackA: offeredA() });

  /** A bare $NK is what the controller says to a line that was damaged on its way. */
  const wasDamaged = (answer: Result<RapiAnswer>): boolean => answer.ok && !answer.value.isOk && answer.value.tokens.length === 0;

  function* command(text: string): RapiDialogue<Result<RapiAnswer>> {
    const answer = yield* asking(text, URGENT);
    return wasDamaged(answer) ? yield* asking(text, URGENT) : answer;
  }

  function* plain(text: '$FS' | '$FE'): RapiDialogue<Result<null>> {
    const answer = yield* command(text);
    if (!answer.ok) return answer;
    return answer.value.isOk ? success(null) : failure('refused', { command: text });
  }

  function* setPilot(currentA: number): RapiDialogue<Result<null>> {
    return pilotTaken(currentA, yield* command(pilotCommand(currentA)));
  }

  const pilotTaken = (currentA: number, answer: Result<RapiAnswer>): Result<null> => {
    if (!answer.ok) return answer;
    const taken = readSetCurrent(answer.value);
    if (!taken.ok) return taken;
    unit.status.pilotA = taken.value;
    return answer.value.isOk && taken.value === currentA ? success(null) : refused(currentA);
  }

  /** Restores the stored maximum, so the pilot follows at once: both are asked in one go, the second right behind the first. */
  function* acknowledge(currentA: number): RapiDialogue<Result<null>> {
    isRiseExplained = true;
    const text = pilotCommand(currentA);
    const [answer, set] = yield* askingBoth(ACKNOWLEDGE, text, URGENT);
    const taken = pilotTaken(currentA, wasDamaged(set) ? yield* asking(text, URGENT) : set);
    if (!answer.ok) return answer;
    if (answer.value.isOk && unit.heartbeat !== null) unit.heartbeat = { ...unit.heartbeat, trigger: 1 };
    return taken;
  }

  const isLimited = (): boolean => unit.heartbeat?.trigger === 2;

  function* readBack(): RapiDialogue<Result<number>> {
    for (const question of ['$GC', '$GS'] as const) {
      const learned = yield* learn(unit, question, nowMs, URGENT);
      if (!learned.ok) return learned;
    }
    return success(offeredA() ?? 0);
  }

  function* pause(): RapiDialogue<Result<number>> {
    const slept = yield* plain('$FS');
    return slept.ok ? yield* readBack() : slept;
  }

  /** What held it down may be a pulse that was missed without our knowing: while an offer has lapsed nobody asks. */
  function* setOrAcknowledge(currentA: number): RapiDialogue<Result<null>> {
    if (isLimited()) return yield* acknowledge(currentA);
    const taken = yield* setPilot(currentA);
    if (taken.ok || taken.error.code !== 'refused' || (unit.heartbeat?.intervalS ?? 0) === 0) return taken;
    const pulsed = yield* learn(unit, '$SY', nowMs, URGENT);
    return pulsed.ok && isLimited() ? yield* acknowledge(currentA) : taken;
  }

  function* give(currentA: number, mine: number): RapiDialogue<Result<number>> {
    const taken = yield* setOrAcknowledge(currentA);
    if (!taken.ok) {
      yield* learn(unit, '$GC', nowMs, URGENT);
      return taken;
    }
    if (mine !== generation) return failure('cancelled', { requestedA: currentA });
    if (isAsleep(unit)) {
      const woken = yield* plain('$FE');
      if (!woken.ok) return woken;
    }
    return yield* readBack();
  }

  function* setOnce(currentA: number, mine: number): RapiDialogue<Result<number>> {
    const done = yield* currentA === 0 ? pause() : give(currentA, mine);
    if (!done.ok) return done;
    return done.value === currentA ? done : failure('timeout', { requestedA: currentA, readBackA: done.value });
  }

  const noteRise = (): void => {
    const timeMs = nowMs();
    if (isRiseExplained) {
      isRiseExplained = false;
      return;
    }
    if (timeMs - raisedMs <= CONTESTED_MS) contestedMs = timeMs;
    raisedMs = timeMs;
  };

  const hasLapsed = (): boolean => ttlMs !== null && standing !== null && nowMs() - standing.timeMs > ttlMs;

  return {
    hasLapsed,
    isContested: () => nowMs() - contestedMs <= CONTESTED_MS,
    restarted() {
      isRiseExplained = true;
    },
    *set(currentA) {
      generation += 1;
      const mine = generation;
      const before = standing;
      standing = { currentA, timeMs: nowMs() };
      isSetting = true;
      const done = yield* setOnce(currentA, mine);
      if (mine !== generation) return done;
      isSetting = false;
      // A rise that failed must not be made up for later; a decrease stays wanted until it is done.
      if (!done.ok && before !== null && before.currentA < currentA) standing = before;
      return done;
    },
    *enforce() {
      const now = offeredA();
      const wantedA = standing === null || isSetting || hasLapsed() ? null : standing.currentA;
      const isAbove = wantedA !== null && now !== null && now > wantedA;
      if (isAbove && !wasAbove) noteRise();
      wasAbove = isAbove;
      if (!isAbove) return success(null);
      const done: Result<unknown> = wantedA === 0 ? yield* pause() : yield* setPilot(wantedA);
      return done.ok ? success(null) : done;
    },
    *pulse() {
      const pulsed = yield* learn(unit, '$SY', nowMs);
      if (!pulsed.ok) return pulsed;
      // Without an offer of ours the fall-back is the safest there is; asleep there is nothing to restore.
      if (!isLimited() || standing === null || standing.currentA === 0 || isSetting || hasLapsed()) return success(null);
      return yield* acknowledge(standing.currentA);
    },
    *release() {
      generation += 1;
      standing = null;
      isSetting = false;
      const highestA = unit.capacity?.configuredMaxA;
      if (highestA === undefined) return failure('not-found', { command: '$GC' });
      const taken = yield* setOrAcknowledge(highestA);
      if (!taken.ok || !isAsleep(unit)) return taken;
      const woken = yield* plain('$FE');
      return woken.ok ? success(null) : woken;
    },
  };
}
