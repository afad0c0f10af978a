/** What a person should know after a step, as codes with the figures their sentences need. */
import { PHASE_NAMES } from '../quantities.ts';
import type { Outlook } from './ceilings.ts';
import { contestOf } from './contests.ts';
import { FOLLOWS_WITHIN_A, isSilent, measuredA } from './evse-memory.ts';
import type { EvsePlan, MeterPlan, SitePlan } from './plan.ts';
import type { Contradiction, Notice, NoticeCode } from './setpoint.ts';
import type { BalancerState } from './state.ts';

const CONTRADICTION_CODES: Readonly<Record<Contradiction, NoticeCode>> = {
  frozen: 'meter-frozen',
  reversed: 'meter-reversed',
  'too-low': 'meter-too-low',
};

/** The traces count from this much above the continuous limit on. */
const ABOVE_LIMIT_A = 0.25;

export function addNotices(notices: Notice[], plan: SitePlan, state: BalancerState, outlook: Outlook): void {
  addMeters(notices, plan, state, outlook);
  addEvses(notices, plan, state, outlook);
  addCircuits(notices, plan, state, outlook);
}

function addMeters(notices: Notice[], plan: SitePlan, state: BalancerState, { sights }: Outlook): void {
  for (let index = 0; index < plan.meters.length; index += 1) {
    const { meter, circuit } = plan.meters[index] as MeterPlan;
    const sight = sights[index];
    if (sight === undefined || circuit < 0) continue;
    if (sight.kind === 'stale') {
      notices.push({ code: 'meter-stale', severity: 'danger', about: meter.id, context: { isFailSafe: sight.isFailSafe, allowedAgeMs: meter.allowedAgeMs } });
    } else if (sight.kind === 'contradicting') {
      notices.push({ code: CONTRADICTION_CODES[sight.how], severity: 'danger', about: meter.id, context: {} });
    } else if (sight.kind === 'starting') {
      notices.push({ code: 'starting', severity: 'info', about: meter.id, context: { liveReadings: state.meters[index]?.liveCount ?? 0 } });
    }
  }
}

function addEvses(notices: Notice[], plan: SitePlan, state: BalancerState, { timeMs }: Outlook): void {
  for (let index = 0; index < plan.evses.length; index += 1) {
    const evsePlan = plan.evses[index] as EvsePlan;
    const memory = state.evses[index];
    const { evse } = evsePlan;
    if (memory === undefined) continue;
    const { report, offerA } = memory;
    if (report === null) {
      notices.push({ code: 'starting', severity: 'info', about: evse.id, context: {} });
    } else if (isSilent(evsePlan, memory, timeMs)) {
      notices.push({ code: 'evse-silent', severity: 'danger', about: evse.id, context: { reservedA: memory.exposureA } });
    } else if (report.otherCommander !== null) {
      notices.push({ code: 'evse-other-commander', severity: 'attention', about: evse.id, context: { commander: report.otherCommander } });
    } else if (offerA !== null && timeMs - memory.offerMs > evse.responseTimeMs && (state.contests === null || contestOf(state, index) === null)) {
      const offeredA = report.offeredCurrentA ?? 0;
      const drawnA = report.state === 'charging' ? (measuredA(report) ?? 0) : 0;
      if (offeredA > offerA || drawnA > offerA + FOLLOWS_WITHIN_A) {
        notices.push({ code: 'evse-ignores-setpoint', severity: 'danger', about: evse.id, context: { requestedA: offerA, offeredA, drawnA } });
      }
    }
  }
}

function addCircuits(notices: Notice[], plan: SitePlan, state: BalancerState, { sights }: Outlook): void {
  for (const { circuit, limits, meter } of plan.circuits) {
    if (meter < 0) continue;
    const reading = state.meters[meter]?.reading;
    if (reading === null || reading === undefined || sights[meter]?.kind === 'stale') continue;
    for (const phase of plan.phases) {
      const currentA = reading.currentA[phase] ?? 0;
      const limitA = limits[phase].currentA;
      const ratingA = circuit.breaker.ratingsA?.[phase] ?? circuit.breaker.ratingA;
      if (currentA <= limitA + ABOVE_LIMIT_A) continue;
      const isAboveRating = currentA > ratingA;
      notices.push({
        code: isAboveRating ? 'above-rating' : 'above-continuous-limit',
        severity: isAboveRating ? 'danger' : 'attention',
        about: circuit.id,
        context: { phase: PHASE_NAMES[phase], currentA, limitA: isAboveRating ? ratingA : limitA },
      });
      break;
    }
  }
}
