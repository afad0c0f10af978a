/** All features of a step together: what a site uses is run, in one fixed order, on one view. */
import { capacity, INITIAL_CAPACITY, type CapacityMemory } from './capacity.ts';
import { chargeMode, NO_CHARGE_MODE, type ChargeModeMemory, type ModeWish } from './charge-mode.ts';
import { dimming } from './dimming.ts';
import { divert, isBackToNormal, NO_DIVERT, type DivertMemory } from './divert.ts';
import type { CircuitCeiling, EvseCeiling, EvseView, FeatureOutcome, FeatureView } from './feature.ts';
import { INITIAL_OPERATOR_LIMIT, operatorLimits, type LimitWish, type OperatorLimitMemory } from './operator-limit.ts';
import { NO_PHASE_SWITCH, phaseSwitch, type PhaseCount, type PhaseSwitchMemory } from './phase-switch.ts';
import { schedule } from './schedule.ts';
import { NO_SOLAR, solar, type SolarMemory } from './solar.ts';
import { INITIAL_TEMPERATURE, temperature, type TemperatureMemory } from './temperature.ts';
import type { Notice } from '../setpoint.ts';

/** What the features remember; plain data. */
export interface FeatureMemory {
  readonly mode: ChargeModeMemory;
  readonly solar: SolarMemory;
  readonly divert: DivertMemory;
  readonly phaseSwitch: PhaseSwitchMemory;
  readonly capacity: CapacityMemory;
  readonly temperature: TemperatureMemory;
  readonly operator: OperatorLimitMemory;
}

export const NO_FEATURES: FeatureMemory = {
  mode: NO_CHARGE_MODE,
  solar: NO_SOLAR,
  divert: NO_DIVERT,
  phaseSwitch: NO_PHASE_SWITCH,
  capacity: INITIAL_CAPACITY,
  temperature: INITIAL_TEMPERATURE,
  operator: INITIAL_OPERATOR_LIMIT,
};

export interface FeaturesOutcome {
  readonly memory: FeatureMemory;
  readonly evseCeilings: readonly EvseCeiling[];
  readonly circuitCeilings: readonly CircuitCeiling[];
  readonly notices: readonly Notice[];
  /** Per EVSE: one phase, or all that it has. */
  readonly wantedPhases: readonly PhaseCount[] | null;
}

export const NO_OUTCOME: FeaturesOutcome = { memory: NO_FEATURES, evseCeilings: [], circuitCeilings: [], notices: [], wantedPhases: null };

/** What a person wishes besides pauses. */
export interface FeatureWishes {
  readonly modes: readonly ModeWish[];
  readonly limits: readonly LimitWish[];
}

/** `order`: who is served first where a sum has to be divided; the queue's own order. */
export function runFeatures(memory: FeatureMemory, given: FeatureView, wishes: FeatureWishes, order: readonly number[]): FeaturesOutcome {
  const view = { ...given, evses: given.evses.map((evse) => afterDivert(memory.divert, given, evse)) };
  const collected = collect();
  const next: FeatureMemory = {
    mode: collected.add(chargeMode(memory.mode, view)),
    solar: collected.add(solar(memory.solar, view)),
    // Divert decides for itself when an EVSE is back to normal, so it sees the modes as they were asked for.
    divert: collected.add(divert(memory.divert, given)),
    phaseSwitch: collected.addPhases(phaseSwitch(memory.phaseSwitch, view)),
    capacity: collected.add(capacity(memory.capacity, view, order)),
    temperature: collected.add(temperature(memory.temperature, view)),
    operator: collected.add(operatorLimits(memory.operator, view, wishes.limits)),
  };
  collected.add(dimming(null, view, order));
  collected.add(schedule(null, view));
  return { memory: next, ...collected.outcome() };
}

/** OpenEVSE's guide: an EVSE in divert is in normal mode again once its vehicle has left. */
function afterDivert(memory: DivertMemory, { site }: FeatureView, evse: EvseView): EvseView {
  const isOver = evse.mode === 'solar' && site.policy.solar.variant === 'divert' && isBackToNormal(memory, evse.index);
  return isOver ? { ...evse, mode: 'normal' } : evse;
}

interface Collector {
  add<Memory>(outcome: FeatureOutcome<Memory>): Memory;
  addPhases<Memory>(outcome: FeatureOutcome<Memory> & { readonly wantedPhases: readonly PhaseCount[] }): Memory;
  outcome(): Omit<FeaturesOutcome, 'memory'>;
}

function collect(): Collector {
  const evseCeilings: EvseCeiling[] = [];
  const circuitCeilings: CircuitCeiling[] = [];
  const notices: Notice[] = [];
  let wantedPhases: readonly PhaseCount[] | null = null;
  const add = <Memory>(outcome: FeatureOutcome<Memory>): Memory => {
    evseCeilings.push(...outcome.evseCeilings);
    circuitCeilings.push(...outcome.circuitCeilings);
    notices.push(...outcome.notices);
    return outcome.memory;
  };
  return {
    add,
    addPhases(outcome) {
      wantedPhases = outcome.wantedPhases;
      return add(outcome);
    },
    outcome: () => ({ evseCeilings, circuitCeilings, notices, wantedPhases }),
  };
}
