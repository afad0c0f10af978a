/**
 * Codes and times of the SmartEVSE 3.5 balancer (smartevse.md chapters 0.1, 1, 3.9, 4, 5.1, 5.2). Currents are whole
 * deci-amperes (`Da`, 160 = 16.0 A) and divisions truncate toward zero, as in the firmware.
 */

export const MOST_EVSES = 8;

export const MODE = { normal: 0, smart: 1, solar: 2 } as const;

/** PWR SHARE; 2 to 8 are the nodes. */
export const SHARING = { standalone: 0, master: 1 } as const;

/** D, 3 and the modem states are of no use to the balancer. */
export const STATE = { a: 0, b: 1, c: 2, asksB: 4, grantedB: 5, asksC: 6, grantedC: 7, activation: 8, b1: 9, c1: 10 } as const;

export const ACCESS = { off: 0, on: 1, pause: 2 } as const;

export const CONTACT_2 = { notPresent: 0, alwaysOff: 1, solarOff: 2, alwaysOn: 3, auto: 4 } as const;

/** A change of phases that waits for the next entry into C. */
export const PHASE_SWITCH = { none: 0, toOne: 1, toThree: 2 } as const;

export const PRIORITY = { busAddress: 0, firstConnected: 1, lastConnected: 2 } as const;

export const SCHEDULE = { inactive: 0, active: 1, paused: 2 } as const;

/** Bits; `noSun` does not fit the 8 bits of a node's register and is only kept by the master. */
export const ERROR = { lessThan6A: 1, mainsSilent: 2, temperatureHigh: 4, evMeterSilent: 8, noSun: 256 } as const;

/** Readings of the control pilot: volts, the diode seen in the negative half, or a short. */
export const PILOT = { volts12: 12, volts9: 9, volts6: 6, volts3: 3, diode: 1, short: 255 } as const;

export const MAINS_TIMEOUT_S = 11;
export const EV_METER_TIMEOUT_S = 64;
export const SOLAR_START_S = 40;
export const HIGHEST_SET_POINT_DA = 800;
/** Sum of the phases while the grid relay is open. */
export const GRID_RELAY_DA = 180;

/** C semantics: -7 / 3 is -2. Both within 32 bits. */
export function quotient(dividend: number, divisor: number): number {
  return (dividend / divisor) | 0;
}

export function clampedDa(setPointDa: number): number {
  return Math.min(Math.max(setPointDa, 0), HIGHEST_SET_POINT_DA);
}
