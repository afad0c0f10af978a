import { CHARGEBENCH_CONTROLLER, DEVICE_CONTROLLER } from '../../core/player/controller-engine.ts';
import { FIELD_CONTROLLERS } from '../../hardware-sims/firmware/controllers.ts';
import type { LibraryEntry } from './library.ts';

type Json = Readonly<Record<string, unknown>>;

/** All who can decide in a scenario. */
export const KNOWN_CONTROLLERS: readonly string[] = [CHARGEBENCH_CONTROLLER, DEVICE_CONTROLLER, ...FIELD_CONTROLLERS.keys()];

/**
 * The scenario's file; a controller that it does not list is added with nothing expected of it. Whoever commands the
 * devices, or has them balance nothing, is given them as they are set up for Chargebench: with their own balancing off.
 */
export function fileFor({ file, scenario }: LibraryEntry, controller: string): unknown {
  if (Object.hasOwn(scenario.controllers, controller)) return file;
  const { controllers } = file as { readonly controllers: Readonly<Record<string, Json>> };
  const decideThemselves = controller === DEVICE_CONTROLLER || controller === 'openevse-divert';
  const devices = decideThemselves ? {} : (controllers[CHARGEBENCH_CONTROLLER]?.['devices'] ?? {});
  return { ...(file as Json), controllers: { ...controllers, [controller]: { devices, expect: [] } } };
}
