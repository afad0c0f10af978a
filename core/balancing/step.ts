import type { Site } from '../site/site.ts';
import { isOfferUnknown, usableA, type Outlook } from './ceilings.ts';
import { contestNotices } from './contests.ts';
import { decide, setpointOf } from './decide.ts';
import { NO_FEATURES, runFeatures, type FeatureMemory } from './features/all-features.ts';
import type { EvseCeiling } from './features/feature.ts';
import { isPlain, viewOf } from './features/look.ts';
import { balancesOf, findHeadroom } from './headroom.ts';
import { admitInputs } from './input-gate.ts';
import { takeInputs } from './inputs.ts';
import { sightOf, type Sight } from './meter-memory.ts';
import { withChargeHold } from './minimum-times.ts';
import { addNotices } from './notices.ts';
import { planOf, type MeterPlan, type SitePlan } from './plan.ts';
import { findOrder } from './queue.ts';
import { remember } from './remember.ts';
import { findRides, rememberRides, rideNotices } from './ride-through.ts';
import type { Ceiling, Notice } from './setpoint.ts';
import { NO_WISHES, UNKNOWN_METER, type BalancerState, type StepInputs, type StepResult } from './state.ts';

/**
 * Decides what every EVSE is offered now. Pure: the same site, state and inputs give the same answer, and no input
 * makes it throw. Rules: design chapter 6.
 */
export function step(site: Site, state: BalancerState, given: StepInputs): StepResult {
  const plan = planOf(site);
  const notices: Notice[] = [];
  const inputs = admitInputs(given, notices);
  if (inputs === null) return blindly(plan, state);
  const taken = takeInputs(plan, site, state, inputs, notices);
  const sights = sightsOf(plan, site, taken, inputs.timeMs);
  findOrder(plan, taken, site);
  const features = isPlain(plan, inputs) ? null : runFeatures(taken.features ?? NO_FEATURES, viewOf(plan, site, taken, inputs, sights), inputs.wishes ?? NO_WISHES, [...plan.scratch.order]);
  const seen = features === null ? taken : relearnPhases(plan, taken, features.memory);
  const outlook = lookOut(plan, seen, inputs, sights, features === null ? NONE : byEvse(withChargeHold(plan, seen, features.evseCeilings, inputs.timeMs)));
  findHeadroom(plan, seen, inputs.timeMs, site.policy.raiseHysteresisA, features?.circuitCeilings ?? [], features?.wantedPhases ?? null, site.policy.phaseRule);
  if (plan.rides !== null) findRides(plan, plan.rides, seen, inputs.breakerHeat ?? [], outlook);
  const setpoints = decide(plan, seen, outlook);
  const remembered = remember(plan, site, seen, setpoints, inputs.timeMs);
  const ridden = plan.rides === null ? remembered : { ...remembered, rides: rememberRides(plan, plan.rides, seen, inputs.timeMs) };
  const next = features === null ? ridden : { ...ridden, features: features.memory };
  addNotices(notices, plan, next, outlook);
  if (next.contests !== null) notices.push(...contestNotices(plan, next, inputs.timeMs));
  if (features !== null) notices.push(...features.notices);
  if (plan.rides !== null) notices.push(...rideNotices(plan, plan.rides));
  return { state: next, setpoints, circuits: balancesOf(plan, next), notices };
}

/** Back on three phases, which of them its vehicle uses has to be learned again. */
function relearnPhases(plan: SitePlan, state: BalancerState, { phaseSwitch }: FeatureMemory): BalancerState {
  const hasGrown = (index: number): boolean => state.features?.phaseSwitch.evses[index]?.presentPhases === 1 && phaseSwitch.evses[index]?.presentPhases === 3;
  if (!plan.evses.some((_, index) => hasGrown(index))) return state;
  const evses = state.evses.map((memory, index) => (hasGrown(index) ? { ...memory, phaseMask: plan.evses[index]?.phaseMask ?? memory.phaseMask } : memory));
  return { ...state, evses };
}

function sightsOf(plan: SitePlan, { policy }: Site, state: BalancerState, timeMs: number): readonly Sight[] {
  const startedMs = state.startedMs ?? timeMs;
  const sights = new Array<Sight>(plan.meters.length);
  for (let index = 0; index < sights.length; index += 1) {
    sights[index] = sightOf(plan.meters[index] as MeterPlan, state.meters[index] ?? UNKNOWN_METER, startedMs, timeMs, policy.staleGraceMs);
  }
  return sights;
}

const NONE: Outlook['features'] = new Map();

function byEvse(ceilings: readonly EvseCeiling[]): Outlook['features'] {
  if (ceilings.length === 0) return NONE;
  const found = new Map<number, Ceiling[]>();
  for (const { index, ceiling } of ceilings) {
    const known = found.get(index);
    if (known === undefined) found.set(index, [ceiling]);
    else known.push(ceiling);
  }
  return found;
}

function lookOut(plan: SitePlan, state: BalancerState, { timeMs, wishes }: StepInputs, sights: readonly Sight[], features: Outlook['features']): Outlook {
  return {
    timeMs,
    features,
    sights,
    isClear: sights.every(({ kind }) => kind === 'clear'),
    hasUnknownOffers: state.evses.some(isOfferUnknown),
    wishes: wishes ?? NO_WISHES,
    failSafeFits: plan.failSafeFits,
  };
}

/** Without a time no age can be told: nothing is learned, and everything goes no higher than its fail-safe current. */
function blindly(plan: SitePlan, state: BalancerState): StepResult {
  const setpoints = plan.evses.map((evse, index) => {
    const { failSafeCurrentA } = evse.evse;
    const currentA = Math.min(state.evses[index]?.offerA ?? 0, usableA(evse, failSafeCurrentA));
    return setpointOf(evse, currentA, [{ currentA: Math.max(currentA, failSafeCurrentA), reason: { kind: 'starting', awaited: [] } }], evse.phases);
  });
  const refused: Notice = { code: 'input-refused', severity: 'danger', about: null, context: { device: null } };
  return { state, setpoints, circuits: balancesOf(plan, state), notices: [refused] };
}
