/** What the features are shown of the balancer's state. */
import { isFiniteNumber, type PerPhase } from '../../quantities.ts';
import type { Site } from '../../site/site.ts';
import { measuredA, presenceOf } from '../evse-memory.ts';
import type { Sight } from '../meter-memory.ts';
import type { SitePlan } from '../plan.ts';
import type { BalancerState, StepInputs } from '../state.ts';
import { chargeModeOf } from './charge-mode.ts';
import { NO_SIGNALS, type EvseView, type FeatureView } from './feature.ts';
import { scheduleAt } from './schedule.ts';

/** True when nothing of the site, of the signals or of a person's wishes asks for any feature. */
export function isPlain(plan: SitePlan, { signals, wishes }: StepInputs): boolean {
  return !plan.usesFeatures && signals === undefined && (wishes === undefined || (wishes.modes.length === 0 && wishes.limits.length === 0));
}

export function usesFeatures({ policy, evses }: Site): boolean {
  const hasPolicy = policy.mode !== 'normal' || policy.capacity !== null || policy.gridRelayLimitA !== null || policy.dimmingW !== null || policy.schedule.length > 0;
  return hasPolicy || evses.some(({ mode, temperature, phaseSwitching }) => (mode !== undefined && mode !== 'normal') || temperature !== undefined || phaseSwitching !== 'not-present');
}

export function viewOf(plan: SitePlan, site: Site, state: BalancerState, inputs: StepInputs, sights: readonly Sight[]): FeatureView {
  const { timeMs, wallMs } = inputs;
  const scheduled = site.policy.schedule.length === 0 ? null : scheduleAt(site, wallMs);
  const evses = site.evses.map((evse, index): EvseView => {
    const memory = state.evses[index];
    const report = memory?.report ?? null;
    const presence = presenceOf(report);
    const isCharging = presence === 'charging';
    // With the second contactor open the vehicle has one phase, whatever was learned before.
    const hasOnePhase = state.features?.phaseSwitch.evses[index]?.presentPhases === 1;
    const mask = (hasOnePhase ? plan.evses[index]?.onePhaseMask : memory?.phaseMask) ?? 0;
    return {
      index,
      evse,
      mode: chargeModeOf(site, evse, inputs.wishes?.modes ?? [], scheduled?.modes[index] ?? null, wallMs),
      phases: plan.phases.filter((phase) => (mask & (1 << phase)) !== 0),
      isConnected: presence !== 'absent',
      isCharging,
      drawnA: isCharging ? measuredA(report) : 0,
      offeredA: memory?.offerA ?? null,
      connectedMs: memory?.connectedMs ?? null,
      chargingMs: memory?.chargingMs ?? null,
    };
  });
  const grid = gridReading(plan, site, state, sights);
  return {
    site,
    timeMs,
    wallMs,
    phases: plan.phases,
    evses,
    gridCurrentA: grid?.currentA ?? null,
    gridTimeMs: grid?.timeMs ?? null,
    voltageV: grid?.voltageV ?? site.supply.nominalVoltageV,
    signals: inputs.signals ?? NO_SIGNALS,
  };
}

interface GridReading {
  readonly currentA: PerPhase<number>;
  /** Null where it does not tell what an EVSE sees. */
  readonly voltageV: number | null;
  readonly timeMs: number;
}

/** What the grid connection shows, on all phases the supply has; null while its meter cannot be relied on. */
function gridReading(plan: SitePlan, { supply }: Site, state: BalancerState, sights: readonly Sight[]): GridReading | null {
  const root = plan.circuits.find(({ circuit }) => circuit.parentId === null);
  const kind = sights[root?.meter ?? -1]?.kind;
  const reading = state.meters[root?.meter ?? -1]?.reading ?? null;
  if (reading === null || (kind !== 'clear' && kind !== 'starting')) return null;
  if (plan.phases.some((phase) => reading.currentA[phase] === null)) return null;
  return { currentA: [reading.currentA[0] ?? 0, reading.currentA[1] ?? 0, reading.currentA[2] ?? 0], voltageV: evseVoltageV(supply, reading.voltageV), timeMs: reading.timeMs };
}

/**
 * The highest of its phases: a limit in watts then holds on each. Where EVSEs sit between two lines, a meter's voltages are those
 * of lines against neutral, or of one leg.
 */
function evseVoltageV({ kind }: Site['supply'], voltageV: PerPhase<number | null> | null): number | null {
  if (voltageV === null || (kind !== 'single-phase' && kind !== 'three-phase-star')) return null;
  let highestV: number | null = null;
  for (const phaseV of voltageV) if (isFiniteNumber(phaseV) && phaseV > (highestV ?? 0)) highestV = phaseV;
  return highestV;
}
