import type { ControllerMaker, ControllerMakers } from '../../core/player/controller-engine.ts';
import { makeCorrectedEvLoadBalancing, makeEvLoadBalancing } from './ev-load-balancing-controller.ts';
import { makeMostLoadedPhase, makeMostLoadedPhaseV2 } from './ha-most-loaded-phase-controller.ts';
import { makeSmartevse, makeStabilisedSmartevse } from './smartevse-engine.ts';
import { makeStaticSplit } from './static-split.ts';

/**
 * Controllers of the field that a scenario can name, besides Chargebench and the devices themselves. null: they live
 * in the devices, which the scenario's `devices` set up.
 */
export const FIELD_CONTROLLERS: ControllerMakers = new Map<string, ControllerMaker | null>([
  ['none', null],
  ['openevse-divert', null],
  ['ev-load-balancing', makeEvLoadBalancing],
  ['ev-load-balancing-corrected', makeCorrectedEvLoadBalancing],
  ['ha-most-loaded-phase', makeMostLoadedPhase],
  ['ha-most-loaded-phase-v2', makeMostLoadedPhaseV2],
  ['static-split', makeStaticSplit],
  ['smartevse', makeSmartevse],
  ['smartevse-stabilised', makeStabilisedSmartevse],
]);
