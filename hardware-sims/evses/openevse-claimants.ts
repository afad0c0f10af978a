/** Parts of a simulated OpenEVSE gateway that make or drop claims of their own. */
import { CLIENTS, makeClaim, PRIORITIES, releaseClaim } from '../firmware/openevse-claims.ts';
import { enterEco, leaveEco, turnWindow } from '../firmware/openevse-divert.ts';
import { releaseShaper } from '../firmware/openevse-shaper.ts';
import { flagOf } from './openevse-config.ts';
import { isEcoStored, type Gateway, type SessionLimit } from './openevse-gateway.ts';

/** 1 normal, 2 eco. A window of the schedule owns Eco: inside it nobody gets Normal (reference b.2 rule 13). */
export function enterDivertMode(gateway: Gateway, mode: 1 | 2): void {
  const { divert } = gateway;
  gateway.news.isDivertNew = true;
  if (mode === 1 && divert.isInWindow) return;
  if (mode === 1) leaveEco(divert);
  else enterEco(divert, gateway.divertQuirks);
  claimForDivert(gateway);
}

export function turnDivertWindow(gateway: Gateway, isOpen: boolean): void {
  turnWindow(gateway.divert, gateway.divertQuirks, isOpen, isEcoStored(gateway));
  gateway.news.isDivertNew = true;
  claimForDivert(gateway);
}

export function claimForDivert({ divert, claims }: Gateway): void {
  if (divert.claim === null) releaseClaim(claims, CLIENTS.divert);
  else makeClaim(claims, { ...divert.claim, client: CLIENTS.divert, maxCurrentA: null, isAutoReleased: false });
}

/** At run time only: `shaper/set`, or a window of the schedule. */
export function switchShaper(gateway: Gateway, isOn: boolean): void {
  if (isOn === gateway.isShaperOn) return;
  gateway.isShaperOn = isOn;
  gateway.shaperSettings.isEnabled = isOn;
  gateway.news.isShaperNew = true;
  if (isOn) return;
  releaseShaper(gateway.shaper);
  releaseClaim(gateway.claims, CLIENTS.shaper);
}

/** A window may turn the shaper on; where it is stored as on, the window changes nothing (reference a.2 rule 15). */
export function turnShaperWindow(gateway: Gateway, isOpen: boolean): void {
  const isStored = flagOf(gateway.config, 'current_shaper_enabled');
  gateway.isShaperInWindow = isOpen && !isStored;
  switchShaper(gateway, isOpen || isStored);
}

export function claimForShaper(gateway: Gateway): void {
  const { claim } = gateway.shaper;
  if (claim === null) {
    releaseClaim(gateway.claims, CLIENTS.shaper);
    return;
  }
  makeClaim(gateway.claims, {
    client: CLIENTS.shaper,
    priority: gateway.isShaperInWindow ? PRIORITIES.feature : claim.priority,
    state: claim.isDisabled ? 'disabled' : null,
    chargeCurrentA: null,
    maxCurrentA: claim.maxCurrentA,
    isAutoReleased: false,
  });
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
