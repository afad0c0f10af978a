import type { MeterReading } from '../site/readings.ts';

/** The mean of what meters told; null where they told none. `read`: what each value stands for. */
export function meanVoltageV(readings: Iterable<MeterReading>, read: (voltageV: number) => number = (voltageV) => voltageV): number | null {
  let sum = 0;
  let count = 0;
  for (const { voltageV } of readings) {
    for (const value of voltageV ?? []) {
      if (value === null) continue;
      sum += read(value);
      count += 1;
    }
  }
  return count === 0 ? null : sum / count;
}
