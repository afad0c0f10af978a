import { keptSettings, type DeviceSettings } from '../devices/kept-settings.ts';
import type { Site } from '../site/site.ts';
import type { Scenario } from './schema.ts';

/** What a scenario sets its devices to under a controller, as far as a journal keeps it; by device id. */
export function scenarioSettings({ devices, controllers }: Pick<Scenario, 'devices' | 'controllers'>, { meters, evses }: Site, controllerName: string): Readonly<Record<string, DeviceSettings>> {
  const under = controllers[controllerName]?.devices ?? {};
  return Object.fromEntries(
    [...meters, ...evses].flatMap(({ id, model }) => {
      const settings = keptSettings(model, { ...devices[id], ...under[id] });
      return Object.keys(settings).length === 0 ? [] : [[id, settings] as const];
    }),
  );
}
