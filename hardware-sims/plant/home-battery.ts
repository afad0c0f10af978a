/**
 * A home battery behind its inverter: each step it takes or gives what brings the power it watches to its target, as that was a delay
 * ago, within its power and what it holds. A record changed in place.
 */
import type { HomeBatterySpec } from '../../core/scenarios/plant-schema.ts';

export interface HomeBattery {
  readonly spec: HomeBatterySpec;
  /** What the watched circuit carried without it, at each of the last steps; the oldest acts now. */
  readonly restsW: Float64Array;
  restIndex: number;
  storedWh: number;
  /** Positive while it charges. */
  powerW: number;
}

export function createHomeBattery(spec: HomeBatterySpec, stepS: number): HomeBattery {
  const delaySteps = Math.max(1, Math.ceil(spec.delayS / stepS - 1e-9));
  return { spec, restsW: new Float64Array(delaySteps).fill(spec.targetW), restIndex: 0, storedWh: spec.socRatio * spec.capacityWh, powerW: 0 };
}

/** `watchedW` flowed until now, with what the battery did; answers its power from now on. */
export function stepHomeBattery(battery: HomeBattery, watchedW: number, stepS: number): number {
  const { spec, restsW } = battery;
  const stepH = stepS / 3600;
  battery.storedWh += storedPart(battery) * stepH;
  restsW[battery.restIndex] = watchedW - battery.powerW;
  battery.restIndex = battery.restIndex + 1 === restsW.length ? 0 : battery.restIndex + 1;
  const actsW = restsW[battery.restIndex] ?? 0;
  const roomW = Math.max(0, (spec.capacityWh - battery.storedWh) / stepH / spec.efficiencyRatio);
  const leftW = Math.max(0, battery.storedWh / stepH);
  const wantedW = spec.targetW - actsW;
  battery.powerW = Math.max(-Math.min(spec.maxDischargeW, leftW), Math.min(wantedW, spec.maxChargeW, roomW));
  return battery.powerW;
}

/** The whole loss is counted while charging. */
function storedPart({ powerW, spec }: HomeBattery): number {
  return powerW > 0 ? powerW * spec.efficiencyRatio : powerW;
}
