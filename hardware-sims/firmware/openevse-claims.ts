/**
 * The OpenEVSE gateway's claim table: who wants what of the EVSE, and which of them wins (reference section c.1).
 * Changed in place.
 */

export interface Claim {
  readonly client: number;
  readonly priority: number;
  readonly state: 'active' | 'disabled' | null;
  readonly chargeCurrentA: number | null;
  readonly maxCurrentA: number | null;
  /** Gone when the vehicle is unplugged. */
  readonly isAutoReleased: boolean;
}

/** Vendor 1 (OpenEVSE) is 65536 x 1. */
export const CLIENTS = {
  manual: 65537,
  divert: 65538,
  schedule: 65540,
  limit: 65542,
  mqtt: 65547,
  shaper: 65548,
} as const;

/** `feature`: divert and shaper while a window of the schedule turns them on (firmware of 2026-07). */
export const PRIORITIES = { default: 10, divert: 50, timer: 100, api: 500, feature: 900, manual: 1000, limit: 1100, safety: 5000 } as const;

/** Names for people; a number of somebody's own is told as such. */
export function clientName(client: number): string {
  const known = Object.entries(CLIENTS).find(([, id]) => id === client);
  return known === undefined ? `client ${client}` : known[0];
}

export interface Claims {
  /** A claim stays in its slot; a freed slot goes to the next newcomer, so order is not age. */
  readonly slots: (Claim | null)[];
  /** Counts every change, as `claims_version` does. */
  version: number;
}

const SLOT_COUNT = 10;

export function createClaims(): Claims {
  return { slots: new Array<Claim | null>(SLOT_COUNT).fill(null), version: 0 };
}

/** Makes or replaces a client's claim. False when all slots are taken by others. */
export function makeClaim(claims: Claims, claim: Claim): boolean {
  const own = claims.slots.findIndex((slot) => slot?.client === claim.client);
  const slot = own >= 0 ? own : claims.slots.indexOf(null);
  if (slot < 0) return false;
  claims.slots[slot] = claim;
  claims.version += 1;
  return true;
}

/** False when the client has no claim. */
export function releaseClaim(claims: Claims, client: number): boolean {
  const slot = claims.slots.findIndex((claim) => claim?.client === client);
  if (slot < 0) return false;
  claims.slots[slot] = null;
  claims.version += 1;
  return true;
}

/** End of a session: answers the clients whose claims went with it. */
export function releaseAtSessionEnd(claims: Claims): readonly number[] {
  const gone = claims.slots.flatMap((claim) => (claim?.isAutoReleased === true ? [claim.client] : []));
  for (const client of gone) releaseClaim(claims, client);
  return gone;
}

export function findClaim(claims: Claims, client: number): Claim | null {
  return claims.slots.find((claim) => claim?.client === client) ?? null;
}

export function listClaims(claims: Claims): readonly Claim[] {
  return claims.slots.filter((claim) => claim !== null);
}

type Property = 'state' | 'chargeCurrentA' | 'maxCurrentA';

/** Strictly higher priority wins; among equals the lower slot. */
function winner(claims: Claims, property: Property): Claim | null {
  let best: Claim | null = null;
  for (const claim of claims.slots) {
    if (claim === null || claim[property] === null) continue;
    if (best === null || claim.priority > best.priority) best = claim;
  }
  return best;
}

/** The winning claim of each property separately; null where nobody claims it. */
export interface Target {
  readonly state: Claim | null;
  readonly chargeCurrent: Claim | null;
  readonly maxCurrent: Claim | null;
}

export function targetOf(claims: Claims): Target {
  return { state: winner(claims, 'state'), chargeCurrent: winner(claims, 'chargeCurrentA'), maxCurrent: winner(claims, 'maxCurrentA') };
}

/**
 * `max(Imin, min(max_current_soft, max_current, charge_current))` in whole A. A value below the minimum gives the
 * minimum: only the state `disabled` stops charging.
 */
export function pilotOf(target: Target, configuredMaxA: number, minCurrentA: number): number {
  const maxCurrentA = target.maxCurrent?.maxCurrentA ?? Infinity;
  const chargeCurrentA = target.chargeCurrent?.chargeCurrentA ?? Infinity;
  return Math.max(minCurrentA, Math.floor(Math.min(configuredMaxA, maxCurrentA, chargeCurrentA)));
}
