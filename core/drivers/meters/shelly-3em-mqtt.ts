import { ChargebenchError, type Failure } from '../../errors.ts';
import { applyShelly3emTopic, createShelly3emState, nextShelly3emReading, shelly3emField } from '../../protocols/shelly-3em.ts';
import { mqttLinkOf } from '../../site/links.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Meter } from '../../site/site.ts';
import type { DriverPorts, MeterDriver, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';

/** Reads the three channels of a Shelly 3EM through the broker it publishes to (reference f.1). */
export function createShelly3emMqttDriver(meter: Meter, { links, clock }: DriverPorts): MeterDriver {
  const link = links.mqtt;
  if (link === null) throw new ChargebenchError('invalid-argument', { meter: meter.id, needs: 'mqtt' });
  const { baseTopic } = mqttLinkOf(meter);
  const state = createShelly3emState();
  const readings = createListeners<MeterReading>();
  const rejections = createListeners<Rejection>();
  let isFlushDue = false;

  const reject = (error: Failure): void => {
    rejections.emit({ timeMs: clock.monotonicMs(), failure: { code: error.code, context: { meter: meter.id, ...error.context } } });
  };

  // A cycle is a burst of messages: all that has arrived goes into one reading.
  const flushSoon = (): void => {
    if (isFlushDue) return;
    isFlushDue = true;
    clock.callAt(clock.monotonicMs(), () => {
      isFlushDue = false;
      const reading = nextShelly3emReading(meter, state);
      if (reading.ok) readings.emit(reading.value);
    });
  };

  const stop = link.subscribe(`${baseTopic}/emeter/#`, ({ topic, payload, isCut, isRetained, timeMs }) => {
    const place = shelly3emField(topic.slice(baseTopic.length + 1));
    if (place === null) return;
    const { channel, field } = place;
    if (isCut) {
      reject({ code: 'unexpected-reply', context: { field, channel, payload: `${payload.slice(0, 40)}…`, expected: 'at most 64 KiB' } });
      return;
    }
    const read = applyShelly3emTopic(state, channel, field, payload, timeMs, isRetained);
    if (!read.ok) reject({ code: read.error.code, context: { ...read.error.context, channel } });
    else if (read.value) flushSoon();
  });

  const limitMs = meter.allowedAgeMs;
  return {
    meterId: meter.id,
    identify: async (signal) => {
      await nextEvent(readings, () => true, clock, limitMs, signal);
      return { model: 'Shelly 3EM', firmware: null, serial: baseTopic.split('-').at(-1) ?? null };
    },
    read: (signal) => nextEvent(readings, () => true, clock, limitMs, signal),
    onReading: (listener) => readings.add(listener),
    onRejection: (listener) => rejections.add(listener),
    close: stop,
  };
}
