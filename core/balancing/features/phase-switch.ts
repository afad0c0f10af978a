/**
 * Changing between one and three phases with a second contactor (SmartEVSE CONTACT 2, smartevse.md 3.9). The contactor never
 * moves under load: the EVSE is paused until nothing flows, then the count changes, then the contactor gets its time. All
 * that this does to currents is a ceiling of 0, so no limit is ever passed while waiting.
 */
import type { EvseCeiling, EvseView, FeatureOutcome, FeatureView } from './feature.ts';
import { linesLoaded } from './loads.ts';
import { solarPhases, type PhaseTimers, type Rest } from './solar-phases.ts';
import { measureSurplus, NO_SURPLUS, type SurplusMemory } from './surplus.ts';
import { atKnownTime, elapsedMs, hasLasted, knownMs } from './timing.ts';

export type PhaseCount = 1 | 3;

export interface PhaseSwitchMemory {
  readonly surplus: SurplusMemory;
  /** In the site's order; null for EVSEs without a second contactor. */
  readonly evses: readonly (PhaseSwitchEvseMemory | null)[];
}

export interface PhaseSwitchEvseMemory extends PhaseTimers {
  readonly presentPhases: PhaseCount;
  readonly change: PhaseChange | null;
}

export interface PhaseChange {
  readonly toPhases: PhaseCount;
  /** Since when nothing flows; null while something does. */
  readonly unloadedSinceMs: number | null;
  /** When the count changed; null until then. */
  readonly switchedMs: number | null;
}

export interface PhaseSwitchOutcome extends FeatureOutcome<PhaseSwitchMemory> {
  /**
   * In the site's order, what to command now: the old count until nothing flows any more. 3 stands for all the phases that
   * an EVSE has ("Not present counts as 3P").
   */
  readonly wantedPhases: readonly PhaseCount[];
}

export const NO_PHASE_SWITCH: PhaseSwitchMemory = { surplus: NO_SURPLUS, evses: [] };

/** Without PWM a vehicle has 3 s to fall below 1 A (electrical.md); no report is believed before. */
const UNLOADED_MS = 3000;
/** Contactors open and control pilot disconnected for so long (3.9). */
const CONTACTOR_MS = 5000;
/** An ammeter's noise; less than any vehicle takes. */
const NO_LOAD_A = 0.5;

export const phaseSwitch: (memory: PhaseSwitchMemory, view: FeatureView) => PhaseSwitchOutcome = atKnownTime(decidePhases);

function decidePhases(memory: PhaseSwitchMemory, view: FeatureView): PhaseSwitchOutcome {
  const wantedPhases = view.site.evses.map((evse): PhaseCount => (evse.phaseCount === 1 || view.phases.length === 1 ? 1 : 3));
  const switching = view.phases.length === 3 ? view.evses.filter(hasSecondContactor) : [];
  if (switching.length === 0) return { memory: NO_PHASE_SWITCH, evseCeilings: [], circuitCeilings: [], notices: [], wantedPhases };
  const isSolar = ({ mode }: EvseView): boolean => mode === 'solar';
  const hasAuto = switching.some((evse) => isSolar(evse) && evse.evse.phaseSwitching === 'auto');
  // The notices are those of the solar feature, which sees the same.
  const { memory: surplus, surplusA } = hasAuto ? measureSurplus(memory.surplus, view, isSolar) : { memory: NO_SURPLUS, surplusA: null };
  const rest = restOf(view, surplusA);
  const evses: (PhaseSwitchEvseMemory | null)[] = view.site.evses.map(() => null);
  const evseCeilings: EvseCeiling[] = [];
  for (const evse of switching) {
    const before = memory.evses[evse.index] ?? takenOver(evse);
    const { target, timers } = targetOf(before, evse, view, rest(evse));
    const next = advance({ ...before, ...timers }, target, evse, view.timeMs);
    evses[evse.index] = next;
    wantedPhases[evse.index] = next.presentPhases;
    if (next.change !== null) evseCeilings.push(pausedFor(next.change, evse, view.timeMs));
  }
  return { memory: { surplus, evses }, evseCeilings, circuitCeilings: [], notices: [], wantedPhases };
}

function hasSecondContactor({ evse }: EvseView): boolean {
  return evse.phaseCount === 3 && evse.phaseSwitching !== 'not-present';
}

