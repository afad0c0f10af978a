/**
 * The master of SmartEVSEs in node role (reference smartevse.md 6.3 to 6.5), without a bus: what to ask and tell next, and what was
 * understood. The driver puts it on a real or in-memory bus, a simulation exchanges the bare registers.
 */
import { failure, success, type Result } from '../../errors.ts';
import { floorToStep } from '../../quantities.ts';
import {
  BROADCAST_ADDRESS,
  BROADCAST_REGISTER,
  broadcastWords,
  decodeStatus,
  ERROR_REGISTER,
  EVSES_ON_BUS,
  FIRST_NODE_ADDRESS,
  HIGHEST_CURRENT_DA,
  LAST_NODE_ADDRESS,
  LOWEST_CURRENT_DA,
  POLLED_STATUS_COUNT,
  SMARTEVSE_ERROR,
  SMARTEVSE_STATE,
  smartevseState,
  STATUS_REGISTER,
  type SmartevseStatus,
} from '../../protocols/smartevse-bus.ts';
import type { EvseReport } from '../../site/readings.ts';
import type { Evse } from '../../site/site.ts';

/** Every 2 s all nodes are polled, then told their currents; a gap of 11 s stops them (6.5). */
export const BUS_CYCLE_MS = 2000;
/** A node answers within 85 ms (6.1); the rest is for a USB adapter that collects bytes for 16 ms in both directions. */
export const NODE_TIMEOUT_MS = 120;
/** Unanswered polls after which a node that comes back counts as restarted (3.12: the firmware's master gives up after as many). */
const POLLS_UNTIL_LOST = 5;
/** A node that asks is first left waiting: refused at once it would lock itself for 60 s before whoever decides has heard of it. */
const REFUSED_AFTER_MS = 5000;

/** A status block to read, or registers to write with function code 16; the broadcast is not answered. */
export type BusRequest =
  | { readonly kind: 'poll'; readonly unitId: number; readonly address: number; readonly count: number }
  | { readonly kind: 'write'; readonly unitId: number; readonly address: number; readonly values: readonly number[]; readonly answer: 'expected' | 'none' };

/** One node as its master knows it. Changed in place. */
export interface BusMember {
  readonly evse: Evse;
  readonly unitId: number;
  status: SmartevseStatus | null;
  statusMs: number;
  /** What it may take; null while nobody has asked for anything. */
  offerDa: number | null;
  offerMs: number;
  restartCount: number;
  missedPolls: number;
  /** Since when it asks and is not allowed; null when it does not. */
  askingSinceMs: number | null;
}

export interface SmartevseBusSession {
  readonly members: readonly BusMember[];
  /** Throws nothing; `invalid-argument` for an address that is no node's, `already-open` for one that is taken. */
  join(evse: Evse, unitId: number): Result<BusMember>;
  leave(member: BusMember): void;
  polls(): readonly BusRequest[];
  pollOf(member: BusMember): BusRequest;
  /** The registers of a poll; what to write because of them. */
  answered(member: BusMember, words: readonly number[], timeMs: number): Result<readonly BusRequest[]>;
  missed(member: BusMember): void;
  /** What all may take now; null while nobody was offered anything, or nothing has been renewed in time. */
  broadcast(timeMs: number): BusRequest | null;
  /** Grants that a new offer allows at once, by what is known of the node. */
  grantsOf(member: BusMember, timeMs: number): readonly BusRequest[];
}

