import type { SiteRule } from './finding.ts';

const CONTRACT = 'structure of a site';
const IEC_PILOT = 'IEC 61851-1 Annex A: below 6 A there is no pilot but a pause';
const SUPPLY = 'conductors of the supply';
const NEC_CONTINUOUS = 'NEC 210.20(A), 625.42; CEC 8-104';
const RATING = 'rating of the device';

/** Where each rule comes from: a standard, a document of the device, or what the program needs to keep its promise. */
export const RULE_SOURCES: Readonly<Record<SiteRule, string>> = {
  'no-circuit': CONTRACT,
  'no-root-circuit': CONTRACT,
  'several-root-circuits': CONTRACT,
  'circuit-cycle': CONTRACT,
  'duplicate-id': CONTRACT,
  'unknown-circuit': CONTRACT,
  'unknown-meter': CONTRACT,
  'time-zone-unknown': 'IANA time zone database',
  'duplicate-link': 'one address, one device',
  'duplicate-bus-address': 'SmartEVSE configuration guide, PRIORITY by Modbus address',
  'link-unfit-for-model': 'interfaces of the device',
  'clamp-unfit-for-model': 'inputs of the meter',
  'meter-measures-several-circuits': 'a meter measures what flows through one circuit',
  'meter-unused': 'a meter measures what flows through one circuit',
  'phases-unmeasured': 'every phase has its own limit',
  'phase-count-exceeds-supply': SUPPLY,
  'phase-map-leaves-supply': SUPPLY,
  'phase-fuses-leave-supply': SUPPLY,
  'phase-fuses-contradict-rating': 'breaker.ratingA is the largest of the fuses',
  'clamp-needs-split-phase': SUPPLY,
  'evse-on-one-leg': SUPPLY,
  'split-voltage-is-leg-to-leg': 'ANSI C84.1: 120/240 V',
  'star-only-setting': 'a three-wire delta has no neutral: a one-phase load is on two lines',
  'unbalance-needs-three-phases': 'VDE-AR-N 4100: difference between phases',
  'phase-switching-needs-three-phases': 'SmartEVSE configuration guide, CONTACT 2: switches L2 and L3',
  'meter-age-too-short': 'one lost sample must not make a reading stale',
  'meter-age-too-long': 'a dead feed must be noticed before a breaker notices it',
  'minimum-above-ceiling': IEC_PILOT,
  'configured-max-above-rating': RATING,
  'configured-max-above-circuit-limit': NEC_CONTINUOUS,
  'fail-safe-above-rating': RATING,
  'fail-safe-below-minimum': IEC_PILOT,
  'power-up-above-rating': RATING,
  'fail-safe-sum': 'what flows without communication must fit the breaker',
  'power-up-sum': 'what flows after a blackout must fit the breaker',
  'unmetered-without-assumed-load': 'IEC 60364-7-722: without load control each point counts in full',
  'continuous-factor-above-nec': NEC_CONTINUOUS,
  'source-credit-without-source': 'IEC 60364-7-712: only a source in parallel adds to what the breaker lets through',
  'solar-without-grid-meter': 'SmartEVSE configuration guide, MODE: solar needs a mains meter',
  'capacity-without-grid-meter': 'SmartEVSE configuration guide, CAPACITY: sum of the mains currents',
  'offer-ttl-too-short': 'an offer is repeated at a third of its time to live, at most once a turn',
  'temperature-resume-not-below-stop': 'SmartEVSE configuration guide, MAX TEMP: stops at 65, resumes at 55 degrees',
  'schedule-never-holds': 'a window ends after it begins',
  'schedule-says-nothing': 'a window sets a mode or a limit for an EVSE',
  'schedule-unknown-evse': CONTRACT,
  'weight-without-effect': 'weights are relative to each other',
  'ride-through-allowed': 'IEC 60898-1: 1.13 In is held for an hour from cold; no overload is planned for',
  'acceptance-unused': 'what is accepted in writing stands in the report',
};
