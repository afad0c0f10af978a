/** Feeds of a simulated OpenEVSE gateway: which topics it listens to, and what a value on each does (reference a.1, a.2). */
import { parseFeed, receiveLivePower, recomputeCeiling } from '../firmware/openevse-shaper.ts';
import { numberOf, textOf } from './openevse-config.ts';
import { turnDivert } from './openevse-divert-turn.ts';
import { ownCurrentA, shaperVoltageV, type Gateway } from './openevse-gateway.ts';
import { applyTarget } from './openevse-loops.ts';

export type FeedRole = 'solar' | 'grid' | 'live' | 'voltage';

export interface FeedTopic {
  readonly topic: string;
  readonly role: FeedRole;
}

/**
 * Exact topics, one role each in this order, as asked for at every connection (firmware of 2026-07). Rule 16: a live topic equal
 * to the grid topic is never subscribed, because the grid subscription is meant to serve both, and that one exists
 * only with `divert_type` 1. So the same topic for both is no feed at all with any other type.
 */
export function feedTopics(gateway: Gateway): readonly FeedTopic[] {
  const { config } = gateway;
  const [solar, grid, live, voltage] = ['mqtt_solar', 'mqtt_grid_ie', 'mqtt_live_pwr', 'mqtt_vrms'].map((key) => textOf(config, key));
  const divertType = numberOf(config, 'divert_type');
  const wanted: { readonly topic: string | undefined; readonly role: FeedRole; readonly isAsked: boolean }[] = [
    { topic: solar, role: 'solar', isAsked: divertType === 0 },
    { topic: grid, role: 'grid', isAsked: divertType === 1 },
    { topic: live, role: 'live', isAsked: live !== grid },
    { topic: voltage, role: 'voltage', isAsked: true },
  ];
  const found: FeedTopic[] = [];
  for (const { topic, role, isAsked } of wanted) {
    if (topic === undefined || topic === '' || !isAsked) continue;
    if (!found.some((known) => known.topic === topic)) found.push({ topic, role });
  }
  return found;
}

/** A sample of a feed. The grid feed serves as live feed too where both topics are the same. */
export function receiveFeed(gateway: Gateway, role: FeedRole, value: unknown, timeMs: number): void {
  switch (role) {
    case 'live':
      receiveLive(gateway, value, timeMs);
      break;
    case 'solar':
      receiveSolar(gateway, value, timeMs);
      break;
    case 'grid':
      receiveGrid(gateway, value, timeMs);
      if (textOf(gateway.config, 'mqtt_live_pwr') === textOf(gateway.config, 'mqtt_grid_ie')) receiveLive(gateway, value, timeMs);
      break;
    case 'voltage':
      receiveVoltage(gateway, value, timeMs);
  }
}

export function receiveLive(gateway: Gateway, value: unknown, timeMs: number): void {
  const liveW = parseFeed(value, gateway.quirks);
  if (liveW === null || !gateway.isShaperOn) return;
  receiveLivePower(gateway.shaper, gateway.shaperSettings, gateway.quirks, liveW, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
}

/** Import positive. */
export function receiveGrid(gateway: Gateway, value: unknown, timeMs: number): void {
  gateway.gridW = parseFeed(value, gateway.quirks) ?? gateway.gridW;
  divertFed(gateway, timeMs);
}

/** Over HTTP, and there only, it runs rule 4 like a PV message (rule 12). */
export function receivePostedGrid(gateway: Gateway, value: unknown, timeMs: number): void {
  recomputeCeiling(gateway.shaper, gateway.shaperSettings, gateway.quirks, null, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
  receiveGrid(gateway, value, timeMs);
}

/** PV power runs rule 4 again, which also counts as a sign of life of the load feed (rule 12). */
export function receiveSolar(gateway: Gateway, value: unknown, timeMs: number): void {
  const solarW = parseFeed(value, gateway.quirks);
  if (solarW === null) return;
  recomputeCeiling(gateway.shaper, gateway.shaperSettings, gateway.quirks, solarW, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
  divertFed(gateway, timeMs);
}

/** The divert decides with every message; what it claims is weighed afterwards, not before (reference b.2 rule 10). */
function divertFed(gateway: Gateway, timeMs: number): void {
  if (turnDivert(gateway, timeMs)) applyTarget(gateway, timeMs);
}

/** Accepted only between 60 and 300 V (reference a.1). */
export function receiveVoltage(gateway: Gateway, value: unknown, timeMs: number): void {
  const voltageV = typeof value === 'number' ? value : Number.parseFloat(String(value));
  if (!(voltageV >= 60 && voltageV <= 300)) return;
  gateway.feedVoltageV = voltageV;
  gateway.feedVoltageMs = timeMs;
}
