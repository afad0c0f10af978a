/** HTTP interface of a simulated Shelly EM (captures/shelly-em/status-v1.12.1-exporting). */
import type { DeviceHttpRequest, DeviceHttpResponse } from '../simulated-device.ts';
import { SHELLY_FIRMWARE, type ChannelValues } from './shelly-em-values.ts';

export interface ShellyHttpContext {
  readonly values: readonly [ChannelValues, ChannelValues];
  readonly voltageV: number;
  readonly settings: { readonly periodMs: number };
  readonly baseTopic: string;
  readonly isConnected: boolean;
  readonly uptimeS: number;
  readonly unixTimeS: number;
  readonly changePeriod: (periodMs: number) => void;
}

const json = (document: unknown, status = 200): DeviceHttpResponse => ({ status, contentType: 'application/json', body: JSON.stringify(document) });

export function answerShellyHttp(request: DeviceHttpRequest, context: ShellyHttpContext): DeviceHttpResponse {
  switch (request.path) {
    case '/shelly':
      return json({ type: 'SHEM', mac: macOf(context), auth: false, fw: SHELLY_FIRMWARE, num_outputs: 1, num_emeters: 2 });
    case '/status':
      return json(statusOf(context));
    case '/emeter/0':
      return json(channelOf(context.values[0], context.voltageV));
    case '/emeter/1':
      return json(channelOf(context.values[1], context.voltageV));
    case '/settings':
      return answerSettings(request, context);
    default:
      return { status: 404, contentType: 'text/plain', body: 'Not Found' };
  }
}

/** A channel without a clamp tells zeros that are as valid as any (captures/shelly-em/emeters-inverter-standby). */
function channelOf(values: ChannelValues, voltageV: number): unknown {
  return {
    power: values.powerW,
    reactive: values.reactiveVar,
    pf: values.pf,
    voltage: voltageV,
    is_valid: true,
    total: Math.round(values.totalWh * 10) / 10,
    total_returned: Math.round(values.totalReturnedWh * 10) / 10,
  };
}

function statusOf(context: ShellyHttpContext): unknown {
  return {
    wifi_sta: { connected: true, ssid: 'simulated', ip: '127.0.0.1', rssi: -55 },
    cloud: { enabled: false, connected: false },
    mqtt: { connected: context.isConnected },
    time: new Date(context.unixTimeS * 1000).toISOString().slice(11, 16),
    unixtime: context.unixTimeS,
    serial: 1,
    has_update: false,
    mac: macOf(context),
    relays: [{ ison: false, has_timer: false, timer_started: 0, timer_duration: 0, timer_remaining: 0, overpower: false, is_valid: true, source: 'input' }],
    emeters: context.values.map((values) => channelOf(values, context.voltageV)),
    update: { status: 'idle', has_update: false, new_version: SHELLY_FIRMWARE, old_version: SHELLY_FIRMWARE },
    ram_total: 51_072,
    ram_free: 35_660,
    fs_size: 233_681,
    fs_free: 156_373,
    uptime: context.uptimeS,
  };
}

/** `mqtt_update_period` in whole seconds, 0 = off; anything else there is refused and changes nothing. */
function answerSettings(request: DeviceHttpRequest, context: ShellyHttpContext): DeviceHttpResponse {
  const period = request.query['mqtt_update_period'];
  if (period !== undefined) {
    if (!/^\d{1,5}$/.test(period)) return { status: 400, contentType: 'text/plain', body: 'Bad mqtt_update_period' };
    context.changePeriod(Number(period) * 1000);
  }
  return json({
    device: { type: 'SHEM', mac: macOf(context), hostname: context.baseTopic.split('/').at(-1), num_outputs: 1, num_meters: 0, num_emeters: 2 },
    mqtt: { enable: true, server: '127.0.0.1:1883', id: context.baseTopic.split('/').at(-1), clean_session: true, retain: false, update_period: context.settings.periodMs / 1000 },
    fw: SHELLY_FIRMWARE,
    emeters: [{ ctraf_type: 120 }, { ctraf_type: 50 }],
  });
}

const macOf = ({ baseTopic }: ShellyHttpContext): string => (baseTopic.split('-').at(-1) ?? '').padStart(12, '0');
