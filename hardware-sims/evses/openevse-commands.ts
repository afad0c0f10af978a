/** What clients can ask of a simulated OpenEVSE gateway, by whichever way: each answers whether it was understood. */
import { CLIENTS, findClaim, makeClaim, PRIORITIES, releaseClaim } from '../firmware/openevse-claims.ts';
import { isAsleep } from '../firmware/openevse-controller.ts';
import { claimOf, isDocument, limitOf, parseDocument, scheduleEventOf } from './openevse-documents.ts';
import { configure } from './openevse-changes.ts';
import { changeLimit, enterDivertMode, noteOverride, switchShaper } from './openevse-claimants.ts';
import type { Gateway } from './openevse-gateway.ts';
import { applyTarget } from './openevse-loops.ts';
import { renewPlan } from './openevse-schedule-turn.ts';

/** MQTT `claim/set`: JSON or `release`; fields that are absent keep what this claim had. */
export function setMqttClaim(gateway: Gateway, value: unknown, timeMs: number): boolean {
  if (value === 'release') {
    releaseClaim(gateway.claims, CLIENTS.mqtt);
  } else {
    const document = parseDocument(value);
    if (!isDocument(document)) return false;
    const previous = findClaim(gateway.claims, CLIENTS.mqtt);
    const claim = claimOf(document, { client: CLIENTS.mqtt, priority: PRIORITIES.api, isAutoReleased: true, previous });
    if (claim === null || !makeClaim(gateway.claims, claim)) return false;
  }
  gateway.news.isClaimNew = true;
  applyTarget(gateway, timeMs);
  return true;
}

/** HTTP `/claims/<id>`: replaces the claim. */
export function setClaim(gateway: Gateway, client: number, value: unknown, timeMs: number): boolean {
  if (!isDocument(value)) return false;
  const claim = claimOf(value, { client, priority: PRIORITIES.api, isAutoReleased: true, previous: null });
  if (claim === null || !makeClaim(gateway.claims, claim)) return false;
  applyTarget(gateway, timeMs);
  return true;
}

export function dropClaim(gateway: Gateway, client: number, timeMs: number): boolean {
  if (!releaseClaim(gateway.claims, client)) return false;
  applyTarget(gateway, timeMs);
  return true;
}

/** JSON, `clear` or `toggle`; an override ends with the session unless `auto_release` is false (reference c.2). */
export function setOverride(gateway: Gateway, value: unknown, timeMs: number): boolean {
  if (value === 'clear') return clearOverride(gateway, timeMs);
  if (value === 'toggle') return toggleOverride(gateway, timeMs);
  const document = parseDocument(value);
  if (!isDocument(document)) return false;
  const claim = claimOf(document, { client: CLIENTS.manual, priority: PRIORITIES.manual, isAutoReleased: true, previous: null });
  if (claim === null || !makeClaim(gateway.claims, claim)) return false;
  noteOverride(gateway);
  applyTarget(gateway, timeMs);
  return true;
}

export function clearOverride(gateway: Gateway, timeMs: number): boolean {
  releaseClaim(gateway.claims, CLIENTS.manual);
  noteOverride(gateway);
  applyTarget(gateway, timeMs);
  return true;
}

/** The other state than the present one; an override that stands is taken away instead. */
export function toggleOverride(gateway: Gateway, timeMs: number): boolean {
  if (findClaim(gateway.claims, CLIENTS.manual) !== null) return clearOverride(gateway, timeMs);
  return setOverride(gateway, { state: isAsleep(gateway.controller) ? 'active' : 'disabled' }, timeMs);
}

export function setLimit(gateway: Gateway, value: unknown, timeMs: number): boolean {
  const document = value === 'clear' ? null : parseDocument(value);
  const limit = isDocument(document) ? limitOf(document) : null;
  if (limit === null && document !== null) return false;
  changeLimit(gateway, limit);
  applyTarget(gateway, timeMs);
  return true;
}

/** One event or a list of them; an event replaces the one of its number. */
export function setSchedule(gateway: Gateway, value: unknown): boolean {
  const document = parseDocument(value);
  const events = (Array.isArray(document) ? (document as unknown[]) : [document]).map(scheduleEventOf);
  const known = events.filter((event) => event !== null);
  if (known.length !== events.length || known.length === 0) return false;
  const isReplaced = (id: unknown): boolean => known.some((event) => event['id'] === id);
  changeSchedule(gateway, [...gateway.schedule.filter((event) => !isReplaced(event['id'])), ...known]);
  return true;
}

export function clearSchedule(gateway: Gateway, id: number): boolean {
  const left = gateway.schedule.filter((event) => event['id'] !== id);
  if (left.length === gateway.schedule.length) return false;
  changeSchedule(gateway, left);
  return true;
}

function changeSchedule(gateway: Gateway, schedule: Gateway['schedule']): void {
  gateway.schedule = schedule;
  gateway.scheduleVersion += 1;
  renewPlan(gateway);
  gateway.news.isScheduleNew = true;
}

export function setConfig(gateway: Gateway, value: unknown, timeMs: number): 'done' | 'no change' | 'refused' {
  const document = parseDocument(value);
  if (!isDocument(document)) return 'refused';
  return configure(gateway, document, timeMs) ? 'done' : 'no change';
}

/** 1 normal, 2 eco. */
export function setDivertMode(gateway: Gateway, value: unknown, timeMs: number): boolean {
  const mode = Number(value);
  if (mode !== 1 && mode !== 2) return false;
  enterDivertMode(gateway, mode);
  applyTarget(gateway, timeMs);
  return true;
}

export function setShaper(gateway: Gateway, value: unknown, timeMs: number): boolean {
  const number = Number(value);
  if (number !== 0 && number !== 1) return false;
  switchShaper(gateway, number === 1);
  applyTarget(gateway, timeMs);
  return true;
}
