/**
 * What a simulated OpenEVSE gateway publishes and when (reference d.2): current and power each second while charging,
 * states and shaper on change, everything every 30 s, JSON documents retained.
 */
import { CLIENTS, findClaim } from '../firmware/openevse-claims.ts';
import { STATE } from '../firmware/openevse-controller.ts';
import type { DeviceSink } from '../device-sink.ts';
import { claimDocument, limitDocument } from './openevse-documents.ts';
import { shownConfig, textOf } from './openevse-config.ts';
import type { Gateway } from './openevse-gateway.ts';
import { ALL_FIELDS, DIVERT_FIELDS, ECO_FIELDS, MEASURED_FIELDS, measuredPowerW, SHAPER_FIELDS, STATE_FIELDS, type StatusField } from './openevse-status.ts';

const WHOLE_STATUS_MS = 30_000;

function publishFields(gateway: Gateway, sink: DeviceSink, fields: readonly StatusField[], timeMs: number): void {
  const { audience } = sink;
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at];
    if (field === undefined || (audience !== null && !audience.hears(field.name))) continue;
    sink.publish(field.name, field.read(gateway, timeMs), gateway.isRetaining);
  }
}

/** Who listens, as publications count it. */
export const audienceCountOf = ({ audience }: DeviceSink): number => audience?.changeCount ?? -1;

/** What is measured; the same as last time, to the same listeners, is a repetition. */
function publishMeasured(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  const { told } = gateway;
  told.isRepetition = isMeasuredTold(gateway, audienceCountOf(sink), timeMs) && sink.repeatMeasured();
  if (told.isRepetition) return;
  noteMeasured(gateway, sink, timeMs);
  publishFields(gateway, sink, MEASURED_FIELDS, timeMs);
}

/** What is measured is what this audience was told last. */
export function isMeasuredTold(gateway: Gateway, audienceCount: number, timeMs: number): boolean {
  const { told, measuredMa } = gateway;
  return told.measuredMa === measuredMa && told.changeCount === audienceCount && told.powerW === measuredPowerW(gateway, timeMs);
}

function noteMeasured(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  const { told } = gateway;
  told.measuredMa = gateway.measuredMa;
  told.powerW = measuredPowerW(gateway, timeMs);
  told.changeCount = audienceCountOf(sink);
}

/** Measured values among all others: who was told them as a repetition before is told no others now. */
function publishAll(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  const { told } = gateway;
  told.isRepetition = told.isRepetition && isMeasuredTold(gateway, audienceCountOf(sink), timeMs);
  noteMeasured(gateway, sink, timeMs);
  publishFields(gateway, sink, ALL_FIELDS, timeMs);
}

/** At every connection: who it is, then all it knows. */
export function publishConnected(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  const { config } = gateway;
  sink.publishAt(textOf(config, 'mqtt_announce_topic'), announcement(gateway), true);
  publishConfig(gateway, sink);
  publishClaim(gateway, sink);
  publishOverride(gateway, sink);
  publishLimit(gateway, sink);
  publishSchedule(gateway, sink);
  publishAll(gateway, sink, timeMs);
  clearNews(gateway);
}

export function announcement({ config }: Gateway): Readonly<Record<string, unknown>> {
  return {
    state: 'connected',
    id: textOf(config, 'wifi_serial'),
    name: textOf(config, 'hostname'),
    mqtt: textOf(config, 'mqtt_topic'),
    http: 'http://127.0.0.1/',
  };
}

/** The last will has neither base topic nor address (captures/openevse/mqtt-announce-lwt-2026). */
export function lastWill({ config }: Gateway): Readonly<Record<string, unknown>> {
  return { state: 'disconnected', id: textOf(config, 'wifi_serial'), name: textOf(config, 'hostname') };
}

/** When it tells everything, at this time or after it. */
export const nextWholeStatusMs = ({ bootMs }: Gateway, fromMs: number): number => bootMs + Math.ceil((fromMs - bootMs) / WHOLE_STATUS_MS) * WHOLE_STATUS_MS;

/** After each second of the gateway's loops. */
export function publishTick(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  if ((timeMs - gateway.bootMs) % WHOLE_STATUS_MS === 0) {
    publishAll(gateway, sink, timeMs);
    gateway.news.isStateNew = false;
    gateway.news.isShaperNew = false;
  } else if (gateway.controller.stateCode === STATE.charging) {
    publishMeasured(gateway, sink, timeMs);
  }
  publishNews(gateway, sink, timeMs);
}

/** What changed since the last time. */
export function publishNews(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  const { news } = gateway;
  if (news.isStateNew) {
    publishFields(gateway, sink, STATE_FIELDS, timeMs);
    publishMeasured(gateway, sink, timeMs);
  }
  if (news.isShaperNew) publishFields(gateway, sink, SHAPER_FIELDS, timeMs);
  if (news.isDivertNew) publishDivert(gateway, sink, timeMs);
  if (news.isConfigNew) publishConfig(gateway, sink);
  if (news.isClaimNew) publishClaim(gateway, sink);
  if (news.isOverrideNew) publishOverride(gateway, sink);
  if (news.isLimitNew) publishLimit(gateway, sink);
  if (news.isScheduleNew) publishSchedule(gateway, sink);
  clearNews(gateway);
}

function publishDivert(gateway: Gateway, sink: DeviceSink, timeMs: number): void {
  publishFields(gateway, sink, DIVERT_FIELDS, timeMs);
  if (gateway.divert.isEco) publishFields(gateway, sink, ECO_FIELDS, timeMs);
}

function clearNews({ news }: Gateway): void {
  news.isStateNew = false;
  news.isShaperNew = false;
  news.isConfigNew = false;
  news.isClaimNew = false;
  news.isOverrideNew = false;
  news.isLimitNew = false;
  news.isScheduleNew = false;
  news.isDivertNew = false;
}

function publishConfig(gateway: Gateway, sink: DeviceSink): void {
  sink.publish('config', shownConfig(gateway.config), true);
  sink.publish('config_version', gateway.configVersion, true);
}

function publishClaim(gateway: Gateway, sink: DeviceSink): void {
  sink.publish('claim', claimDocument(findClaim(gateway.claims, CLIENTS.mqtt)), true);
}

function publishOverride(gateway: Gateway, sink: DeviceSink): void {
  sink.publish('override', claimDocument(findClaim(gateway.claims, CLIENTS.manual)), true);
}

function publishLimit(gateway: Gateway, sink: DeviceSink): void {
  sink.publish('limit', limitDocument(gateway.limit), true);
}

function publishSchedule(gateway: Gateway, sink: DeviceSink): void {
  sink.publish('schedule', JSON.stringify(gateway.schedule), true);
}
