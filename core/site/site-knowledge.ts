import type { LinkKind } from './links.ts';
import type { Meter } from './site.ts';

/** What a judgement needs to know of a meter model: an extract of its description. */
export interface MeterModel {
  /** How it can be reached; a driver for it may not be there yet. */
  readonly links: readonly LinkKind[];
  readonly clamps: readonly Meter['clamp'][];
  /** Its registers are not known: the site's own settings say them. */
  readonly needsCustomRegisters: boolean;
}

/** Device models by name, those that come with the program and the user's own. */
export interface SiteKnowledge {
  readonly meterModels: ReadonlyMap<string, MeterModel>;
  /** Files of the user's that could not be used: where, and what is wrong there. */
  readonly refused: readonly { readonly file: string; readonly path: string; readonly rule: string }[];
}