export function createSmartevseBusSession(): SmartevseBusSession {
  let members: readonly BusMember[] = [];

  const requestsOf = (member: BusMember, timeMs: number): readonly BusRequest[] => {
    const { status, unitId } = member;
    if (status === null) return [];
    const isAllowed = allowedDa(member, timeMs) > 0;
    const isAsking = status.stateCode === SMARTEVSE_STATE.asksB || status.stateCode === SMARTEVSE_STATE.asksC;
    if (!isAsking) {
      const isLocked = isAllowed && (status.errors & SMARTEVSE_ERROR.lessThan6A) !== 0;
      return isLocked ? [writeTo(unitId, ERROR_REGISTER, [status.errors & ~SMARTEVSE_ERROR.lessThan6A])] : [];
    }
    if (isAllowed) {
      const granted = status.stateCode === SMARTEVSE_STATE.asksB ? SMARTEVSE_STATE.grantedB : SMARTEVSE_STATE.grantedC;
      return [writeTo(unitId, STATUS_REGISTER, [granted, status.errors & ~SMARTEVSE_ERROR.lessThan6A])];
    }
    const isRefused = member.askingSinceMs !== null && timeMs - member.askingSinceMs >= REFUSED_AFTER_MS;
    return isRefused ? [writeTo(unitId, ERROR_REGISTER, [status.errors | SMARTEVSE_ERROR.lessThan6A])] : [];
  };

  const noteAsking = (member: BusMember, timeMs: number): void => {
    const code = member.status?.stateCode;
    const isAsking = code === SMARTEVSE_STATE.asksB || code === SMARTEVSE_STATE.asksC;
    member.askingSinceMs = isAsking && allowedDa(member, timeMs) === 0 ? (member.askingSinceMs ?? timeMs) : null;
  };

  return {
    get members() {
      return members;
    },
    join(evse, unitId) {
      if (unitId < FIRST_NODE_ADDRESS || unitId > LAST_NODE_ADDRESS) {
        return failure('invalid-argument', { evse: evse.id, unitId, lowest: FIRST_NODE_ADDRESS, highest: LAST_NODE_ADDRESS });
      }
      const taken = members.find((member) => member.unitId === unitId);
      if (taken !== undefined) return failure('already-open', { evse: evse.id, unitId, by: taken.evse.id });
      const member: BusMember = { evse, unitId, status: null, statusMs: 0, offerDa: null, offerMs: 0, restartCount: 0, missedPolls: 0, askingSinceMs: null };
      members = [...members, member].sort((a, b) => a.unitId - b.unitId);
      return success(member);
    },
    leave(member) {
      members = members.filter((known) => known !== member);
    },
    polls: () => members.map(pollOf),
    pollOf,
    answered(member, words, timeMs) {
      const status = decodeStatus(words);
      if (!status.ok) return status;
      if (member.missedPolls >= POLLS_UNTIL_LOST) member.restartCount += 1;
      member.missedPolls = 0;
      member.status = status.value;
      member.statusMs = timeMs;
      noteAsking(member, timeMs);
      return success(requestsOf(member, timeMs));
    },
    missed(member) {
      member.missedPolls += 1;
    },
    broadcast(timeMs) {
      if (!members.some((member) => isOffered(member, timeMs))) return null;
      const currentsDa = Array.from({ length: EVSES_ON_BUS }, () => 0);
      for (const member of members) currentsDa[member.unitId - 1] = sentDa(member, timeMs);
      const words = broadcastWords({ currentsDa, mainsDa: [0, 0, 0] });
      return words.ok ? { kind: 'write', unitId: BROADCAST_ADDRESS, address: BROADCAST_REGISTER, values: words.value, answer: 'none' } : null;
    },
    grantsOf: requestsOf,
  };
}

function pollOf({ unitId }: BusMember): BusRequest {
  return { kind: 'poll', unitId, address: STATUS_REGISTER, count: POLLED_STATUS_COUNT };
}

function writeTo(unitId: number, address: number, values: readonly number[]): BusRequest {
  return { kind: 'write', unitId, address, values, answer: 'expected' };
}

/** An offer that nobody renews within its time to live is none: whoever decided may be dead. */
export function isOffered({ evse, offerDa, offerMs }: BusMember, timeMs: number): boolean {
  return offerDa !== null && (evse.offerTtlMs === undefined || timeMs - offerMs < evse.offerTtlMs);
}

/** Never more than cable and MAX of the unit carry (register 0x0007), which nobody else on the bus looks after. */
function allowedDa(member: BusMember, timeMs: number): number {
  if (member.status === null || member.offerDa === null || !isOffered(member, timeMs)) return 0;
  const allowed = Math.min(member.offerDa, member.status.maxCurrentA * 10);
  return allowed < LOWEST_CURRENT_DA ? 0 : allowed;
}

/** Who has not been decided about keeps what it has; 0 would stop it. */
function sentDa(member: BusMember, timeMs: number): number {
  if (member.offerDa !== null || member.status === null) return allowedDa(member, timeMs);
  const { stateCode, balancedDa } = member.status;
  return stateCode === SMARTEVSE_STATE.c && balancedDa >= LOWEST_CURRENT_DA ? balancedDa : 0;
}

/**
 * In whole dA, rounded down to the site's step. `out-of-range` for what lies between 0 and the minimum, above rating or configured
 * maximum, or outside what the pilot can say.
 */
export function smartevseOfferDa(evse: Evse, currentA: number): Result<number> {
  if (currentA === 0) return success(0);
  const roundedA = floorToStep(floorToStep(currentA, evse.stepA), 0.1);
  const lowestA = Math.max(evse.minCurrentA, LOWEST_CURRENT_DA / 10);
  const highestA = Math.min(evse.ratingA, evse.configuredMaxA, HIGHEST_CURRENT_DA / 10);
  if (!(roundedA >= lowestA && roundedA <= highestA)) return failure('out-of-range', { evse: evse.id, requestedA: currentA, lowestA, highestA });
  return success(Math.round(roundedA * 10));
}

/** null before its first answer. A current of its own is not in its registers: a meter of the site tells it where there is one. */
export function smartevseReport({ evse, status, statusMs, restartCount }: BusMember, otherCommander: string | null): EvseReport | null {
  if (status === null) return null;
  return {
    evseId: evse.id,
    timeMs: statusMs,
    state: smartevseState(status),
    isVehicleConnected: status.stateCode !== SMARTEVSE_STATE.a,
    offeredCurrentA: status.balancedDa / 10,
    measuredCurrentA: null,
    measuredTimeMs: null,
    voltageV: null,
    energyWh: null,
    restartCount,
    otherCommander,
  };
}

