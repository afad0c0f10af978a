import { PHASE_NAMES } from '../../core/quantities.ts';
import type { JournalAssumption } from '../../core/scenarios/journal-assumptions.ts';

/** One sentence for each thing that a scenario from a journal takes for granted. */
export function assumptionText(assumption: JournalAssumption): string {
  const { about } = assumption;
  switch (assumption.kind) {
    case 'nothing-told':
      return `${about}: the journal holds nothing that it told.`;
    case 'settings-unknown':
      return `${about}: what it is set to is not in the journal; it decides as it comes from the factory until the file's "devices" says otherwise.`;
    case 'settings-changed':
      return `${about}: its settings were changed after ${assumption.atS} s (${assumption.keys.join(', ')}); the scenario has those from before.`;
    case 'schedule-left-out':
      return `${about}: its timers are left out, because the journal holds no time of day.`;
    case 'feed-missing':
      return `${about}: ${assumption.setting} is ${assumption.topic}, to which no meter of the site publishes; nothing arrives there until the file's "feeds" says what.`;
    case 'other-commander':
      return `${about}: somebody else commanded it (${assumption.commander}) from ${assumption.atS} s; nobody does in the scenario.`;
    case 'vehicle-conductors':
      return `${assumption.vehicle} at ${about}: nothing tells which phases it used; taken to be ${assumption.phases.map((phase) => PHASE_NAMES[phase].toUpperCase()).join(', ')}.`;
    case 'loads-in-phase':
      return `${about}: loads between the lines are taken to be in phase; what it told of the lines ${assumption.differsA === null ? 'is too little to see whether they were' : `differs from that by ${assumption.differsA} A in the mean`}.`;
  }
}
