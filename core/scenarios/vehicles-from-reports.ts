/** Vehicles as an EVSE's reports tell them: when each came and went, what it took, and whether it had enough. */
import { PHASES, roundTo } from '../quantities.ts';
import type { Evse } from '../site/site.ts';
import type { EvseHistory, ReportedStep } from './evse-history.ts';

/** Below this nothing charges: what electronics draw. */
const CHARGING_A = 1;
/** A vehicle that leaves this much more of an offer than it usually does has found its own limit. */
const LEAVES_MORE_A = 0.6;
/** Offers it follows so long that the rise towards them does not count. */
const HELD_MS = 15_000;
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

export interface VehicleFrame {
  readonly endMs: number;
  /** Of the conductors that the EVSE loads, one current for all of them: what turns A into W. */
  readonly wattsPerA: (phaseCount: number) => number;
}

export function vehiclesFromReports(evse: Evse, { steps }: EvseHistory, frame: VehicleFrame): readonly SeenVehicle[] {
  return sessionsOf(steps, frame.endMs).map((session, index) => vehicleOf(evse, session, frame, index));
}

interface Session {
  readonly fromMs: number;
  /** null: it stayed. */
  readonly untilMs: number | null;
  readonly steps: readonly (ReportedStep & { readonly endMs: number })[];
}

function sessionsOf(steps: readonly ReportedStep[], endMs: number): readonly Session[] {
  const sessions: { fromMs: number; untilMs: number | null; steps: (ReportedStep & { endMs: number })[] }[] = [];
  let isIn = false;
  for (const [index, step] of steps.entries()) {
    const open = sessions.at(-1);
    // What was there when the journal began was there when the run began.
    if (step.isVehicleConnected && !isIn) sessions.push({ fromMs: index === 0 ? 0 : step.timeMs, untilMs: null, steps: [] });
    else if (!step.isVehicleConnected && isIn && open !== undefined) open.untilMs = step.timeMs;
    isIn = step.isVehicleConnected;
    if (isIn) sessions.at(-1)?.steps.push({ ...step, endMs: steps[index + 1]?.timeMs ?? endMs });
  }
  return sessions;
}

function vehicleOf(evse: Evse, session: Session, frame: VehicleFrame, index: number): SeenVehicle {
  const phaseCount = phaseCountOf(evse, session);
  const requestedWh = requestedOf(session, frame.wattsPerA(phaseCount ?? evse.phaseCount));
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

const largestA = ({ currentA }: ReportedStep): number => Math.max(...currentA);

/**
 * The most it was seen to take, where it left more of its offer than at other offers. A vehicle that took all it was offered may take
 * more with other settings: it is given the most that its EVSE can offer, because less would make those settings look safe.
 */
function maxCurrentOf({ ratingA }: Evse, { steps }: Session): number {
  const seenA = steps.reduce((most, step) => Math.max(most, largestA(step)), 0);
  const usualA = usualRestA(steps.filter((step) => largestA(step) > CHARGING_A && largestA(step) < seenA - 1));
  const atItsLimit = steps.filter((step) => largestA(step) >= seenA - 0.5 && restA(step) - usualA > LEAVES_MORE_A);
  const isOwnLimit = lengthMs(atItsLimit) >= HELD_MS;
  return isOwnLimit ? Math.ceil(seenA * 10) / 10 : Math.max(ratingA, Math.ceil(seenA));
}

type Step = Session['steps'][number];

/** What it leaves of its offer. */
const restA = (step: Step): number => (step.offeredA ?? 0) - largestA(step);
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

/** Null where it is the EVSE's own, or where it never drew. */
function phaseCountOf(evse: Evse, { steps }: Session): number | null {
  const counts = steps.map(({ currentA }) => PHASES.filter((phase) => currentA[phase] > CHARGING_A).length);
  const most = counts.reduce((highest, count) => Math.max(highest, count), 0);
  return most === 0 || most >= evse.phaseCount ? null : most;
}

/** What was delivered until it stopped by itself; null where it did not. */
function requestedOf({ steps, untilMs }: Session, wattsPerA: number): number | null {
  const lastDrawn = steps.findLastIndex((step) => largestA(step) > CHARGING_A);
  const rest = steps.slice(lastDrawn + 1);
  const [first] = rest;
  const endMs = untilMs ?? rest.at(-1)?.endMs ?? 0;
  if (lastDrawn < 0 || first === undefined || endMs - first.timeMs < FULL_AFTER_MS) return null;
  if (rest.some(({ offeredA }) => (offeredA ?? 0) < CHARGING_A)) return null;
  const energyWh = steps.reduce((sum, step) => sum + (largestA(step) * wattsPerA * (step.endMs - step.timeMs)) / 3_600_000, 0);
  return Math.max(1, roundTo(energyWh, 1));
}
