/** A device with a unit id on a Modbus pair or socket, behind framing, wire time and faults: those are the servers' part. */
export interface SimulatedUnit {
  /** 1 to 247. */
  readonly unitId: number;
  /**
   * `pdu` is function code and data, without unit id and checksum (Modbus Application Protocol V1.1b3, section 4.1). Answers the
   * same way, an exception being function code + 0x80 and its code; null where the device stays silent. Never throws.
   */
  handle(pdu: Uint8Array, timeMs: number): Uint8Array | null;
  /** From the last byte of a request to the first of its answer. */
  readonly turnaroundMs: number;
  /** Ids besides its own that it obeys without ever answering (SmartEVSE: 9). Modbus' own broadcast is 0. */
  readonly broadcastIds?: readonly number[];
}
