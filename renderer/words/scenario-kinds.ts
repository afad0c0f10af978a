import type { Expectation, ScenarioFault } from '../../core/scenarios/schema.ts';
import type { HouseLoad, PvArray } from '../../core/scenarios/plant-schema.ts';
import type { ScenarioSignal, ScenarioWish } from '../../core/scenarios/told-schema.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';

export type FaultKind = ScenarioFault['kind'];
export type ExpectationKind = Expectation['kind'];

export const FAULT_NAMES: Readonly<Record<FaultKind, string>> = {
  'meter-silent': 'Meter silent',
  'meter-frozen': 'Meter frozen',
  'broker-down': 'Broker gone',
  'gateway-down': 'Gateway without power',
  'gateway-reboot': 'Gateway restarts',
  silent: 'Nothing gets through',
  frozen: 'Repeats its last values',
  late: 'Everything late',
  'lost-share': 'A part is lost',
  'first-attempt-lost': 'First attempt lost',
  corrupt: 'Messages corrupt',
  'wrong-unit': 'Wrong unit',
  duplicated: 'Everything twice',
  reboot: 'Device restarts',
  blackout: 'Blackout of the site',
  'clock-jump': 'Clock set',
  sleep: 'Machine sleeps',
  'controller-killed': 'Controller gone',
};

export const EXPECTATION_NAMES: Readonly<Record<ExpectationKind, string>> = {
  verdict: 'The verdict is',
  'never-trips': 'Never trips',
  'peak-current': 'Highest current',
  'seconds-above-continuous': 'Time above the continuous limit',
  'seconds-above-rating': 'Time above the rating',
  'back-below-continuous': 'Back below the continuous limit',
  'current-at': 'Current at a moment',
  'evse-sum': 'Sum of the EVSEs',
  offered: 'Offered current',
  pauses: 'Pauses',
  resumes: 'Resumes',
  'never-pauses': 'Never pauses',
  starts: 'Number of starts',
  notice: 'Notice is given',
  'energy-wh': 'Energy delivered',
  'state-at': 'State at a moment',
  'phases-at': 'Phases at a moment',
  'reason-at': 'Reason at a moment',
};

export const STATE_NAMES: Readonly<Record<Extract<Expectation, { readonly kind: 'state-at' }>['is'], string>> = {
  idle: 'no vehicle',
  paused: 'paused',
  connected: 'connected',
  charging: 'charging',
};

export const VERDICT_CHOICES: Readonly<Record<ScenarioOutcome['verdict'], string>> = { holds: 'holds', 'may-trip': 'may trip', trips: 'trips' };

export const HOUSE_LOAD_NAMES: Readonly<Record<HouseLoad['kind'], string>> = {
  base: 'Base load',
  oven: 'Oven, cycling',
  'heat-pump': 'Heat pump',
  kettle: 'Kettle',
  household: 'Household, at random',
  recorded: 'From a CSV file',
  series: 'Series of powers',
};

export const PV_NAMES: Readonly<Record<PvArray['kind'], string>> = {
  clear: 'Clear sky',
  cloudy: 'Passing clouds',
  recorded: 'From a CSV file',
  series: 'Series of powers',
};

export const SIGNAL_NAMES: Readonly<Record<ScenarioSignal['kind'], string>> = {
  'grid-relay': 'Grid relay',
  dimming: 'Dimming by the grid operator',
  temperature: 'Temperature of an EVSE',
  switch: 'Switch at an EVSE',
};

export const WISH_NAMES: Readonly<Record<ScenarioWish['kind'], string>> = {
  mode: 'Charge mode',
  limit: 'Not above a current',
  card: 'Card at an EVSE',
};

const CONTACTS = { open: 'open', closed: 'closed' } as const;

/** What a signal tells, in a word or a figure. */
export function signalTold(signal: Partial<Record<string, unknown>>): string {
  if (typeof signal.isDimmed === 'boolean') return signal.isDimmed ? 'begins' : 'ends';
  if (typeof signal.temperatureC === 'number') return `${signal.temperatureC}\u2009°C`;
  const contact = signal.gridRelay ?? signal.contact;
  return contact === 'open' || contact === 'closed' ? CONTACTS[contact] : '';
}
