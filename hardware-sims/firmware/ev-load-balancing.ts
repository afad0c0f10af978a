/**
 * The Home Assistant integration "EV Load Balancing" 0.3.0 (dala318/ev_load_balancing) as a pure model of its coordinator.
 * Rules by number: reference/home-assistant-ocpp.md A.3; faults: A.4, A.5, A.10.
 */

/** Index of a device's own phase 1, 2 or 3, as the form of the integration names it. */
export type FormPhase = 0 | 1 | 2;
export type Triple<T> = readonly [T, T, T];

/** One row of the form's last step. */
export interface PairRow {
  readonly mains: FormPhase;
  readonly charger: FormPhase;
}

/** What one of the three outputs is made from. */
export interface PhasePair {
  readonly mains: FormPhase;
  readonly charger: FormPhase;
}

/**
 * The pairs in the order of the outputs P1, P2, P3. As shipped the stored map (mains to charger) is read the other way
 * round, and the results go out in the order of the rows (A.5, defects 1 and 2). Corrected, output c is made from
 * charger phase c and the mains phase that its row names.
 */
export function pairsOf(rows: Triple<PairRow>, isMapCorrected: boolean): Triple<PhasePair> {
  if (!isMapCorrected) return mapTriple(rows, ({ mains, charger }) => ({ mains: charger, charger: mains }));
  return mapTriple(rows, (_row, charger) => ({ charger, mains: rows.find((row) => row.charger === charger)?.mains ?? charger }));
}

export interface CoordinatorSetup {
  readonly pairs: Triple<PhasePair>;
  /** The form's rating of the mains circuit: one figure for all phases. */
  readonly mainsLimitA: number;
  /** The circuit's rated current as Easee tells it, cut to an integer. */
  readonly chargerRatedA: number;
}

/** Currents stored with their times, newest last (rule 4). */
export type PhaseHistory = readonly { readonly timeMs: number; readonly currentA: number }[];

export interface CoordinatorState {
  /** By mains phase. */
  readonly histories: Triple<PhaseHistory>;
  /** When the merged request to refresh is due; null while nothing has asked. */
  readonly refreshDueMs: number | null;
}

export const INITIAL_COORDINATOR: CoordinatorState = { histories: [[], [], []], refreshDueMs: null };

/** Rule 1: requests are merged for 1 s, and run at its end. */
export const COOL_DOWN_MS = 1000;
/** Rule 4: kept are the newest ten and everything younger than two minutes. */
const KEPT_COUNT = 10;
const KEPT_MS = 120_000;
/** Rule 5: fewer values than this have no deviation. */
const DEVIATION_COUNT = 6;

export type ChargerState = 'charging' | 'pending' | 'off';

export interface RefreshInputs {
  readonly timeMs: number;
  readonly charger: ChargerState;
  /** By mains phase, as the P1 port tells it: without sign; null while unknown. */
  readonly mainsA: Triple<number | null>;
  /** By charger phase: the limit that the charger reports, not what the vehicle draws; null while unknown. */
  readonly limitA: Triple<number | null>;
}

/** How one output came about. */
export interface PhaseLimit {
  readonly pair: PhasePair;
  readonly mainsA: number;
  readonly previousA: number;
  readonly deviationA: number;
  readonly newA: number;
  /** The ceiling that held it down; null where none did. */
  readonly boundA: number | null;
}

/** Something that is watched has changed (rule 1). */
export function requestRefresh(state: CoordinatorState, timeMs: number): CoordinatorState {
  return state.refreshDueMs === null ? { ...state, refreshDueMs: timeMs + COOL_DOWN_MS } : state;
}

/** Rules 2 to 9: one refresh. `limits` in the order P1, P2, P3; null when nothing is sent. */
export function refresh(setup: CoordinatorSetup, before: CoordinatorState, inputs: RefreshInputs): { readonly state: CoordinatorState; readonly limits: Triple<PhaseLimit> | null } {
  // A.10: "value or None" makes a legal 0.0 A of the mains "missing", in this and in the next rules.
  const mainsA = mapTriple(inputs.mainsA, (currentA) => (currentA === 0 ? null : currentA));
  const histories = mapTriple(before.histories, (history, phase) => stored(history, inputs.timeMs, mainsA[phase]));
  const state: CoordinatorState = { histories, refreshDueMs: null };
  if (inputs.charger === 'off') return { state, limits: null };
  const limits: PhaseLimit[] = [];
  for (const pair of setup.pairs) {
    const limit = newLimit(setup, pair, mainsA[pair.mains], inputs.limitA[pair.charger], deviationOf(histories[pair.mains]));
    // Rule 8: one missing value ends the whole cycle, for all phases.
    if (limit === null) return { state, limits: null };
    limits.push(limit);
  }
  return { state, limits: limits as unknown as Triple<PhaseLimit> };
}

/** Rules 6 and 7. No lower clamp, no rounding, no dead band: A.3, last paragraph. */
function newLimit({ mainsLimitA, chargerRatedA }: CoordinatorSetup, pair: PhasePair, mainsA: number | null, previousA: number | null, deviationA: number): PhaseLimit | null {
  if (mainsA === null || previousA === null) return null;
  const spareA = mainsLimitA - mainsA;
  const wantedA = previousA + spareA - deviationA;
  const highestA = Math.min(chargerRatedA, mainsLimitA);
  return { pair, mainsA, previousA, deviationA, newA: Math.min(wantedA, highestA), boundA: wantedA > highestA ? highestA : null };
}

function stored(history: PhaseHistory, timeMs: number, currentA: number | null): PhaseHistory {
  if (currentA === null) return history;
  const all = [...history, { timeMs, currentA }];
  return all.filter((each, index) => index >= all.length - KEPT_COUNT || each.timeMs > timeMs - KEPT_MS);
}

/** Population standard deviation. */
function deviationOf(history: PhaseHistory): number {
  if (history.length < DEVIATION_COUNT) return 0;
  const meanA = history.reduce((sum, { currentA }) => sum + currentA, 0) / history.length;
  return Math.sqrt(history.reduce((sum, { currentA }) => sum + (currentA - meanA) ** 2, 0) / history.length);
}

export function mapTriple<T, U>([first, second, third]: Triple<T>, map: (value: T, index: FormPhase) => U): Triple<U> {
  return [map(first, 0), map(second, 1), map(third, 2)];
}
