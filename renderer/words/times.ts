import { asText, decimal, type Quantity } from './numbers.ts';

const pad = (value: number): string => String(value).padStart(2, '0');

/** 0.1 s below 10 s where it was measured, else whole seconds. */
export function seconds(durationS: number | null | undefined, isMeasured = false): Quantity {
  if (durationS === null || durationS === undefined || !Number.isFinite(durationS)) return { value: 'no value', unit: '' };
  return { value: decimal(durationS, isMeasured && Math.abs(durationS) < 10 ? 1 : 0), unit: 's' };
}

/** "14 s", "3 min", "2 h": how long something has lasted. */
export function span(durationS: number): string {
  if (durationS < 120) return asText(seconds(Math.floor(durationS)));
  if (durationS < 7200) return asText({ value: String(Math.floor(durationS / 60)), unit: 'min' });
  return asText({ value: String(Math.floor(durationS / 3600)), unit: 'h' });
}

/** Time in a run: mm:ss, hh:mm:ss from one hour. */
export function runTime(timeS: number): string {
  const whole = Math.max(0, Math.floor(timeS + 1e-6));
  const minutes = Math.floor(whole / 60);
  return whole < 3600 ? `${pad(minutes)}:${pad(whole % 60)}` : `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}

/** 24 h with seconds, in the site's time zone; the browser's where the zone is unknown to it. */
export function clockTime(wallMs: number, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  try {
    return new Intl.DateTimeFormat('en-GB', timeZone === undefined ? options : { ...options, timeZone }).format(wallMs);
  } catch {
    return new Intl.DateTimeFormat('en-GB', options).format(wallMs);
  }
}

/** hh:mm:ss since a moment: how long a run has been recorded. */
export function elapsed(durationMs: number): string {
  const whole = Math.max(0, Math.floor(durationMs / 1000));
  return `${pad(Math.floor(whole / 3600))}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
}
