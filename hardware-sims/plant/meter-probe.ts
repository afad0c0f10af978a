/**
 * What a meter's electronics see: the true power of the conductors in its clamp, later, with noise, and turned round where the
 * clamp is. A record changed in place.
 */
import type { Random } from './random.ts';

export interface MeterProbeOptions {
  /** From the moment a sample describes to its publication. */
  readonly latencyMs: number;
  readonly stepMs: number;
  /** Standard deviation. */
  readonly noiseW: number;
  /** -1: the clamp is mounted backwards. */
  readonly sign: 1 | -1;
  /** Part of the power that its clamp sees. */
  readonly share: number;
  readonly random: Random;
}

export interface MeterProbe {
  readonly options: MeterProbeOptions;
  /** True power at each of the last steps. */
  readonly powersW: Float64Array;
  stepCount: number;
}

export function createMeterProbe(options: MeterProbeOptions): MeterProbe {
  const kept = Math.ceil(options.latencyMs / options.stepMs) + 2;
  return { options, powersW: new Float64Array(kept), stepCount: 0 };
}

/** Takes the truth after each step of the plant; step 0 is the start. */
export function recordStep(probe: MeterProbe, powerW: number): void {
  probe.powersW[probe.stepCount % probe.powersW.length] = powerW;
  probe.stepCount += 1;
}

/** Index in the rings of the step that a sample published now describes. */
function describedStep(probe: MeterProbe, timeMs: number): number {
  const { latencyMs, stepMs } = probe.options;
  const step = Math.max(0, Math.floor((timeMs - latencyMs) / stepMs + 1e-9));
  return Math.min(step, probe.stepCount - 1) % probe.powersW.length;
}

/** W with the clamp's sign and a fresh draw of noise; call once per publication. */
export function samplePowerW(probe: MeterProbe, timeMs: number): number {
  const { noiseW, sign, share, random } = probe.options;
  const trueW = share * (probe.powersW[describedStep(probe, timeMs)] ?? 0);
  return sign * (noiseW === 0 ? trueW : trueW + noiseW * random.nextNormal());
}
