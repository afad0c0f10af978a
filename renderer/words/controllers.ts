/** Names of those who decide in a scenario. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  chargebench: 'Chargebench',
  device: 'The devices themselves',
  'openevse-shaper': 'OpenEVSE shaper',
  'openevse-divert': 'OpenEVSE divert',
  smartevse: 'SmartEVSE',
  'smartevse-stabilised': 'SmartEVSE, stabilised',
  'ev-load-balancing': 'EV Load Balancing',
  'ev-load-balancing-corrected': 'EV Load Balancing, map put right',
  'ha-most-loaded-phase': 'Most loaded phase, 2023',
  'ha-most-loaded-phase-v2': 'Most loaded phase, 2025',
  'static-split': 'Fixed equal parts',
  none: 'No balancing',
};

const SHORT_NAMES: Readonly<Record<string, string | undefined>> = { device: 'Devices' };

export function controllerName(controller: string): string {
  return NAMES[controller] ?? controller.charAt(0).toUpperCase() + controller.slice(1).replaceAll('-', ' ');
}

/** For buttons and tables. */
export function controllerShortName(controller: string): string {
  return SHORT_NAMES[controller] ?? controllerName(controller);
}
