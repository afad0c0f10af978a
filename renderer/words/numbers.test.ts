import { describe, expect, it } from 'vitest';
import { asText, correlation, current, decimal, decimalsOf, difference, energy, limit, multiple, power, setpointCurrent, settingPower, share, voltage } from './numbers.ts';

/** The rules are those of the interface brief, section 4. */
describe('numbers', () => {
  it.each([
    ['measured current to 0.1 A', asText(current(52)), '52.0\u2009A'],
    ['an offer in the step of an OpenEVSE', asText(setpointCurrent(34, 1)), '34\u2009A'],
    ['an offer in the step of a SmartEVSE', asText(setpointCurrent(8.9, 0.1)), '8.9\u2009A'],
    ['voltage to 1 V', asText(voltage(239.6)), '240\u2009V'],
    ['power below 10 kW to 0.1 kW', asText(power(8123)), '8.1\u2009kW'],
    ['power from 10 kW on to 1 kW', asText(power(11_040)), '11\u2009kW'],
    ['power that would read 10.0 kW', asText(power(9970)), '10\u2009kW'],
    ['power in settings in plain watts', asText(settingPower(9600)), '9600\u2009W'],
    ['energy to 0.01 kWh', asText(energy(14_324)), '14.32\u2009kWh'],
    ['a share to 1 %', asText(share(0.63)), '63\u2009%'],
    ['a share below 1 %', asText(share(0.004)), '< 1\u2009%'],
    ['no share at all', asText(share(0)), '0\u2009%'],
    ['a share just below the earliest trip', asText(share(0.997)), '99\u2009%'],
    ['the earliest trip', asText(share(1)), '100\u2009%'],
    ['a multiple with the real sign', multiple(1.04), '1.04\u2009\u00d7'],
    ['a limit as it is printed on the breaker', asText(limit(50)), '50\u2009A'],
  ])('write %s', (_name, text, expected) => {
    expect(text).toBe(expected);
  });

  it('say "no value" for what is absent, never 0', () => {
    for (const absent of [null, undefined, Number.NaN, Infinity]) {
      expect(asText(current(absent))).toBe('no value');
      expect(asText(power(absent))).toBe('no value');
      expect(asText(share(absent))).toBe('no value');
    }
  });

  it('carry the true minus, and no sign on nothing', () => {
    expect(decimal(-2.34, 1)).toBe('\u22122.3');
    expect(decimal(-0.04, 1)).toBe('0.0');
    expect(difference(2.3, 1)).toBe('+2.3');
    expect(difference(-2.3, 1)).toBe('\u22122.3');
    expect(difference(0.01, 1)).toBe('0.0');
  });

  it('round correlations towards zero, so that 0.997 never reads 1.00', () => {
    expect(correlation(0.997)).toBe('0.99');
    expect(correlation(-0.997)).toBe('\u22120.99');
  });

  it('have as many decimals as the step needs', () => {
    expect([1, 0.5, 0.1, 0.25, 6].map(decimalsOf)).toEqual([0, 1, 1, 2, 0]);
  });
});
