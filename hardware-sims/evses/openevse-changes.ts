/** Changes of the settings of a simulated OpenEVSE gateway while it runs. */
import { storeMaximum } from '../firmware/openevse-controller.ts';
import { recomputeCeiling } from '../firmware/openevse-shaper.ts';
import { enterDivertMode, switchShaper } from './openevse-claimants.ts';
import { changeConfig, flagOf, numberOf } from './openevse-config.ts';
import { isEcoStored, ownCurrentA, readSettings, shaperVoltageV, type Gateway } from './openevse-gateway.ts';
import { applyTarget } from './openevse-loops.ts';
import { renewPlan } from './openevse-schedule-turn.ts';

/** Partial settings; answers whether anything changed. */
export function configure(gateway: Gateway, changes: Readonly<Record<string, unknown>>, timeMs: number): boolean {
  const changed = changeConfig(gateway.config, changes);
  if (changed.length === 0) return false;
  gateway.configVersion += 1;
  gateway.news.isConfigNew = true;
  if (changed.includes('max_current_soft')) storeMaximum(gateway.controller, numberOf(gateway.config, 'max_current_soft'));
  if (changed.includes('current_shaper_enabled')) switchShaper(gateway, flagOf(gateway.config, 'current_shaper_enabled'));
  if (changed.includes('scheduler_start_window')) renewPlan(gateway);
  const limitW = gateway.shaperSettings.maxPowerW;
  readSettings(gateway);
  if (changed.includes('divert_enabled') || changed.includes('charge_mode')) enterDivertMode(gateway, isEcoStored(gateway) ? 2 : 1);
  if (gateway.shaperSettings.maxPowerW !== limitW) {
    // Rule 12: this too counts as an event of the feed.
    recomputeCeiling(gateway.shaper, gateway.shaperSettings, gateway.quirks, null, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
  }
  applyTarget(gateway, timeMs);
  return true;
}
