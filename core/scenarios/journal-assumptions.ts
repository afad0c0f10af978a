/** What a scenario from a journal takes for granted because the journal does not tell: data, for whoever plays it to judge. */
import type { PhaseIndex } from '../quantities.ts';

export type JournalAssumption = {
  /** Of the device or circuit. */
  readonly about: string;
} & (
  /** An EVSE that told nothing at all, or a meter: no vehicles, or no load, are known of. */
  | { readonly kind: 'nothing-told' }
  /** Its own settings are not in the journal: under `device` it decides as it comes from the factory. */
  | { readonly kind: 'settings-unknown' }
  /** They were changed during the run; the scenario has those of its start. */
  | { readonly kind: 'settings-changed'; readonly atS: number; readonly keys: readonly string[] }
  /** Its timers are left out: the journal of a live run holds no time of day. */
  | { readonly kind: 'schedule-left-out' }
  /** It acts on a topic that no meter of the site publishes to, so that nothing will arrive there. */
  | { readonly kind: 'feed-missing'; readonly setting: string; readonly topic: string }
  /** Somebody else commanded it; the scenario does not. */
  | { readonly kind: 'other-commander'; readonly atS: number; readonly commander: string }
  /** Neither the EVSE nor a meter tells which of its conductors the vehicle used. */
  | { readonly kind: 'vehicle-conductors'; readonly vehicle: string; readonly phases: readonly PhaseIndex[] }
  /**
   * Loads between the lines of a delta are taken to be in phase. What the meter told of the lines differs from that by so much in the
   * mean; null where it does not tell enough to see.
   */
  | { readonly kind: 'loads-in-phase'; readonly differsA: number | null }
);
