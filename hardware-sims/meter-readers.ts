/** Readers of meters' values without bytes: what each driver does with a topic, done with its value. */
import { ChargebenchError } from '../core/errors.ts';
import { applyShelly3emTopic, createShelly3emState, nextShelly3emReading, renewShelly3em, shelly3emField } from '../core/protocols/shelly-3em.ts';
import { applyShellyEmTopic, createShellyEmState, renewShellyEm, shellyEmReading } from '../core/protocols/shelly-em.ts';
import { mqttLinkOf } from '../core/site/links.ts';
import type { MeterReading } from '../core/site/readings.ts';
import type { Meter } from '../core/site/site.ts';
import type { TopicValue } from './simulated-device.ts';

export interface MeterReader {
  readonly meter: Meter;
  /** Something came that a reading rests on. */
  isDue: boolean;
  /** By the topic below the base topic, whole, so that no text is cut per message. */
  hears(topic: string): boolean;
  receive(topic: string, value: TopicValue, timeMs: number, isRetained: boolean): void;
  /** All that was received last came again; false where something of it was refused. */
  repeat(timeMs: number): boolean;
  /** Of all that came until now; null where that makes none. */
  next(): MeterReading | null;
  /** Begins anew, as a program does that is started again. */
  forget(): void;
}

/** Throws `not-supported` for a model that is not simulated. */
export function createMeterReader(meter: Meter): MeterReader {
  switch (meter.model) {
    case 'shelly-em':
      return shellyEmReader(meter);
    case 'shelly-3em':
      return shelly3emReader(meter);
    default:
      throw new ChargebenchError('not-supported', { device: meter.id, model: meter.model, what: 'simulation' });
  }
}

function shellyEmReader(meter: Meter): MeterReader {
  const prefix = `emeter/${mqttLinkOf(meter).channel}/`;
  const fields = new Map(['power', 'reactive_power', 'voltage'].map((field) => [`${prefix}${field}`, field]));
  let state = createShellyEmState();
  const refused = new Set<string>();
  const reader: MeterReader = {
    meter,
    isDue: false,
    hears: (topic) => fields.has(topic),
    receive(topic, value, timeMs, isRetained) {
      const field = fields.get(topic);
      if (field === undefined) return;
      const read = applyShellyEmTopic(state, field, value, timeMs, isRetained);
      noteRefusal(refused, topic, read.ok);
      if (read.ok && read.value) reader.isDue = true;
    },
    repeat(timeMs) {
      if (refused.size > 0) return false;
      renewShellyEm(state, timeMs);
      reader.isDue = true;
      return true;
    },
    next() {
      const reading = shellyEmReading(meter, state);
      return reading.ok ? reading.value : null;
    },
    forget() {
      state = createShellyEmState();
      reader.isDue = false;
    },
  };
  return reader;
}

function shelly3emReader(meter: Meter): MeterReader {
  const topics = [0, 1, 2].flatMap((channel) => ['power', 'current', 'voltage'].map((field) => `emeter/${channel}/${field}`));
  const places = new Map(topics.map((topic) => [topic, shelly3emField(topic)]));
  let state = createShelly3emState();
  const refused = new Set<string>();
  const reader: MeterReader = {
    meter,
    isDue: false,
    hears: (topic) => places.has(topic),
    receive(topic, value, timeMs, isRetained) {
      const place = places.get(topic);
      if (place === undefined || place === null) return;
      const read = applyShelly3emTopic(state, place.channel, place.field, value, timeMs, isRetained);
      noteRefusal(refused, topic, read.ok);
      if (read.ok && read.value) reader.isDue = true;
    },
    repeat(timeMs) {
      if (refused.size > 0) return false;
      renewShelly3em(state, timeMs);
      reader.isDue = true;
      return true;
    },
    next() {
      const reading = nextShelly3emReading(meter, state);
      return reading.ok ? reading.value : null;
    },
    forget() {
      state = createShelly3emState();
      reader.isDue = false;
    },
  };
  return reader;
}

/** Topics whose last value is none: what is refused once would be refused again. */
function noteRefusal(refused: Set<string>, topic: string, isTaken: boolean): void {
  if (!isTaken) refused.add(topic);
  else if (refused.size > 0) refused.delete(topic);
}