/** The contactor's position at the start is what the vehicle shows, or three phases, the position that carries the most. */
function takenOver({ phases, connectedMs }: EvseView): PhaseSwitchEvseMemory {
  const presentPhases = phases.length === 1 ? 1 : 3;
  return { presentPhases, change: null, shortSinceMs: null, severeSinceMs: null, enoughSinceMs: null, oneSinceMs: null, connectedMs: knownMs(connectedMs) };
}

/** The five settings of CONTACT 2. Off and pause need no contactor, so they move none. */
function targetOf(
  before: PhaseSwitchEvseMemory,
  evse: EvseView,
  view: FeatureView,
  rest: Rest | null,
): { readonly target: PhaseCount; readonly timers: PhaseTimers } {
  const timers: PhaseTimers = { ...before, shortSinceMs: null, severeSinceMs: null, enoughSinceMs: null, connectedMs: knownMs(evse.connectedMs) };
  const isIdleMode = evse.mode === 'off' || evse.mode === 'pause';
  switch (evse.evse.phaseSwitching) {
    case 'always-off':
      return { target: 1, timers };
    case 'solar-off':
      return { target: isIdleMode ? before.presentPhases : evse.mode === 'solar' ? 1 : 3, timers };
    case 'auto':
      // Once begun it is carried through: the pause itself makes the surplus jump.
      if (evse.mode === 'solar' && before.change !== null) return { target: before.change.toPhases, timers };
      if (evse.mode === 'solar') return solarPhases(before.presentPhases, before, evse, view, rest);
      return { target: isIdleMode ? before.presentPhases : 3, timers };
    default:
      return { target: 3, timers };
  }
}

/**
 * What of the surplus an EVSE may reckon with: beside the minimums of the solar EVSEs before it in the site, for staying;
 * beside all that the others draw, for going up. null while the surplus is unknown.
 */
function restOf(view: FeatureView, surplusA: number | null): (evse: EvseView) => Rest | null {
  if (surplusA === null) return () => null;
  const before: number[] = [];
  const others: number[] = [];
  let minimumsA = 0;
  let drawsA = 0;
  for (const { index, evse, mode, isCharging, phases, drawnA } of view.evses) {
    before[index] = minimumsA;
    if (mode !== 'solar' || !isCharging) continue;
    const lines = linesLoaded(view.site.supply, phases);
    others[index] = lines * Math.max(evse.minCurrentA, drawnA ?? 0);
    minimumsA += lines * evse.minCurrentA;
    drawsA += others[index];
  }
  return ({ index }) => ({ atMinimumA: surplusA - (before[index] ?? 0), asDrawnA: surplusA - drawsA + (others[index] ?? 0) });
}

function isUnloaded({ isConnected, isCharging, drawnA, offeredA }: EvseView): boolean {
  return !isCharging && (drawnA ?? 0) < NO_LOAD_A && (!isConnected || offeredA === 0);
}

/** From a change that is wanted to one that is done. Until the contactor moves, another setting or mode may still drop it. */
function advance(memory: PhaseSwitchEvseMemory, target: PhaseCount, evse: EvseView, timeMs: number): PhaseSwitchEvseMemory {
  const { presentPhases, change } = memory;
  if (change?.switchedMs != null) {
    return hasLasted(change.switchedMs, CONTACTOR_MS, timeMs) ? { ...memory, change: null } : memory;
  }
  if (target === presentPhases) return { ...memory, change: null };
  const done = { ...memory, presentPhases: target, oneSinceMs: target === 1 ? timeMs : null };
  // "In state A change at once": nothing can begin to draw before a vehicle comes.
  if (isUnloaded(evse) && !evse.isConnected) return { ...done, change: null };
  const unloadedSinceMs = isUnloaded(evse) ? (change?.unloadedSinceMs ?? timeMs) : null;
  if (!hasLasted(unloadedSinceMs, UNLOADED_MS, timeMs)) return { ...memory, change: { toPhases: target, unloadedSinceMs, switchedMs: null } };
  return { ...done, change: { toPhases: target, unloadedSinceMs, switchedMs: timeMs } };
}

function pausedFor({ toPhases, unloadedSinceMs, switchedMs }: PhaseChange, { index }: EvseView, timeMs: number): EvseCeiling {
  const goneMs = switchedMs === null ? Math.min(UNLOADED_MS, elapsedMs(unloadedSinceMs, timeMs)) : UNLOADED_MS + elapsedMs(switchedMs, timeMs);
  const remainingMs = Math.max(0, UNLOADED_MS + CONTACTOR_MS - goneMs);
  return { index, ceiling: { currentA: 0, reason: { kind: 'phase-switch', toPhases, remainingMs } } };
}
