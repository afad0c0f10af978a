/**
 * The status of a simulated OpenEVSE gateway, field by field, as it stands in `/status` and on the topics (reference
 * d.1; captures/openevse/status-v5.1.2 and mqtt-status-topics-2026): mA, tenths of a degree, Wh beside kWh.
 */
import { STATE, type Controller } from '../firmware/openevse-controller.ts';
import { CLIENTS, findClaim } from '../firmware/openevse-claims.ts';
import { textOf } from './openevse-config.ts';
import { divertAgeS, minChargeLeftS } from './openevse-divert-turn.ts';
import { shaperVoltageV, type Gateway } from './openevse-gateway.ts';

export type FieldValue = string | number | boolean;
type ReadField = (gateway: Gateway, timeMs: number) => FieldValue;

export interface StatusField {
  readonly name: string;
  readonly read: ReadField;
}

const fieldsOf = (readers: Readonly<Record<string, ReadField>>): readonly StatusField[] => Object.entries(readers).map(([name, read]) => ({ name, read }));

/** Told every second while charging. */
export const MEASURED_FIELDS = fieldsOf({
  amp: (gateway) => gateway.measuredMa,
  power: (gateway, timeMs) => measuredPowerW(gateway, timeMs),
});

/** Told when the state, the pilot or the vehicle changes. */
export const STATE_FIELDS = fieldsOf({
  state: ({ controller }) => controller.stateCode,
  status: ({ controller }) => (isActive(controller) ? 'active' : 'disabled'),
  vehicle: ({ controller }) => (controller.isVehicleConnected ? 1 : 0),
  pilot: (gateway) => gateway.pilotA,
  max_current: ({ target, controller }) => Math.min(target.maxCurrent?.maxCurrentA ?? Infinity, controller.configuredMaxA),
  flags: ({ controller }) => vflagsOf(controller),
  colour: ({ controller }) => colourOf(controller),
  manual_override: ({ claims }) => (findClaim(claims, CLIENTS.manual) === null ? 0 : 1),
});

/** Told when the shaper's claim or the freshness of its feed changes. */
export const SHAPER_FIELDS = fieldsOf({
  shaper: ({ isShaperOn }) => (isShaperOn ? 1 : 0),
  shaper_live_pwr: ({ shaper }) => shaper.liveW,
  shaper_smoothed_live_pwr: ({ shaper }) => Math.trunc(shaper.smoothedW),
  shaper_max_pwr: ({ shaperSettings }) => shaperSettings.maxPowerW,
  shaper_cur: ({ shaper }) => roundA(shaper.ceilingA),
  shaper_updated: ({ shaper }) => shaper.isUpdated,
});

/** Told with every message of the divert's feed, in Eco or not, and when the mode changes; the first ones stand in `/status` too. */
export const DIVERT_FIELDS = fieldsOf({
  divertmode: ({ divert }) => (divert.isEco ? 2 : 1),
  divert_active: ({ divert }) => divert.isSeenActive,
  divert_update: divertAgeS,
  solar: ({ shaper }) => shaper.solarW,
  grid_ie: ({ gridW }) => gridW,
  charge_rate: ({ divert }) => divert.rateA,
});

/** Topics only, and only in Eco. */
export const ECO_FIELDS = fieldsOf({
  trigger_current: ({ divert }) => roundA(divert.triggerA),
  available_current: ({ divert }) => roundA(divert.availableA),
  smoothed_available_current: ({ divert }) => roundA(divert.smoothedA),
  min_charge_end: minChargeLeftS,
});

const roundA = (currentA: number): number => Math.round(currentA * 1e5) / 1e5;

