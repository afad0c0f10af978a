import { describe, expect, it } from 'vitest';
import { ageText, freshnessOf, staleText } from './ages.ts';
import { clockTime, elapsed, runTime, seconds, span } from './times.ts';
import { asText } from './numbers.ts';

describe('times', () => {
  it('of a run are mm:ss, and hh:mm:ss from one hour', () => {
    expect([0, 59, 613, 3599.9, 3600, 86_399].map(runTime)).toEqual(['00:00', '00:59', '10:13', '59:59', '01:00:00', '23:59:59']);
  });

  it('are 24 h with seconds in the zone of the site', () => {
    const noon = Date.UTC(2026, 10, 20, 12, 41, 7);
    expect(clockTime(noon, 'UTC')).toBe('12:41:07');
    expect(clockTime(noon, 'America/New_York')).toBe('07:41:07');
    expect(clockTime(Date.UTC(2026, 0, 1, 0, 0, 5), 'UTC')).toBe('00:00:05');
    expect(clockTime(noon, 'Not/AZone')).toMatch(/^\d\d:41:07$/);
  });

  it('measured durations have 0.1 s below 10 s, others whole seconds', () => {
    expect(asText(seconds(8.24, true))).toBe('8.2\u2009s');
    expect(asText(seconds(19.4, true))).toBe('19\u2009s');
    expect(asText(seconds(4))).toBe('4\u2009s');
    expect([14, 119, 121, 7300].map(span)).toEqual(['14\u2009s', '119\u2009s', '2\u2009min', '2\u2009h']);
    expect(elapsed(8_076_000)).toBe('02:14:36');
  });
});

describe('the age of a value', () => {
  const rule = { periodMs: 1000, allowedAgeMs: 5000 };

  it.each([
    [0, 'fresh'],
    [2000, 'fresh'],
    [2001, 'late'],
    [5000, 'late'],
    [5001, 'stale'],
    [null, 'stale'],
  ] as const)('%s ms is %s', (ageMs, freshness) => {
    expect(freshnessOf(ageMs, rule)).toBe(freshness);
  });

  it('stands beside it in words', () => {
    expect(ageText(11_000)).toBe('11\u2009s old');
    expect(staleText(14_000, { text: '31.4\u2009A', at: '12:41:07' })).toBe('stale 14\u2009s, last 31.4\u2009A at 12:41:07');
    expect(staleText(null, null)).toBe('nothing received yet');
  });
});
