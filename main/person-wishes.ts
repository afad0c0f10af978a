import { failure, success, type Result } from '../core/errors.ts';
import type { HeldWish, HostState, LimitRequest, ModeRequest } from '../core/host-api/contract.ts';
import type { LiveLoop } from '../core/loop/live-loop.ts';
import { limitWishId, modeWishId } from '../core/loop/wishes.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';

/** What a person asks of an open site, and what became of it: the state of the host, so that a reloaded window shows it. */
export interface PersonWishes {
  setMode(request: ModeRequest): Result<null>;
  setLimit(request: LimitRequest): Result<null>;
  takeBack(wishId: string): Result<null>;
  held(): readonly HeldWish[];
  ended(): HostState['endedWishes'];
  /** Notes which wishes came to their end with this frame. */
  note(frame: Frame): void;
}

/** So long a person sees that a wish has ended by itself. */
const ENDED_SHOWN_MS = 15 * 60_000;

export function createPersonWishes(site: Site, loop: () => LiveLoop, clock: Clock): PersonWishes {
  let ended: HostState['endedWishes'] = [];
  const isOver = (untilWallMs: number | null): boolean => untilWallMs !== null && untilWallMs <= clock.wallMs();
  const over = (untilWallMs: number | null): Result<never> => failure('invalid-argument', { path: '0/untilWallMs', why: 'the end has passed already', untilWallMs });

  return {
    setMode({ evseId, mode, untilWallMs }) {
      if (evseId !== null && !site.evses.some(({ id }) => id === evseId)) return failure('not-found', { evse: evseId });
      if (mode === null) loop().clearModes(evseId);
      else if (isOver(untilWallMs)) return over(untilWallMs);
      else loop().setMode({ evseId, mode, untilWallMs, madeWallMs: clock.wallMs() });
      return success(null);
    },
    setLimit({ about, currentA, untilWallMs }) {
      const evse = site.evses.find(({ id }) => id === about);
      const circuit = site.circuits.find(({ id }) => id === about);
      if (isOver(untilWallMs)) return over(untilWallMs);
      const limit = { currentA, untilWallMs, madeWallMs: clock.wallMs() };
      if (evse !== undefined) loop().setLimit({ evseId: evse.id, ...limit });
      else if (circuit !== undefined) loop().setLimit({ circuitId: circuit.id, ...limit });
      else return failure('not-found', { evse: about });
      return success(null);
    },
    takeBack: (wishId) => (loop().takeBack(wishId) ? success(null) : failure('not-found', { what: 'wish', id: wishId })),
    held: () => heldOf(loop()),
    ended: () => ended.filter(({ wallMs }) => clock.wallMs() - wallMs < ENDED_SHOWN_MS),
    note({ notices, wallMs }) {
      const news = notices.filter(({ code }) => code === 'override-ended');
      if (news.length > 0) ended = [...ended.filter((each) => wallMs - each.wallMs < ENDED_SHOWN_MS), ...news.map((notice) => ({ notice, wallMs }))];
    },
  };
}

function heldOf(loop: LiveLoop): readonly HeldWish[] {
  const { modes, limits } = loop.wishes();
  return [
    ...modes.map(
      (wish): HeldWish => ({ id: modeWishId(wish), kind: 'mode', evseId: wish.evseId, mode: wish.mode, madeWallMs: wish.madeWallMs ?? 0, untilWallMs: wish.untilWallMs }),
    ),
    ...limits.map(
      (wish): HeldWish => ({
        id: limitWishId(wish),
        kind: 'limit',
        about: 'evseId' in wish ? wish.evseId : wish.circuitId,
        currentA: wish.currentA,
        madeWallMs: wish.madeWallMs ?? 0,
        untilWallMs: wish.untilWallMs,
      }),
    ),
  ];
}
