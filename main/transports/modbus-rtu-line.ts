import type { Failure } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import { classifyBytes, createAnswerCollector, type AnswerCollector, type FoundAnswer, type PassedOver } from '../../core/protocols/modbus-answer.ts';
import { rtuFrame, writeRequestPdu, type ModbusRequest } from '../../core/protocols/modbus.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { isAnswerExpected, type LineEvents, type ModbusLine, type ModbusMessage, type SentRequest } from '../../core/transport/modbus-line.ts';
import { silenceMs, wireMs, type SerialFormat } from '../../core/transport/wire-time.ts';
import { connectedLink, failWhenLost, refusalOf, requestOf } from './modbus-line-parts.ts';
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

interface Listening {
  readonly collector: AnswerCollector;
  readonly events: LineEvents;
  readonly unitId: number;
  /** Not counted yet: the last one may become the failure. */
  readonly passed: PassedOver[];
  /** Whose late answers were heard meanwhile: they are no reason why this one has none. */
  readonly lateUnitIds: Set<number>;
}

const MOST_STRAY_BYTES = 4096;

/** Modbus RTU on a byte link: modbus-serial makes the requests and reads the answers, this finds the answers among what comes. */
export function createRtuLine({ link, clock, format, quietMs }: RtuLineOptions): ModbusLine {
  const unexpectedListeners = new Set<(unitId: number | null) => void>();
  const givenUp = new Set<Listening>();
  let listening: Listening | null = null;
  let isEchoing: boolean | null = null;
  let strayBytes: Uint8Array = new Uint8Array(0);
  let lastByteMs = -Infinity;
  let callOffQuiet: (() => void) | null = null;
  let events: LineEvents | null = null;
  let acceptedMs = 0;

  const count = (passed: readonly PassedOver[]): void => {
    for (const { unitId } of passed) for (const listener of [...unexpectedListeners]) listener(unitId);
  };

  const client = createSerialClient((frame) => {
    const owner = events;
    if (owner !== null) failWhenLost(link.write(frame), owner, clock);
  });

  /** The last thing that was passed over is why there is no answer; the others are counted as what they are. */
  const failureFor = ({ passed, lateUnitIds }: Listening): Failure => {
    const at = passed.findLastIndex(({ reason, unitId }) => reason !== 'other-unit' || unitId === null || !lateUnitIds.has(unitId));
    const [why] = at < 0 ? [] : passed.splice(at, 1);
    count(passed);
    passed.length = 0;
    if (why === undefined) return { code: 'timeout', context: {} };
    return why.reason === 'checksum' ? { code: 'checksum', context: {} } : { code: 'unexpected-reply', context: { reason: why.reason } };
  };

  const accept = (found: FoundAnswer, timeMs: number): void => {
    const answered = listening;
    if (answered === null) return;
    isEchoing = answered.collector.isEchoed ?? isEchoing;
    count([...answered.passed, ...answered.collector.judge()]);
    listening = null;
    stray(found.rest);
    acceptedMs = timeMs;
    client.receive(found.frame);
  };

  const stray = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    const joined = Uint8Array.from([...strayBytes, ...bytes]);
    strayBytes = joined.length > MOST_STRAY_BYTES ? joined.slice(-MOST_STRAY_BYTES) : joined;
  };

  const take = (bytes: Uint8Array, timeMs: number): void => {
    lastByteMs = timeMs;
    callOffQuiet?.();
    callOffQuiet = clock.callAt(timeMs + quietMs, quiet);
    const late = [...givenUp].filter((each) => each.collector.push(bytes) !== null);
    for (const { unitId } of late) listening?.lateUnitIds.add(unitId);
    if (listening === null) stray(bytes);
    else {
      const found = listening.collector.push(bytes);
      if (found !== null) accept(found, timeMs);
    }
    for (const each of late) {
      givenUp.delete(each);
      each.events.late(timeMs);
    }
  };

  const quiet = (): void => {
    callOffQuiet = null;
    count(classifyBytes(strayBytes));
    strayBytes = new Uint8Array(0);
    const current = listening;
    if (current === null) return;
    current.passed.push(...current.collector.judge());
    const last = current.passed.at(-1)?.reason;
    if (last !== 'checksum' && last !== 'short') return;
    listening = null;
    current.events.failed(failureFor(current), clock.monotonicMs());
  };

  const stops = [
    link.onData(({ bytes, timeMs }) => {
      take(bytes, timeMs);
    }),
    link.onState((state) => {
      if (state.kind === 'connected') return;
      listening = null;
      strayBytes = new Uint8Array(0);
    }),
  ];

  const ask = (message: ModbusMessage, request: ModbusRequest, owner: LineEvents): SentRequest => {
    const asked: Listening = { collector: createAnswerCollector(message.unitId, request, isEchoing), events: owner, unitId: message.unitId, passed: [], lateUnitIds: new Set() };
    listening = asked;
    events = owner;
    client.request(message, (answer) => {
      if (answer.kind === 'words') owner.answered('table' in message ? answer.words : [], acceptedMs);
      else owner.failed(refusalOf(answer), acceptedMs);
    });
    return {
      giveUp() {
        if (listening === asked) listening = null;
        asked.passed.push(...asked.collector.judge());
        givenUp.add(asked);
        return failureFor(asked);
      },
      forget: () => void givenUp.delete(asked),
    };
  };

  return {
    state: () => link.state(),
    onState: (listener) => link.onState(listener),
    silenceMs: silenceMs(format),
    numbersRequests: false,
    lastByteMs: () => lastByteMs,
    wireTime(message) {
      const words = 'table' in message ? message.count : 0;
      const requestBytes = 'values' in message && message.functionCode === 16 ? 9 + 2 * message.values.length : 8;
      return { requestMs: wireMs(requestBytes, format), answerMs: wireMs('table' in message ? 5 + 2 * words : 8, format) };
    },
    send(message, owner) {
      connectedLink(link);
      if (isAnswerExpected(message)) return ask(message, requestOf(message), owner);
      if ('values' in message) failWhenLost(link.write(rtuFrame(message.unitId, writeRequestPdu(message.functionCode, message.address, message.values))), owner, clock);
      return { giveUp: () => ({ code: 'timeout', context: {} }), forget: () => undefined };
    },
    onUnexpected(listener) {
      unexpectedListeners.add(listener);
      return () => unexpectedListeners.delete(listener);
    },
    async close() {
      callOffQuiet?.();
      for (const stop of stops) stop();
      await link.close();
    },
  };
}
