/** What a meter's current may be wrong by, from its model's description and from what the site says of this one meter. */
import type { Meter, Site } from '../site/site.ts';
import type { MeterDescription, MeterDescriptions } from './meter-description-schema.ts';

/** Part of the reading plus a fixed part; `voltageRatio` is the part by which a limit in watts is worth fewer amperes. */
export type MeterUncertainty = NonNullable<Meter['uncertainty']>;

/**
 * Of a model: its class and resolution, and what power over voltage misses of the current at the lowest power factor
 * (reference home-assistant-ocpp D.1: a power factor of 0.9 asks for 10 %; exactly 1 / 0.9 - 1).
 */
export function uncertaintyOf({ quantities: { current, voltage } }: MeterDescription): MeterUncertainty {
  const missedRatio = current.lowestPowerFactor === undefined ? 0 : 1 / current.lowestPowerFactor.ratio - 1;
  return { ratio: current.class.ratio + missedRatio, currentA: current.resolution.fixed, voltageRatio: voltage?.drift?.ratio ?? 0 };
}

/**
 * The same site with the uncertainty of every meter told: what the site's file states, else what its model's description
 * does. A meter of a model that nobody has described is left as it is. Answers with the very site where nothing is missing.
 */
export function withUncertainties(site: Site, descriptions: MeterDescriptions): Site {
  if (site.meters.every(({ uncertainty }) => uncertainty !== undefined)) return site;
  // Not by spreading: node 20 gives every object that is spread a shape of its own, and all that reads the site would have to be
  // compiled anew in every run of a sweep.
  return Object.assign({}, site, { meters: site.meters.map((meter) => withUncertainty(meter, descriptions)) });
}

function withUncertainty(meter: Meter, descriptions: MeterDescriptions): Meter {
  const description = descriptions.get(meter.model);
  return meter.uncertainty !== undefined || description === undefined ? meter : Object.assign({}, meter, { uncertainty: uncertaintyOf(description) });
}
