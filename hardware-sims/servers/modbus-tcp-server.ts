import { crc16, exceptionPdu, LONGEST_TCP_BYTES, rtuFrame, tcpFrame, tcpFrameLength } from '../../core/protocols/modbus.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { createModbusPair, type ModbusPair, type ModbusPairOptions } from '../modbus-pair.ts';

/** "Gateway target device failed to respond" (Application Protocol V1.1b3, section 7): what gateways say of a unit that is not there. */
const NO_SUCH_UNIT = 11;

/** Units behind a Modbus TCP connection. Frames that a fault broke are dropped, as a gateway drops them. Returns how to let go of the link. */
export function serveMbap(link: ByteLink, options: ModbusPairOptions): () => void {
  return serveMbapPair(link, createModbusPair(options));
}

/** As above for a pair that several connections share. */
export function serveMbapPair(link: ByteLink, pair: ModbusPair): () => void {
  let bytes: Uint8Array = new Uint8Array(0);
  let isClosed = false;
  const send = (frame: Uint8Array): void => {
    if (!isClosed) link.write(frame).catch(() => undefined);
  };
  const take = (frame: Uint8Array): void => {
    const transactionId = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
    const unitId = frame[6] ?? 0;
    const pdu = frame.slice(7);
    if (unitId !== 0 && !pair.obeys(unitId)) {
      send(tcpFrame(transactionId, unitId, exceptionPdu(pdu[0] ?? 0, NO_SUCH_UNIT)));
      return;
    }
    pair.request(rtuFrame(unitId, pdu), (answer) => {
      if (crc16(answer) === 0) send(tcpFrame(transactionId, answer[0] ?? 0, answer.slice(1, -2)));
    });
  };
  const stop = link.onData(({ bytes: more }) => {
    bytes = Uint8Array.from([...bytes, ...more]);
    for (let length = tcpFrameLength(bytes); length !== null; length = tcpFrameLength(bytes)) {
      const isMbap = bytes[2] === 0 && bytes[3] === 0 && length >= 8 && length <= LONGEST_TCP_BYTES;
      if (isMbap && length > bytes.length) return;
      if (isMbap) take(bytes.slice(0, length));
      // Behind a header that is none no other can be found.
      bytes = isMbap ? bytes.slice(length) : new Uint8Array(0);
    }
  });
  return () => {
    isClosed = true;
    stop();
  };
}
