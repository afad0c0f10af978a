/** Claims, override, limit and schedule of an OpenEVSE as JSON, in both directions (reference c.2 and c.3). */
import type { Claim } from '../firmware/openevse-claims.ts';
import type { SessionLimit } from './openevse-gateway.ts';
import { DAYS } from './openevse-schedule.ts';

export type Document = Readonly<Record<string, unknown>>;

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON text, or what was parsed already. Undefined for what is no JSON at all. */
export function parseDocument(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

export function claimDocument(claim: Claim | null): Document {
  if (claim === null) return { state: 'null' };
  return {
    ...(claim.state === null ? {} : { state: claim.state }),
    ...(claim.chargeCurrentA === null ? {} : { charge_current: claim.chargeCurrentA }),
    ...(claim.maxCurrentA === null ? {} : { max_current: claim.maxCurrentA }),
    auto_release: claim.isAutoReleased,
  };
}

interface ClaimFrame {
  readonly client: number;
  readonly priority: number;
  /** What an absent `auto_release` means: true for the override, false for claims. */
  readonly isAutoReleased: boolean;
  /** Fields that are absent keep the values of this claim; null: they are absent from the claim. */
  readonly previous: Claim | null;
}

/** A claim from a document; null when a field is of the wrong kind. `"clear"` takes one current away again. */
export function claimOf(document: Document, frame: ClaimFrame): Claim | null {
  const { previous } = frame;
  const state = document['state'] ?? previous?.state ?? null;
  const chargeCurrentA = currentOf(document['charge_current'], previous?.chargeCurrentA ?? null);
  const maxCurrentA = currentOf(document['max_current'], previous?.maxCurrentA ?? null);
  const isAutoReleased = document['auto_release'] ?? previous?.isAutoReleased ?? frame.isAutoReleased;
  if (chargeCurrentA === undefined || maxCurrentA === undefined || typeof isAutoReleased !== 'boolean') return null;
  const known = stateOf(state, previous?.state ?? null);
  if (known === undefined) return null;
  return { client: frame.client, priority: frame.priority, state: known, chargeCurrentA, maxCurrentA, isAutoReleased };
}

/** `"clear"` as a state is a no-op in the firmware (reference c.2): the state stays. */
function stateOf(state: unknown, previous: Claim['state']): Claim['state'] | undefined {
  if (state === 'active' || state === 'disabled' || state === null) return state;
  return state === 'clear' ? previous : undefined;
}

function currentOf(value: unknown, previous: number | null): number | null | undefined {
  if (value === undefined) return previous;
  if (value === 'clear') return null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;
}

export function limitDocument(limit: SessionLimit | null): Document {
  if (limit === null) return { type: 'none', value: 0, auto_release: true };
  return { type: limit.type, value: limit.value, auto_release: limit.isAutoReleased };
}

export function limitOf(document: Document): SessionLimit | null {
  const { type, value, auto_release: isAutoReleased = true } = document;
  const isKnown = type === 'time' || type === 'energy' || type === 'soc' || type === 'range';
  if (!isKnown || typeof value !== 'number' || !(value > 0) || typeof isAutoReleased !== 'boolean') return null;
  return { type, value, isAutoReleased };
}

/** One schedule event; null when it is none. Devices send and expect `disabled` (captures, correction 1). */
export function scheduleEventOf(document: unknown): Document | null {
  if (!isDocument(document)) return null;
  const { id, state, time, days } = document;
  const isWhole = Number.isInteger(id) && (state === 'active' || state === 'disabled') && typeof time === 'string' && /^\d{1,2}:\d{2}(:\d{2})?$/.test(time);
  const areDays = Array.isArray(days) && days.every((day) => (DAYS as readonly unknown[]).includes(day));
  return isWhole && areDays ? document : null;
}
