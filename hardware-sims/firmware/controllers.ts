import type { ControllerMakers } from '../../core/player/controller-engine.ts';

/**
 * Controllers of the field that a scenario can name, besides Chargebench and the devices themselves. null: they live
 * in the devices, which the scenario's `devices` set up.
 */
export const FIELD_CONTROLLERS: ControllerMakers = new Map([
  ['none', null],
  ['openevse-divert', null],
]);
