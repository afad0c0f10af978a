import { ChargebenchError, failureOf, type Failure } from '../../errors.ts';
import { createP1Cadence } from '../../protocols/p1-cadence.ts';
import type { P1Currents } from '../../protocols/p1-current.ts';
import { createP1Decoder, type P1Decoded, type P1Reason } from '../../protocols/p1-decoder.ts';
import { createP1Framing, P1_FORMATS, type P1Format } from '../../protocols/p1-format.ts';
import { p1Reading } from '../../protocols/p1-reading.ts';
import type { P1Values } from '../../protocols/p1-values.ts';
import type { PhaseIndex } from '../../quantities.ts';
import { serialLinkOf } from '../../site/serial-link.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Meter } from '../../site/site.ts';
import type { DriverPorts, Identity, MeterDriver, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';

/** What the port says beyond the reading: live values of the text itself. */
export interface P1Details {
  /** Of the newest telegram; null before the first. */
  readonly values: P1Values | null;
  readonly currents: P1Currents | null;
  readonly isEncrypted: boolean;
  readonly hasChecksum: boolean;
  /** 1000 or 10000 where recognised as such, else as measured; null until two telegrams have come. */
  readonly periodMs: number | null;
  readonly format: P1Format;
  /** How often which reason has refused bytes or telegrams. */
  readonly rejections: ReadonlyMap<P1Reason | 'phase-missing' | 'no-current' | 'unconfirmed', number>;
}

export interface P1SerialDriver extends MeterDriver {
  details(): P1Details;
}

type OwnReason = 'phase-missing' | 'no-current' | 'unconfirmed';

/**
 * Reads the P1 port of a mains meter, which speaks by itself (reference home-assistant-ocpp D.1). A telegram without a CRC is believed
 * once an earlier one had the same objects: half of one and half of the next would pass otherwise.
 */
export function createP1SerialDriver(meter: Meter, { links, clock, p1Keys }: DriverPorts): P1SerialDriver {
  const { port, baud } = serialLinkOf(meter);
  const link = links.ports?.get(port);
  if (link === undefined) throw new ChargebenchError('invalid-argument', { meter: meter.id, needs: port });
  const decrypt = p1Keys?.get(port);
  const readings = createListeners<MeterReading>();
  const decodings = createListeners<P1Decoded>();
  const rejections = createListeners<Rejection>();
  const ownCounts = new Map<OwnReason, number>();
  const cadence = createP1Cadence();
  let newest: P1Decoded | null = null;
  let currents: P1Currents | null = null;
  let known: readonly PhaseIndex[] = [];
  let shape: string | null = null;

  const reject = (error: Failure, timeMs: number): void => {
    rejections.emit({ timeMs, failure: { code: error.code, context: { meter: meter.id, ...error.context } } });
  };

  const rejectOwn = (reason: OwnReason, error: Failure, timeMs: number): void => {
    ownCounts.set(reason, (ownCounts.get(reason) ?? 0) + 1);
    reject(error, timeMs);
  };

  const isConfirmed = ({ frame, telegram }: P1Decoded): boolean => {
    const before = shape;
    shape = `${telegram.identification} ${[...telegram.objects.keys()].join(' ')}`;
    return frame.checksumText !== null || before === shape;
  };

  const take = (decoded: P1Decoded): void => {
    const { timeMs } = decoded.frame;
    framing.succeeded();
    newest = decoded;
    cadence.heard(timeMs);
    decodings.emit(decoded);
    if (!isConfirmed(decoded)) {
      rejectOwn('unconfirmed', { code: 'checksum', context: { reason: 'unconfirmed' } }, timeMs);
      return;
    }
    const read = p1Reading(meter, decoded.values, known, timeMs);
    if (!read.ok) {
      rejectOwn(read.error.code === 'not-found' ? 'no-current' : 'phase-missing', read.error, timeMs);
      return;
    }
    known = read.value.phases;
    currents = read.value.currents;
    readings.emit(read.value.reading);
  };

  const decoder = createP1Decoder({
    onDecoded: take,
    onRejection({ reason, timeMs, failure: error }) {
      framing.refused(reason, error);
      reject(error, timeMs);
    },
    ...(decrypt === undefined ? {} : { decrypt }),
  });

  const framing = createP1Framing({
    first: baud !== undefined && baud <= P1_FORMATS.old.baud ? 'old' : 'new',
    isFixed: baud !== undefined,
    canSet: link.setFormat !== undefined,
  });

  const applyFormat = (): void => {
    const format = P1_FORMATS[framing.format()];
    // A port that is being reconnected takes its format then.
    link.setFormat?.({ ...format, ...(baud === undefined ? {} : { baud }) }).catch((thrown: unknown) => {
      reject(failureOf(thrown), clock.monotonicMs());
    });
  };

  const stops = [
    link.onData(({ bytes, timeMs }) => {
      decoder.push(framing.textOf(bytes), timeMs);
      if (framing.turn()) applyFormat();
    }),
    link.onState((state) => {
      if (state.kind === 'connected') applyFormat();
    }),
  ];
  if (link.state().kind === 'connected') applyFormat();

  return {
    meterId: meter.id,
    async identify(signal): Promise<Identity> {
      const { values } = newest ?? (await nextEvent(decodings, () => true, clock, meter.allowedAgeMs, signal));
      return { model: values.identification, firmware: values.version, serial: null };
    },
    read: (signal) => nextEvent(readings, () => true, clock, meter.allowedAgeMs, signal),
    onReading: (listener) => readings.add(listener),
    onRejection: (listener) => rejections.add(listener),
    details: () => ({
      values: newest?.values ?? null,
      currents,
      isEncrypted: newest?.frame.isEncrypted ?? false,
      hasChecksum: newest !== null && newest.frame.checksumText !== null,
      periodMs: cadence.periodMs(),
      format: framing.format(),
      rejections: new Map<P1Reason | OwnReason, number>([...decoder.counts, ...ownCounts]),
    }),
    close() {
      for (const stop of stops) stop();
    },
  };
}
