/**
 * Which of a device's own settings a journal keeps: those that decide about currents, by the device's own keys. What is not named here
 * is never kept, so that no secret can get into a file that is given away.
 */
import type { Evse, Meter } from '../site/site.ts';

export type SettingValue = string | number | boolean;
/** By the device's own keys. */
export type DeviceSettings = Readonly<Record<string, SettingValue>>;

/** Keys of `/config` (reference a.1, b.1, c.4, d.1; captures/openevse/config-v5.1.2); `schedule` is what `/schedule` stores, as JSON text. */
const OPENEVSE = [
  ...['version', 'firmware', 'max_current_soft', 'max_current_hard', 'min_current_hard', 'service', 'is_threephase', 'scale', 'offset', 'voltage'],
  ...['default_state', 'pause_uses_disabled', 'heartbeat_interval', 'heartbeat_current', 'limit_default_type', 'limit_default_value'],
  ...['mqtt_live_pwr', 'mqtt_solar', 'mqtt_grid_ie', 'mqtt_vrms', 'mqtt_retained'],
  ...['current_shaper_enabled', 'current_shaper_max_pwr', 'current_shaper_smoothing_time', 'current_shaper_min_pause_time', 'current_shaper_data_maxinterval'],
  ...['divert_enabled', 'divert_type', 'divert_PV_ratio', 'divert_attack_smoothing_time', 'divert_decay_smoothing_time', 'divert_min_charge_time', 'charge_mode'],
  ...['loadsharing_enabled', 'loadsharing_role', 'loadsharing_group_max_current', 'loadsharing_safety_factor', 'loadsharing_heartbeat_timeout'],
  ...['loadsharing_failsafe_mode', 'loadsharing_failsafe_safe_current', 'loadsharing_failsafe_peer_assumed_current', 'loadsharing_rotation_interval'],
  ...['ocpp_enabled', 'ocpp_suspend_evse', 'rfid_enabled', 'ohm_enabled', 'time_zone', 'scheduler_start_window', 'schedule'],
] as const;
const SHELLY = ['mqtt_update_period'] as const;

const KEPT: Readonly<Partial<Record<(Meter | Evse)['model'], readonly string[]>>> = { openevse: OPENEVSE, 'shelly-em': SHELLY, 'shelly-3em': SHELLY };

/** Those of a document's settings that are kept, always in the same order. */
export function keptSettings(model: (Meter | Evse)['model'], document: Readonly<Record<string, unknown>>): DeviceSettings {
  const kept: Record<string, SettingValue> = {};
  for (const key of KEPT[model] ?? []) {
    const value = document[key];
    if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) kept[key] = value;
  }
  return kept;
}
