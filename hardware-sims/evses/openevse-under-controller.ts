/** Stored settings of a simulated OpenEVSE under the controllers of a scenario that live in the devices themselves. */
import type { Config } from './openevse-config.ts';

type Settings = Readonly<Config>;

/** Every feature that changes a current by itself: what is left is the configured maximum. */
const FEATURES_OFF: Settings = { current_shaper_enabled: false, divert_enabled: false, charge_mode: 'fast', schedule: '[]' };
const ECO: Settings = { divert_enabled: true, charge_mode: 'eco' };

/** `stored`: the scenario's own for this device; `own`: those under this controller, which win over them. */
export function settingsUnder(controllerName: string, stored: Settings, own: Settings): Settings {
  switch (controllerName) {
    case 'openevse-divert':
      return withFeedType({ ...stored, ...ECO, ...own });
    case 'none':
      return { ...stored, ...own, ...FEATURES_OFF };
    default:
      return { ...stored, ...own };
  }
}

/** Without `divert_type` nothing would ever be available (reference b.1): the feed that is named decides, grid before PV. */
function withFeedType(settings: Settings): Settings {
  const hasGrid = typeof settings['mqtt_grid_ie'] === 'string' && settings['mqtt_grid_ie'] !== '';
  return { divert_type: hasGrid ? 1 : 0, ...settings };
}
