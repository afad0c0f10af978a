/**
 * The stored settings of a simulated OpenEVSE gateway under the names of `/config`. Keys and default values are those
 * of a unit with gateway 5.1.2 and controller 7.1.3 (captures/openevse/config-v5.1.2), with `voltage` and the heartbeat keys of
 * the state of 2026-07 that the shaper follows (reference a.1, d.1).
 */

export type ConfigValue = string | number | boolean;
export type Config = Record<string, ConfigValue>;

export interface ConfigIdentity {
  /** Also the unit's base topic, unless that is set otherwise. */
  readonly hostname: string;
  readonly baseTopic: string;
  /** Twelve hex digits; the announce topic ends with the last four. */
  readonly serial: string;
  readonly maxCurrentSoftA: number;
  readonly maxCurrentHardA: number;
}

export function createConfig(identity: ConfigIdentity, settings: Readonly<Config>): Config {
  return { ...firmwareKeys(identity), ...networkKeys(identity), ...feedKeys(), ...featureKeys(), ...settings };
}

function firmwareKeys({ serial, maxCurrentSoftA, maxCurrentHardA }: ConfigIdentity): Config {
  return {
    buildenv: 'openevse_wifi_v1',
    version: 'v5.1.2',
    wifi_serial: serial,
    protocol: '5.1.3',
    espinfo: 'ESP32r1 2 core WiFi BLE BT',
    espflash: 4_194_304,
    firmware: '7.1.3',
    evse_serial: '',
    diode_check: true,
    gfci_check: true,
    ground_check: true,
    relay_check: true,
    vent_check: true,
    temp_check: true,
    max_current_soft: maxCurrentSoftA,
    service: 2,
    scale: 220,
    offset: 0,
    min_current_hard: 6,
    max_current_hard: maxCurrentHardA,
  };
}

function networkKeys({ hostname, baseTopic, serial }: ConfigIdentity): Config {
  return {
    ssid: 'simulated',
    pass: '',
    ap_ssid: '',
    ap_pass: '',
    lang: 'en',
    www_username: '',
    www_password: '',
    www_certificate_id: '',
    hostname,
    sntp_hostname: 'pool.ntp.org',
    time_zone: 'Etc/UTC|UTC0',
    mqtt_enabled: true,
    mqtt_protocol: 'mqtt',
    mqtt_server: '127.0.0.1',
    mqtt_port: 1883,
    mqtt_topic: baseTopic,
    mqtt_user: '',
    mqtt_pass: '',
    mqtt_certificate_id: '',
    mqtt_reject_unauthorized: true,
    mqtt_retained: false,
    mqtt_announce_topic: `openevse/announce/${serial.slice(-4)}`,
    emoncms_enabled: false,
    emoncms_server: '',
    emoncms_node: hostname,
    emoncms_apikey: '',
    emoncms_fingerprint: '',
  };
}

function feedKeys(): Config {
  return {
    mqtt_solar: '',
    mqtt_grid_ie: '',
    mqtt_vrms: '',
    mqtt_live_pwr: '',
    mqtt_vehicle_soc: '',
    mqtt_vehicle_range: '',
    mqtt_vehicle_eta: '',
    mqtt_vehicle_range_miles: false,
    voltage: 0,
    current_shaper_enabled: false,
    current_shaper_max_pwr: 0,
    current_shaper_smoothing_time: 60,
    current_shaper_min_pause_time: 300,
    current_shaper_data_maxinterval: 120,
    divert_enabled: false,
    divert_type: -1,
    divert_PV_ratio: 1.1,
    divert_attack_smoothing_time: 20,
    divert_decay_smoothing_time: 600,
    divert_min_charge_time: 600,
    charge_mode: 'fast',
  };
}

function featureKeys(): Config {
  return {
    heartbeat_interval: 5,
    heartbeat_current: 6,
    limit_default_type: '',
    limit_default_value: 0,
    ocpp_enabled: false,
    ocpp_server: '',
    ocpp_chargeBoxId: '',
    ocpp_authkey: '',
    ocpp_idtag: 'DefaultIdTag',
    ocpp_auth_auto: false,
    ocpp_auth_offline: false,
    ocpp_suspend_evse: false,
    ocpp_energize_plug: false,
    ohm: '',
    ohm_enabled: false,
    rfid_enabled: false,
    rfid_storage: '',
    led_brightness: 125,
    scheduler_start_window: 600,
    vehicle_data_src: 0,
    sntp_enabled: true,
    tesla_enabled: false,
    pause_uses_disabled: false,
    is_threephase: false,
    default_state: true,
    factory_write_lock: true,
    wizard_passed: true,
  };
}

/** What no client may change: told by the controller or the build (reference d.1; `max_current_hard` is a write-once fuse). */
const READ_ONLY = new Set(['buildenv', 'version', 'wifi_serial', 'protocol', 'espinfo', 'espflash', 'firmware', 'evse_serial', 'min_current_hard', 'max_current_hard']);
const SECRETS = ['pass', 'ap_pass', 'www_password', 'mqtt_pass', 'emoncms_apikey', 'ocpp_authkey'];
const MASK = '_DUMMY_PASSWORD';

/** Takes known keys of a partial document whose type fits, and answers which of them changed. */
export function changeConfig(config: Config, changes: Readonly<Record<string, unknown>>): readonly string[] {
  const changed: string[] = [];
  for (const [key, value] of Object.entries(changes)) {
    const known = config[key];
    if (known === undefined || READ_ONLY.has(key) || value === known || value === MASK) continue;
    if (typeof value !== typeof known) continue;
    config[key] = value as ConfigValue;
    changed.push(key);
  }
  return changed;
}

/** As `/config` and the retained topic show it: stored secrets are masked, the rest is as stored. */
export function shownConfig(config: Readonly<Config>): Record<string, unknown> {
  const shown: Record<string, unknown> = { mqtt_supported_protocols: ['mqtt', 'mqtts'], http_supported_protocols: ['http'], ...config };
  for (const key of SECRETS) if (shown[key] !== '') shown[key] = MASK;
  return shown;
}

export const numberOf = (config: Readonly<Config>, key: string): number => (typeof config[key] === 'number' ? config[key] : 0);
export const textOf = (config: Readonly<Config>, key: string): string => (typeof config[key] === 'string' ? config[key] : '');
export const flagOf = (config: Readonly<Config>, key: string): boolean => config[key] === true;
