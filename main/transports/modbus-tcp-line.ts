import { requestOf } from '../../core/protocols/answer-watch.ts';
import { answersRequest, LONGEST_TCP_BYTES, parseTcpResponse, rtuFrame, tcpFrame, tcpFrameLength, writeRequestPdu } from '../../core/protocols/modbus.ts';
import type { Failure } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { isAnswerExpected, type LineEvents, type ModbusLine, type ModbusMessage } from '../../core/transport/modbus-line.ts';
import { connectedLink, failWhenLost, NOT_ANSWERED, refusalOf } from './modbus-line-parts.ts';
import { createSerialClient } from './modbus-serial-client.ts';

interface Asked {
  readonly message: ModbusMessage;
  readonly events: LineEvents;
}

/** Given up, but perhaps still answered; the oldest are forgotten. */
const MOST_GIVEN_UP = 1000;
/** Unit id and function code at least. */
const LEAST_BYTES = 8;

/** Modbus TCP on a socket: modbus-serial's frames with the MBAP header instead of the CRC (Messaging on TCP/IP V1.0b, 3.1). */
export function createTcpLine({ link, clock }: { readonly link: ByteLink; readonly clock: Clock }): ModbusLine {
  const unexpectedListeners = new Set<(unitId: number | null) => void>();
  const givenUp = new Map<number, Asked>();
  let current: { readonly asked: Asked; readonly transactionId: number } | null = null;
  let bytes: Uint8Array = new Uint8Array(0);
  let lastTransactionId = 0;
  let answeredMs = 0;

  const unexpected = (unitId: number | null): void => {
    for (const listener of [...unexpectedListeners]) listener(unitId);
  };

  const client = createSerialClient((frame) => {
    if (current === null) return;
    failWhenLost(link.write(tcpFrame(current.transactionId, frame[0] ?? 0, frame.slice(1, -2))), current.asked.events, clock);
  });

  const take = (more: Uint8Array, timeMs: number): void => {
    bytes = Uint8Array.from([...bytes, ...more]);
    for (let length = tcpFrameLength(bytes); length !== null; length = tcpFrameLength(bytes)) {
      const isMbap = bytes[2] === 0 && bytes[3] === 0 && length >= LEAST_BYTES && length <= LONGEST_TCP_BYTES;
      if (isMbap && length > bytes.length) return;
      // Where a header is none, no later one can be found either: what is here is dropped, the next answer begins a chunk of its own.
      const frame = isMbap ? bytes.slice(0, length) : null;
      bytes = frame === null ? new Uint8Array(0) : bytes.slice(length);
      if (frame === null) unexpected(null);
      else takeFrame(frame, timeMs);
    }
  };

  const takeFrame = (frame: Uint8Array, timeMs: number): void => {
    const transactionId = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
    if (current?.transactionId !== transactionId) {
      unexpected(frame[6] ?? null);
      givenUp.get(transactionId)?.events.late(timeMs);
      givenUp.delete(transactionId);
      return;
    }
    const { message, events } = current.asked;
    const failure = failureIn(frame, message);
    current = failure === null ? current : null;
    answeredMs = timeMs;
    if (failure === null) client.receive(rtuFrame(frame[6] ?? 0, frame.slice(7)));
    else events.failed(failure, timeMs);
  };

  const stops = [
    link.onData(({ bytes: more, timeMs }) => {
      take(more, timeMs);
    }),
    link.onState(() => {
      bytes = new Uint8Array(0);
      current = null;
    }),
  ];

  const nextTransactionId = (): number => {
    lastTransactionId = (lastTransactionId + 1) & 0xffff;
    return lastTransactionId;
  };

  return {
    state: () => link.state(),
    onState: (listener) => link.onState(listener),
    silenceMs: 0,
    numbersRequests: true,
    lastByteMs: () => -Infinity,
    wireTime: () => ({ requestMs: 0, answerMs: 0 }),
    send(message, events) {
      connectedLink(link);
      const transactionId = nextTransactionId();
      if (!isAnswerExpected(message)) {
        if ('values' in message) failWhenLost(link.write(tcpFrame(transactionId, message.unitId, writeRequestPdu(message.functionCode, message.address, message.values))), events, clock);
        return NOT_ANSWERED;
      }
      const asked: Asked = { message, events };
      current = { asked, transactionId };
      client.request(message, (answer) => {
        current = null;
        if (answer.kind === 'words') events.answered('table' in message ? answer.words : [], answeredMs);
        else events.failed(refusalOf(answer), answeredMs);
      });
      return {
        giveUp() {
          if (current?.asked === asked) current = null;
          givenUp.set(transactionId, asked);
          const oldest = givenUp.keys().next().value;
          if (givenUp.size > MOST_GIVEN_UP && oldest !== undefined) givenUp.delete(oldest);
          return { code: 'timeout', context: {} };
        },
        forget: () => void givenUp.delete(transactionId),
      };
    },
    onUnexpected(listener) {
      unexpectedListeners.add(listener);
      return () => unexpectedListeners.delete(listener);
    },
    async close() {
      for (const stop of stops) stop();
      await link.close();
    },
  };
}

function failureIn(frame: Uint8Array, message: ModbusMessage): Failure | null {
  const refuse = (reason: string | number | boolean | null): Failure => ({ code: 'unexpected-reply', context: { reason } });
  if (frame[6] !== message.unitId) return refuse('other-unit');
  const parsed = parseTcpResponse(frame);
  if (!parsed.ok) return refuse(parsed.error.context['reason'] ?? parsed.error.code);
  return answersRequest(requestOf(message), parsed.value.content) ? null : refuse('other-answer');
}
