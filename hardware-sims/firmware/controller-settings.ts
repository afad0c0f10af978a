import { z } from 'zod';
import { evLoadBalancingSettings } from './ev-load-balancing-controller.ts';
import { mostLoadedPhaseSettings, mostLoadedPhaseV2Settings } from './ha-most-loaded-phase-controller.ts';
import { smartevseMenu } from './smartevse-menu.ts';
import { staticSplitSettings } from './static-split.ts';

/** Chargebench goes by the site, devices by their own settings. */
const NONE = z.strictObject({});

/** Every controller that a scenario can name, with the settings it knows: what editors go by. */
export const CONTROLLER_SETTINGS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['chargebench', NONE],
  ['device', NONE],
  ['none', NONE],
  ['openevse-divert', NONE],
  ['smartevse', smartevseMenu],
  ['smartevse-stabilised', smartevseMenu],
  ['ev-load-balancing', evLoadBalancingSettings],
  ['ev-load-balancing-corrected', evLoadBalancingSettings],
  ['ha-most-loaded-phase', mostLoadedPhaseSettings],
  ['ha-most-loaded-phase-v2', mostLoadedPhaseV2Settings],
  ['static-split', staticSplitSettings],
]);
