/** Changes of the settings of a simulated OpenEVSE gateway while it runs. */
import { storeMaximum } from '../firmware/openevse-controller.ts';
import { CLIENTS, releaseClaim } from '../firmware/openevse-claims.ts';
import { recomputeCeiling, releaseShaper } from '../firmware/openevse-shaper.ts';
import { changeConfig, flagOf, numberOf } from './openevse-config.ts';
import { ownCurrentA, readSettings, shaperVoltageV, type Gateway } from './openevse-gateway.ts';
import { applyTarget } from './openevse-loops.ts';

/** `shaper/set`: at run time only. */
export function switchShaper(gateway: Gateway, isOn: boolean): void {
  if (isOn === gateway.isShaperOn) return;
  gateway.isShaperOn = isOn;
  gateway.shaperSettings.isEnabled = isOn;
  gateway.news.isShaperNew = true;
  if (isOn) return;
  releaseShaper(gateway.shaper);
  releaseClaim(gateway.claims, CLIENTS.shaper);
}

/** Partial settings; answers whether anything changed. */
export function configure(gateway: Gateway, changes: Readonly<Record<string, unknown>>, timeMs: number): boolean {
  const changed = changeConfig(gateway.config, changes);
  if (changed.length === 0) return false;
  gateway.configVersion += 1;
  gateway.news.isConfigNew = true;
  if (changed.includes('max_current_soft')) storeMaximum(gateway.controller, numberOf(gateway.config, 'max_current_soft'));
  if (changed.includes('current_shaper_enabled')) switchShaper(gateway, flagOf(gateway.config, 'current_shaper_enabled'));
  const limitW = gateway.shaperSettings.maxPowerW;
  readSettings(gateway);
  if (gateway.shaperSettings.maxPowerW !== limitW) {
    // Rule 12: this too counts as an event of the feed.
    recomputeCeiling(gateway.shaper, gateway.shaperSettings, gateway.quirks, null, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
  }
  applyTarget(gateway, timeMs);
  return true;
}
