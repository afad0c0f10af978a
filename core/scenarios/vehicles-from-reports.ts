/** Vehicles as an EVSE's reports tell them: when each came and went, what it took, and whether it had enough. */
import { roundTo } from '../quantities.ts';
import type { Evse } from '../site/site.ts';
import { ammeterA } from './evse-history.ts';
import type { Session } from './evse-sessions.ts';

/** Below this nothing charges: what electronics draw. */
const CHARGING_A = 1;
/** A vehicle that leaves this much more of an offer than it usually does has found its own limit. */
const LEAVES_MORE_A = 0.6;
/** Offers it follows so long that the rise towards them does not count. */
const HELD_MS = 15_000;
/** It follows within 5 s (IEC 61851-1), and rises then. */
const SETTLES_MS = 7000;
/** A vehicle that leaves its offer alone for so long has what it wants. */
const FULL_AFTER_MS = 120_000;

export interface SeenVehicle {
  readonly id: string;
  readonly evse: string;
  readonly plugInS: number;
  readonly unplugS?: number;
  readonly maxCurrentA: number;
  readonly phaseCount?: number;
  readonly requestedWh?: number;
}

/** What a vehicle's conductors are, and what an ampere of the ammeter is worth on them. */
export interface VehicleUse {
  /** As a scenario's vehicle has it; null where it is the EVSE's own or nothing is known. */
  readonly phaseCount: number | null;
  readonly wattsPerA: number;
}

/** `index`: of the session among those of its EVSE. */
export function vehicleOfSession(evse: Evse, session: Session, { phaseCount, wattsPerA }: VehicleUse, index: number): SeenVehicle {
  const requestedWh = requestedOf(session, wattsPerA);
  return {
    id: `${evse.id}-${index + 1}`,
    evse: evse.id,
    plugInS: roundTo(session.fromMs / 1000, 0.001),
    ...(session.untilMs === null ? {} : { unplugS: roundTo(session.untilMs / 1000, 0.001) }),
    maxCurrentA: maxCurrentOf(evse, session),
    ...(phaseCount === null ? {} : { phaseCount }),
    ...(requestedWh === null ? {} : { requestedWh }),
  };
}

/**
 * The most it was seen to take, where it left more of its offer than at other offers. A vehicle that took all it was offered may take
 * more with other settings: it is given the most that its EVSE can offer, because less would make those settings look safe.
 */
function maxCurrentOf({ ratingA }: Evse, { steps }: Session): number {
  const seenA = steps.reduce((most, step) => Math.max(most, ammeterA(step)), 0);
  const usualA = usualRestA(settled(steps).filter((step) => ammeterA(step) > CHARGING_A && ammeterA(step) < seenA - 1));
  const atItsLimit = steps.filter((step) => ammeterA(step) >= seenA - 0.5 && restA(step) - usualA > LEAVES_MORE_A);
  const isOwnLimit = lengthMs(atItsLimit) >= HELD_MS;
  return isOwnLimit ? Math.ceil(seenA * 10) / 10 : Math.max(ratingA, Math.ceil(seenA));
}

type Step = Session['steps'][number];

/** Without the time after each change of the offer: on its way to an offer a vehicle leaves much of it, which says nothing. */
function settled(steps: readonly Step[]): readonly Step[] {
  let offerMs = 0;
  return steps.flatMap((step, index) => {
    if (step.offeredA !== steps[index - 1]?.offeredA) offerMs = step.timeMs;
    const timeMs = Math.max(step.timeMs, offerMs + SETTLES_MS);
    return timeMs < step.endMs ? [{ ...step, timeMs }] : [];
  });
}

/** What it leaves of its offer. */
const restA = (step: Step): number => (step.offeredA ?? 0) - ammeterA(step);
const lengthMs = (steps: readonly Step[]): number => steps.reduce((sum, { timeMs, endMs }) => sum + endMs - timeMs, 0);

/** The median in time; 0 where nothing is known. */
function usualRestA(steps: readonly Step[]): number {
  const half = lengthMs(steps) / 2;
  let sum = 0;
  for (const step of [...steps].sort((a, b) => restA(a) - restA(b))) {
    sum += step.endMs - step.timeMs;
    if (sum >= half) return Math.max(0, restA(step));
  }
  return 0;
}

/** What was delivered until it stopped by itself; null where it did not. */
function requestedOf({ steps, untilMs }: Session, wattsPerA: number): number | null {
  const lastDrawn = steps.findLastIndex((step) => ammeterA(step) > CHARGING_A);
  const rest = steps.slice(lastDrawn + 1);
  const [first] = rest;
  const endMs = untilMs ?? rest.at(-1)?.endMs ?? 0;
  if (lastDrawn < 0 || first === undefined || endMs - first.timeMs < FULL_AFTER_MS) return null;
  if (rest.some(({ offeredA }) => (offeredA ?? 0) < CHARGING_A)) return null;
  const energyWh = steps.reduce((sum, step) => sum + (ammeterA(step) * wattsPerA * (step.endMs - step.timeMs)) / 3_600_000, 0);
  return Math.max(1, roundTo(energyWh, 1));
}
