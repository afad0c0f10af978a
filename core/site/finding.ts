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

/** Rules whose breach leaves a site without meaning: such a file is refused. */
export const STRUCTURE_RULES = [
  'no-circuit',
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
  | 'time-zone-unknown'
  | 'duplicate-link'
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
  | 'configured-max-above-rating'
  | 'configured-max-above-circuit-limit'
  | 'fail-safe-above-rating'
  | 'fail-safe-below-minimum'
  | 'power-up-above-rating'
  | 'fail-safe-sum'
  | 'power-up-sum'
  | 'unmetered-without-assumed-load'
  | 'continuous-factor-above-nec'
  | 'acceptance-unused';

export type SiteCure =
  | 'lower-configured-max'
  | 'lower-fail-safe-current'
  | 'raise-allowed-age'
  | 'lower-allowed-age'
  | 'set-assumed-load'
  | 'lower-continuous-factor';
