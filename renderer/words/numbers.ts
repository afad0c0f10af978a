/** Numbers as text: value, thin space, unit; true minus; rounding by the table of quantities. */

export const THIN = '\u2009';
export const MINUS = '\u2212';
export const TIMES = '\u00d7';
export const NO_VALUE = 'no value';

export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const absent: Quantity = { value: NO_VALUE, unit: '' };

export function asText({ value, unit }: Quantity): string {
  return unit === '' ? value : `${value}${THIN}${unit}`;
}

/** With a true minus; a value that rounds to zero has no sign. */
export function decimal(value: number, decimals: number): string {
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? `${MINUS}${digits}` : digits;
}

/** A difference: with its sign, and none for nothing. */
export function difference(value: number, decimals: number): string {
  const text = decimal(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

const isAbsent = (value: number | null | undefined): value is null | undefined => value === null || value === undefined || !Number.isFinite(value);

/** Measured current: 0.1 A. */
export function current(currentA: number | null | undefined): Quantity {
  return isAbsent(currentA) ? absent : { value: decimal(currentA, 1), unit: 'A' };
}

/** Decimals that a step needs: 1 A none, 0.1 A one. */
export function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 4; decimals += 1) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-9) return decimals;
  }
  return 4;
}

/** A setpoint or an offer, in the step of its EVSE. */
export function setpointCurrent(currentA: number | null | undefined, stepA: number): Quantity {
  return isAbsent(currentA) ? absent : { value: decimal(currentA, decimalsOf(stepA)), unit: 'A' };
}

/** A limit as it is printed on a breaker: 50 A, 2.5 A. */
export function limit(currentA: number): Quantity {
  return { value: decimal(currentA, Math.abs(currentA - Math.round(currentA)) < 0.05 ? 0 : 1), unit: 'A' };
}

export function voltage(voltageV: number | null | undefined): Quantity {
  return isAbsent(voltageV) ? absent : { value: decimal(voltageV, 0), unit: 'V' };
}

/** 0.1 kW below 10 kW, whole kW above. */
export function power(powerW: number | null | undefined): Quantity {
  if (isAbsent(powerW)) return absent;
  const isSmall = Math.abs(powerW) < 9950;
  return { value: decimal(powerW / 1000, isSmall ? 1 : 0), unit: 'kW' };
}

/** As it is typed into a device: plain watts. */
export function settingPower(powerW: number): Quantity {
  return { value: decimal(powerW, 0), unit: 'W' };
}

export function energy(energyWh: number | null | undefined): Quantity {
  return isAbsent(energyWh) ? absent : { value: decimal(energyWh / 1000, 2), unit: 'kWh' };
}

/** "3 of 4"; words where there is nothing to count. */
export function comparedOf(passed: number, all: number): string {
  return all === 0 ? 'nothing stated' : `${passed} of ${all}`;
}

/** A share from 0 to 1; below 1 % that is not nothing reads "< 1 %". */
export function share(ratio: number | null | undefined): Quantity {
  if (isAbsent(ratio)) return absent;
  const percent = ratio * 100;
  if (percent > 0 && percent < 1) return { value: '< 1', unit: '%' };
  // 99.6 % of the earliest trip is not a trip yet.
  const shown = percent < 100 ? Math.min(Math.round(percent), 99) : Math.round(percent);
  return { value: decimal(shown, 0), unit: '%' };
}

/** "1.04 × rating". */
export function multiple(ratio: number): string {
  return `${decimal(ratio, 2)}${THIN}${TIMES}`;
}

/** Rounded towards zero, so that 0.997 never reads 1.00. */
export function correlation(value: number): string {
  return decimal(Math.trunc(value * 100) / 100, 2);
}

/** Bytes as MB, for the line about the host. */
export function megabytes(bytes: number): Quantity {
  return { value: decimal(bytes / 1_000_000, 0), unit: 'MB' };
}
