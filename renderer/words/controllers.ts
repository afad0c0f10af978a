/** Names of those who decide in a scenario. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  chargebench: 'Chargebench',
  device: 'The devices themselves',
  'openevse-shaper': 'OpenEVSE shaper',
  'openevse-divert': 'OpenEVSE divert',
  smartevse: 'SmartEVSE',
  'ev-load-balancing': 'EV Load Balancing',
  'ha-most-loaded-phase': 'Most loaded phase',
};

const SHORT_NAMES: Readonly<Record<string, string | undefined>> = { device: 'Devices' };

export function controllerName(controller: string): string {
  return NAMES[controller] ?? controller.charAt(0).toUpperCase() + controller.slice(1).replaceAll('-', ' ');
}

/** For buttons and tables. */
export function controllerShortName(controller: string): string {
  return SHORT_NAMES[controller] ?? controllerName(controller);
}
