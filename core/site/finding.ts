/** Something a person should know about a site before anything runs on it. */
export interface SiteFinding {
  readonly rule: SiteRule;
  /**
   * `error` must be cured; `attention` keeps control of real devices from starting until a person has accepted it in
   * writing; `info` is only shown.
   */
  readonly severity: 'error' | 'attention' | 'info';
  /** Path in the site file, e.g. circuits/0/meterId. */
  readonly path: string;
  /** Id of the circuit, meter or EVSE concerned; null for the whole site. */
  readonly about: string | null;
  /** Figures the sentence needs. */
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  /** What cures it, as code for words/. */
  readonly cure: SiteCure | null;
  readonly isAccepted: boolean;
}

export type Draft = Pick<SiteFinding, 'rule' | 'severity' | 'path'> & Partial<SiteFinding>;

/** A finding with everything that most do not need left at its usual value. */
export function finding(about: string | null, draft: Draft): SiteFinding {
  return { about, context: {}, cure: null, isAccepted: false, ...draft };
}

/** Rules whose breach leaves a site without meaning: such a file is refused. */
export const STRUCTURE_RULES = [
  'no-root-circuit',
  'several-root-circuits',
  'circuit-cycle',
  'duplicate-id',
  'unknown-circuit',
  'unknown-meter',
] as const;

export type StructureRule = (typeof STRUCTURE_RULES)[number];

export type SiteRule =
  | StructureRule
  | 'no-circuit'
  | 'time-zone-unknown'
  | 'duplicate-link'
  | 'duplicate-bus-address'
  | 'link-unfit-for-model'
  | 'clamp-unfit-for-model'
  | 'meter-model-unknown'
  | 'custom-registers-missing'
  | 'custom-registers-unused'
  | 'custom-data-type-unknown'
  | 'own-file-refused'
  | 'meter-measures-several-circuits'
  | 'meter-unused'
  | 'phases-unmeasured'
  | 'phase-count-exceeds-supply'
  | 'phase-map-leaves-supply'
  | 'clamp-needs-split-phase'
  | 'evse-on-one-leg'
  | 'split-voltage-is-leg-to-leg'
  | 'meter-age-too-short'
  | 'meter-age-too-long'
  | 'minimum-above-ceiling'
  | 'minimum-below-pilot'
  | 'configured-max-above-rating'
  | 'configured-max-above-circuit-limit'
  | 'fail-safe-above-rating'
  | 'fail-safe-below-minimum'
  | 'power-up-above-rating'
  | 'fail-safe-sum'
  | 'power-up-sum'
  | 'unmetered-without-assumed-load'
  | 'continuous-factor-above-nec'
  | 'phase-fuses-leave-supply'
  | 'phase-fuses-contradict-rating'
  | 'source-credit-without-source'
  | 'star-only-setting'
  | 'unbalance-needs-three-phases'
  | 'phase-switching-needs-three-phases'
  | 'solar-without-grid-meter'
  | 'solar-without-source'
  | 'capacity-without-grid-meter'
  | 'offer-ttl-too-short'
  | 'temperature-resume-not-below-stop'
  | 'schedule-never-holds'
  | 'schedule-says-nothing'
  | 'schedule-unknown-evse'
  | 'weight-without-effect'
  | 'ride-through-allowed'
  | 'acceptance-unused';

export type SiteCure =
  | 'lower-configured-max'
  | 'lower-fail-safe-current'
  | 'raise-allowed-age'
  | 'lower-allowed-age'
  | 'set-assumed-load'
  | 'lower-continuous-factor'
  | 'add-circuit'
  | 'choose-fitting-link'
  | 'choose-fitting-clamp'
  | 'add-description'
  | 'describe-registers'
  | 'mend-file'
  | 'change-address'
  | 'remove-setting'
  | 'set-largest-fuse'
  | 'meter-at-grid'
  | 'declare-source'
  | 'raise-offer-ttl'
  | 'lower-resume-temperature'
  | 'correct-window';
