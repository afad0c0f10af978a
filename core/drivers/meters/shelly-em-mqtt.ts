import { ChargebenchError, type Failure } from '../../errors.ts';
import { applyShellyEmTopic, createShellyEmState, shellyEmReading } from '../../protocols/shelly-em.ts';
import { mqttLinkOf } from '../../site/links.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Meter } from '../../site/site.ts';
import type { DriverPorts, MeterDriver, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';

/** Reads one channel of a Shelly EM through the broker it publishes to (reference f.1). */
export function createShellyEmMqttDriver(meter: Meter, { links, clock }: DriverPorts): MeterDriver {
  const link = links.mqtt;
  if (link === null) throw new ChargebenchError('invalid-argument', { meter: meter.id, needs: 'mqtt' });
  const { baseTopic, channel } = mqttLinkOf(meter);
  const prefix = `${baseTopic}/emeter/${channel}/`;
  const state = createShellyEmState();
  const readings = createListeners<MeterReading>();
  const rejections = createListeners<Rejection>();
  let isFlushDue = false;

  const reject = (error: Failure): void => {
    rejections.emit({ timeMs: clock.monotonicMs(), failure: { code: error.code, context: { meter: meter.id, ...error.context } } });
  };

  // Power comes first in each cycle, reactive power and voltage right behind it: all that has arrived goes into one reading.
  const flushSoon = (): void => {
    if (isFlushDue) return;
    isFlushDue = true;
    clock.callAt(clock.monotonicMs(), () => {
      isFlushDue = false;
      const reading = shellyEmReading(meter, state);
      if (reading.ok) readings.emit(reading.value);
      else if (reading.error.code !== 'not-found') reject(reading.error);
    });
  };

  const stop = link.subscribe(`${prefix}+`, ({ topic, payload, isCut, isRetained, timeMs }) => {
    const field = topic.slice(prefix.length);
    if (isCut) {
      reject({ code: 'unexpected-reply', context: { field, payload: `${payload.slice(0, 40)}…`, expected: 'at most 64 KiB' } });
      return;
    }
    const read = applyShellyEmTopic(state, field, payload, timeMs, isRetained);
    if (!read.ok) reject(read.error);
    else if (read.value) flushSoon();
  });

  const limitMs = meter.allowedAgeMs;
  return {
    meterId: meter.id,
    identify: async (signal) => {
      await nextEvent(readings, () => true, clock, limitMs, signal);
      return { model: 'Shelly EM', firmware: null, serial: baseTopic.split('-').at(-1) ?? null };
    },
    read: (signal) => nextEvent(readings, () => true, clock, limitMs, signal),
    onReading: (listener) => readings.add(listener),
    onRejection: (listener) => rejections.add(listener),
    close: stop,
  };
}
