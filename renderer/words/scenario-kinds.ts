import type { Expectation, ScenarioFault } from '../../core/scenarios/schema.ts';
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
