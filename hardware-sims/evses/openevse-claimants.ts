/** Parts of a simulated OpenEVSE gateway that make or drop claims of their own, apart from the shaper. */
import { CLIENTS, makeClaim, PRIORITIES, releaseClaim } from '../firmware/openevse-claims.ts';
import type { Gateway, SessionLimit } from './openevse-gateway.ts';

/** Entering Eco claims `disabled` at the lowest priority, leaving releases it (reference b.2 rule 11). */
export function enterDivertMode(gateway: Gateway, mode: 1 | 2): void {
  gateway.news.isDivertNew = true;
  gateway.divertMode = mode;
  if (mode === 1) releaseClaim(gateway.claims, CLIENTS.divert);
  else {
    makeClaim(gateway.claims, {
      client: CLIENTS.divert,
      priority: PRIORITIES.default,
      state: 'disabled',
      chargeCurrentA: null,
      maxCurrentA: null,
      isAutoReleased: false,
    });
  }
}

export function changeLimit(gateway: Gateway, limit: SessionLimit | null): void {
  gateway.limit = limit;
  gateway.limitVersion += 1;
  gateway.news.isLimitNew = true;
  if (limit === null) releaseClaim(gateway.claims, CLIENTS.limit);
}

export function noteOverride(gateway: Gateway): void {
  gateway.overrideVersion += 1;
  gateway.news.isOverrideNew = true;
  gateway.news.isStateNew = true;
}
