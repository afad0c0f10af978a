/** HTTP interface of a simulated Shelly EM or 3EM (captures/shelly-em/status-v1.12.1-exporting, shelly-3em/status-v1.14.0-one-phase). */
import { roundTo } from '../../core/quantities.ts';
import type { DeviceHttpRequest, DeviceHttpResponse } from '../simulated-device.ts';
import { channelField, type ChannelValues, type ShellyModel } from './shelly-em-values.ts';
import { shellyMac } from './shelly-mac.ts';

export interface ShellyHttpContext {
  readonly model: ShellyModel;
  readonly values: readonly ChannelValues[];
  readonly settings: { readonly periodMs: number };
  readonly baseTopic: string;
  readonly isConnected: boolean;
  readonly uptimeS: number;
  readonly unixTimeS: number;
  readonly changePeriod: (periodMs: number) => void;
}

const json = (document: unknown, status = 200): DeviceHttpResponse => ({ status, contentType: 'application/json', body: JSON.stringify(document) });

export function answerShellyHttp(request: DeviceHttpRequest, context: ShellyHttpContext): DeviceHttpResponse {
  const { model, values } = context;
  switch (request.path) {
    case '/shelly':
      return json({ type: model.type, mac: shellyMac(context.baseTopic), auth: false, fw: model.firmware, num_outputs: 1, num_emeters: model.channelCount });
    case '/status':
      return json(statusOf(context));
    case '/settings':
      return answerSettings(request, context);
    default: {
      const channel = /^\/emeter\/(\d)$/.exec(request.path)?.[1];
      const own = channel === undefined ? undefined : values[Number(channel)];
      return own === undefined ? { status: 404, contentType: 'text/plain', body: 'Not Found' } : json(channelOf(model, own));
    }
  }
}

/** A channel without a clamp tells zeros that are as valid as any (captures/shelly-em/emeters-inverter-standby). */
function channelOf({ fields }: ShellyModel, values: ChannelValues): unknown {
  return {
    power: values.powerW,
    ...(fields.includes('reactive_power') ? { reactive: values.reactiveVar } : {}),
    pf: values.pf,
    ...(fields.includes('current') ? { current: values.currentA } : {}),
    voltage: values.voltageV,
    is_valid: true,
    total: channelField(values, 'total'),
    total_returned: channelField(values, 'total_returned'),
  };
}

/** A 3EM adds up by itself and has no fourth clamp here, so no neutral current (captures/shelly-3em/status-v1.14.0-one-phase). */
function sumsOf({ kind }: ShellyModel, values: readonly ChannelValues[]): unknown {
  if (kind !== 'shelly-3em') return {};
  const sum = (of: (own: ChannelValues) => number): number => roundTo(values.reduce((total, own) => total + of(own), 0), 0.01);
  return {
    total_power: sum(({ powerW }) => powerW),
    emeter_n: { current: 0, ixsum: sum(({ currentA }) => currentA), mismatch: false, is_valid: false },
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
    mac: shellyMac(context.baseTopic),
    relays: [{ ison: false, has_timer: false, timer_started: 0, timer_duration: 0, timer_remaining: 0, overpower: false, is_valid: true, source: 'input' }],
    emeters: context.values.map((values) => channelOf(context.model, values)),
    ...(sumsOf(context.model, context.values) as object),
    update: { status: 'idle', has_update: false, new_version: context.model.firmware, old_version: context.model.firmware },
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
    device: { type: context.model.type, mac: shellyMac(context.baseTopic), hostname: context.baseTopic.split('/').at(-1), num_outputs: 1, num_meters: 0, num_emeters: context.model.channelCount },
    mqtt: { enable: true, server: '127.0.0.1:1883', id: context.baseTopic.split('/').at(-1), clean_session: true, retain: false, update_period: context.settings.periodMs / 1000 },
    fw: context.model.firmware,
    emeters: context.model.kind === 'shelly-em' ? [{ ctraf_type: 120 }, { ctraf_type: 50 }] : context.values.map(() => ({ ctraf_type: 120 })),
  });
}
