import { expect, test } from 'vitest';
import { characterMs, silenceMs, wireMs } from './wire-time.ts';

// Modbus over Serial Line V1.02, 2.5.1.1: 11 bits with parity, 3.5 characters of silence, 1.750 ms above 19200 baud.
test.each([
  [{ baud: 9600 }, 10 / 9.6, 3.5 * (10 / 9.6)],
  [{ baud: 9600, parity: 'even' }, 11 / 9.6, 3.5 * (11 / 9.6)],
  [{ baud: 19_200, stopBits: 2 }, 11 / 19.2, 3.5 * (11 / 19.2)],
  [{ baud: 38_400 }, 10 / 38.4, 1.75],
  [{ baud: 9600, dataBits: 7, parity: 'even' }, 10 / 9.6, 3.5 * (10 / 9.6)],
] as const)('%o', (format, character, silence) => {
  expect(characterMs(format)).toBeCloseTo(character, 9);
  expect(silenceMs(format)).toBeCloseTo(silence, 9);
  expect(wireMs(53, format)).toBeCloseTo(53 * character, 9);
});