/** Told with everything else every 30 s. */
const SLOW_FIELDS = fieldsOf({
  voltage: shaperVoltageV,
  temp: () => 280,
  temp_max: () => 285,
  temp1: () => false,
  temp2: () => 280,
  temp3: () => false,
  temp4: () => 285,
  session_elapsed: (gateway, timeMs) => sessionElapsedS(gateway.controller, timeMs),
  session_energy: ({ controller }) => roundWh(controller.sessionWs / 3600),
  total_energy: ({ controller }) => Math.round(controller.totalWh) / 1000,
  total_switches: ({ controller }) => controller.switchCount,
  elapsed: (gateway, timeMs) => sessionElapsedS(gateway.controller, timeMs),
  wattsec: ({ controller }) => Math.round(controller.sessionWs),
  watthour: ({ controller }) => Math.round(controller.totalWh),
  gfcicount: () => 0,
  nogndcount: () => 0,
  stuckcount: () => 0,
  service_level: () => 2,
  config_version: ({ configVersion }) => configVersion,
  claims_version: ({ claims }) => claims.version,
  override_version: ({ overrideVersion }) => overrideVersion,
  schedule_version: ({ scheduleVersion }) => scheduleVersion,
  limit_version: ({ limitVersion }) => limitVersion,
  uptime: (gateway, timeMs) => Math.floor((timeMs - gateway.bootMs) / 1000),
  srssi: () => -59,
  free_heap: () => 167_436,
});

/** All that has a topic of its own; `limit` is told there as a document. */
export const ALL_FIELDS: readonly StatusField[] = [...MEASURED_FIELDS, ...STATE_FIELDS, ...SHAPER_FIELDS, ...SLOW_FIELDS, ...DIVERT_FIELDS];

/** Resolution of the energy counter: the field has many decimals, the ammeter behind it does not. */
const roundWh = (energyWh: number): number => Math.round(energyWh * 1e3) / 1e3;

const sessionElapsedS = (controller: Controller, timeMs: number): number =>
  controller.isVehicleConnected ? Math.floor((timeMs - controller.sessionStartMs) / 1000) : 0;

/** The gateway multiplies its own idea of the voltage; on three phases three times (reference a.1). */
export function measuredPowerW(gateway: Gateway, timeMs: number): number {
  const powerW = (gateway.measuredMa / 1000) * shaperVoltageV(gateway, timeMs);
  return Math.round(gateway.shaperSettings.isThreePhase ? powerW * 3 : powerW);
}

const isActive = (controller: Controller): boolean => controller.stateCode !== STATE.sleeping && controller.stateCode !== STATE.disabled;

/** vflags of RAPI: relay closed 0x40, EV connected 0x100, session ended 0x200, EV connected before 0x400 (reference e.8). */
export function vflagsOf(controller: Controller): number {
  const { isRelayClosed, isVehicleConnected, wasVehicleConnected } = controller;
  return (isRelayClosed ? 0x40 : 0) | (isVehicleConnected ? 0x100 : 0x200) | (wasVehicleConnected ? 0x400 : 0);
}

/** Colour of the display's backlight: green, yellow, teal, violet. */
function colourOf(controller: Controller): number {
  if (controller.stateCode === STATE.charging) return 6;
  if (controller.stateCode === STATE.connected) return 3;
  return isActive(controller) ? 2 : 5;
}

export interface StatusContext {
  readonly timeMs: number;
  readonly wallMs: number;
  readonly isMqttConnected: boolean;
}

/** GET /status. */
export function statusDocument(gateway: Gateway, context: StatusContext): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    mode: 'STA',
    wifi_client_connected: 1,
    eth_connected: 0,
    net_connected: 1,
    ipaddress: '127.0.0.1',
    macaddress: macOf(textOf(gateway.config, 'wifi_serial')),
    emoncms_connected: 0,
    packets_sent: 0,
    packets_success: 0,
    mqtt_connected: context.isMqttConnected ? 1 : 0,
    ocpp_connected: 0,
    rfid_failure: 0,
    ohm_hour: 'NotConnected',
    comm_sent: gateway.rapiCount,
    comm_success: gateway.rapiCount,
    rapi_connected: 1,
    evse_connected: 1,
    time: `${new Date(context.wallMs).toISOString().slice(0, 19)}Z`,
    offset: '+0000',
    ota_update: 0,
    limit: gateway.limit !== null,
  };
  for (const { name, read } of ALL_FIELDS) fields[name] = read(gateway, context.timeMs);
  return fields;
}

const macOf = (serial: string): string => (serial.match(/../g) ?? []).join(':').toUpperCase();
