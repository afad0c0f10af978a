/** Reflected polynomial 0xA001, start 0: not that of Modbus, which starts at 0xFFFF (reference home-assistant-ocpp D.1). */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  return sum;
});

/** CRC16 of a P1 telegram: over all from `/` through `!`. */
export function p1Checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum >> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  return sum;
}

/** Four upper-case hex digits, as the specification has them; some meters drop a leading zero (capture p1/nl-nwa-unpadded-crc). */
export const p1ChecksumText = (sum: number): string => sum.toString(16).toUpperCase().padStart(4, '0');
