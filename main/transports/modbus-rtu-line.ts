import { createAnswerWatch } from '../../core/protocols/answer-watch.ts';
import { rtuFrame, writeRequestPdu } from '../../core/protocols/modbus.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { isAnswerExpected, type LineEvents, type ModbusLine } from '../../core/transport/modbus-line.ts';
import { silenceMs, wireMs, type SerialFormat } from '../../core/transport/wire-time.ts';
import { connectedLink, failWhenLost, NOT_ANSWERED, refusalOf } from './modbus-line-parts.ts';
import { createSerialClient } from './modbus-serial-client.ts';

export interface RtuLineOptions {
  /** A serial port, or the socket of a gateway that hands RTU frames through. */
  readonly link: ByteLink;
  readonly clock: Clock;
  /** Of the pair of wires, also behind a gateway. */
  readonly format: SerialFormat;
  /**
   * So long after its last byte a frame is over. Longer than the silence of the standard: a USB adapter hands on what it has every
   * 16 ms (FTDI's latency timer), a network when it likes.
   */
  readonly quietMs: number;
}

/** Modbus RTU on a byte link: modbus-serial makes the requests and reads the answers that were found among what comes. */
export function createRtuLine({ link, clock, format, quietMs }: RtuLineOptions): ModbusLine {
  const watch = createAnswerWatch();
  let lastByteMs = -Infinity;
  let callOffQuiet: (() => void) | null = null;
  let owner: LineEvents | null = null;
  const client = createSerialClient((frame) => {
    if (owner !== null) failWhenLost(link.write(frame), owner, clock);
  });

  const stops = [
    link.onData(({ bytes, timeMs }) => {
      lastByteMs = timeMs;
      callOffQuiet?.();
      callOffQuiet = clock.callAt(timeMs + quietMs, () => {
        watch.quiet(clock.monotonicMs());
      });
      const found = watch.take(bytes, timeMs);
      if (found !== null) client.receive(found.frame);
    }),
    link.onState((state) => {
      if (state.kind !== 'connected') watch.drop();
    }),
  ];

  return {
    state: () => link.state(),
    onState: (listener) => link.onState(listener),
    silenceMs: silenceMs(format),
    numbersRequests: false,
    lastByteMs: () => lastByteMs,
    wireTime(message) {
      const requestBytes = 'values' in message && message.functionCode === 16 ? 9 + 2 * message.values.length : 8;
      return { requestMs: wireMs(requestBytes, format), answerMs: wireMs('table' in message ? 5 + 2 * message.count : 8, format) };
    },
    send(message, events) {
      connectedLink(link);
      if ('values' in message && !isAnswerExpected(message)) {
        failWhenLost(link.write(rtuFrame(message.unitId, writeRequestPdu(message.functionCode, message.address, message.values))), events, clock);
        return NOT_ANSWERED;
      }
      const sent = watch.listen(message, events);
      owner = events;
      client.request(message, (answer) => {
        if (answer.kind === 'words') events.answered('table' in message ? answer.words : [], lastByteMs);
        else events.failed(refusalOf(answer), lastByteMs);
      });
      return sent;
    },
    onUnexpected: (listener) => watch.onUnexpected(listener),
    async close() {
      callOffQuiet?.();
      for (const stop of stops) stop();
      await link.close();
    },
  };
}
