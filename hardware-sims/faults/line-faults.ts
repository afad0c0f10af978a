/**
 * Faults between a device and the wire: each says what becomes of one message while it is on (and while it is not: some remember).
 * A fault knows nothing of devices; a new one is a new function here, a kind in the scenario file and a line in `fault-switches.ts`.
 */
import type { ScenarioFault } from '../../core/scenarios/fault-schema.ts';
import { createRandom } from '../plant/random.ts';
import type { TopicValue } from '../simulated-device.ts';

/** One message on its way from or to a device. */
export interface LineMessage {
  /** The topic below the device's base topic, or the whole topic. */
  readonly field: string;
  readonly value: TopicValue;
  /** When it arrives. */
  readonly timeMs: number;
}

/** What arrives instead of the message: itself, none, others. Never earlier than the message. */
export type LineFault = (message: LineMessage, isOn: boolean) => readonly LineMessage[];

/** A payload as the devices send it: numbers, truth values and texts bare, everything else as JSON. */
export function payloadOf(value: TopicValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The device is alive but nothing gets through: WLAN lost, a meter that hangs. */
export function silent(): LineFault {
  return (message, isOn) => (isOn ? [] : [message]);
}

/** The same values again and again, on time (reference a.2 rule 13). */
export function frozen(): LineFault {
  const last = new Map<string, TopicValue>();
  return (message, isOn) => {
    if (isOn) return [{ ...message, value: last.get(message.field) ?? message.value }];
    last.set(message.field, message.value);
    return [message];
  };
}

/** Nothing overtakes: when it ends, what comes waits for what is still on its way. */
export function late(byMs: number): LineFault {
  let latestMs = 0;
  return (message, isOn) => {
    latestMs = Math.max(latestMs, message.timeMs + (isOn ? byMs : 0));
    return [latestMs === message.timeMs ? message : { ...message, timeMs: latestMs }];
  };
}

/**
 * Each message has its own draw, made of its time and topic: what is lost does not depend on what else was published, so
 * it is the same whether a device publishes everything or only what somebody hears.
 */
export function lostShare(share: number, seed: number): LineFault {
  const latest = new Map<string, { timeMs: number; count: number }>();
  return (message, isOn) => {
    if (!isOn) return [message];
    const { field, timeMs } = message;
    const before = latest.get(field);
    const count = before?.timeMs === timeMs ? before.count + 1 : 0;
    latest.set(field, { timeMs, count });
    return drawFor(`${seed} ${field} ${timeMs} ${count}`) < share ? [] : [message];
  };
}

/** FNV-1a, 32 bits. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function drawFor(text: string): number {
  return createRandom(seedOf(text)).next();
}

/** Every new value of a topic is lost; when the same is sent again, it is heard. */
export function firstAttemptLost(): LineFault {
  const attempted = new Map<string, string>();
  return (message, isOn) => {
    if (!isOn) return [message];
    const payload = payloadOf(message.value);
    const isRepeated = attempted.get(message.field) === payload;
    attempted.set(message.field, payload);
    return isRepeated ? [message] : [];
  };
}

/** The middle of the text is no character any more: no number and no JSON that means the same. */
export function brokenText(): LineFault {
  return (message, isOn) => {
    if (!isOn) return [message];
    const text = payloadOf(message.value);
    const middle = text.length >> 1;
    return [{ ...message, value: `${text.slice(0, middle)}\uFFFD${text.slice(middle + 1)}` }];
  };
}

const BARE = /^(true|false|-?\d+(\.\d+)?)$/;

/** Bare values inside an object, documents inside an array. */
export function wrongJson(): LineFault {
  return (message, isOn) => {
    if (!isOn) return [message];
    const text = payloadOf(message.value);
    if (text.startsWith('{')) return [{ ...message, value: `[${text}]` }];
    return [{ ...message, value: `{"value":${BARE.test(text) ? text : JSON.stringify(text)}}` }];
  };
}

const FIELDS = { power: /(^|[/_])(power|pwr)$/i, current: /(^|[/_])(current|amp)$/i } as const;

export function wrongUnitFactor({ quantity, factor }: Extract<ScenarioFault, { kind: 'wrong-unit' }>): number {
  return factor ?? (quantity === 'power' ? 0.001 : 1000);
}

/** Numbers of topics, or of keys of a document, that are named after the quantity. */
export function wrongUnit(quantity: keyof typeof FIELDS, factor: number): LineFault {
  const name = FIELDS[quantity];
  // To twelve digits: 4800 W are 4.8 kW, not 4.800000000000001.
  const scaled = (value: unknown): unknown => (typeof value === 'number' ? Number((value * factor).toPrecision(12)) : value);
  const change = (field: string, value: TopicValue): TopicValue => {
    if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, name.test(key) ? scaled(each) : each]));
    return typeof value === 'number' && name.test(field) ? (scaled(value) as number) : value;
  };
  return (message, isOn) => (isOn ? [{ ...message, value: change(message.field, message.value) }] : [message]);
}

export function duplicated(): LineFault {
  return (message, isOn) => (isOn ? [message, message] : [message]);
}
