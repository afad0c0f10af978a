/** How long bytes take on a serial line. */

export interface SerialFormat {
  readonly baud: number;
  readonly parity?: 'none' | 'even' | 'odd';
  /** 8 when absent; P1 ports of DSMR 2.2 and 3 use 7. */
  readonly dataBits?: 7 | 8;
  readonly stopBits?: 1 | 2;
}

/** Modbus over Serial Line V1.02, 2.5.1.1: above this the pauses are fixed times. */
const FASTEST_COUNTED_BAUD = 19_200;
const FIXED_SILENCE_MS = 1.75;
const SILENT_CHARACTERS = 3.5;

/** With start, parity and stop bits as set. */
export function characterMs({ baud, parity = 'none', dataBits = 8, stopBits = 1 }: SerialFormat): number {
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baud;
}

export function wireMs(bytes: number, format: SerialFormat): number {
  return bytes * characterMs(format);
}

/** The pause that separates two Modbus frames (V1.02, 2.5.1.1): 3.5 characters, 1.75 ms above 19200 baud. */
export function silenceMs(format: SerialFormat): number {
  return format.baud > FASTEST_COUNTED_BAUD ? FIXED_SILENCE_MS : SILENT_CHARACTERS * characterMs(format);
}
