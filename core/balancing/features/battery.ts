/**
 * Compensation of a home battery: a grid meter cannot tell charging a battery from using up the sun, so without it one
 * battery would charge the other. In solar mode only; every other rule sees what really flows.
 */
import { isFiniteNumber, perPhase, type PerPhase } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import type { FeatureView } from './feature.ts';

export interface Compensation {
  /** What would flow at the grid connection if the battery did nothing; export negative. */
  readonly gridCurrentA: PerPhase<number>;
  readonly notices: readonly Notice[];
}

/**
 * Takes the battery's current (charging positive) from each phase: charging 10 A while 1 A is exported means that 11 A
 * are to spare (SmartEVSE configuration, "Home Battery Integration"). A value older than `batteryMaxAgeMs` counts as none
 * and is a notice; so is one that has never come where a battery is set.
 */
export function compensateBattery(view: FeatureView, gridCurrentA: PerPhase<number>): Compensation {
  const { batteryMaxAgeMs } = view.site.policy;
  if (batteryMaxAgeMs === null) return { gridCurrentA, notices: [] };
  const { battery } = view.signals;
  const ageMs = battery === null || !isFiniteNumber(battery.timeMs) ? null : view.timeMs - battery.timeMs;
  const isUsable = ageMs !== null && ageMs <= batteryMaxAgeMs && battery !== null && battery.currentA.every(isFiniteNumber);
  if (!isUsable) {
    return { gridCurrentA, notices: [{ code: 'battery-value-old', severity: 'attention', about: null, context: { ageMs, maxAgeMs: batteryMaxAgeMs } }] };
  }
  return { gridCurrentA: perPhase((phase) => gridCurrentA[phase] - battery.currentA[phase]), notices: [] };
}
