/**
 * What one channel of a meter's electronics sees: the true power of the conductors in its clamp, later, with noise, and turned
 * round where the clamp is. A record changed in place.
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
  /** False where reactive power is always 0: nothing is kept of it. */
  readonly isReactive?: boolean;
  /** What it is fed with; null where that changes and is kept. */
  readonly voltageV?: number | null;
}

export interface MeterProbe {
  readonly options: MeterProbeOptions;
  /** True power at each of the last steps. */
  readonly powersW: Float64Array;
  readonly reactivesVar: Float64Array | null;
  readonly voltagesV: Float64Array | null;
  stepCount: number;
  /** The sample last taken. */
  powerW: number;
  reactiveVar: number;
  voltageV: number;
}

export function createMeterProbe(options: MeterProbeOptions): MeterProbe {
  const kept = Math.ceil(options.latencyMs / options.stepMs) + 2;
  return {
    options,
    powersW: new Float64Array(kept),
    reactivesVar: options.isReactive === true ? new Float64Array(kept) : null,
    voltagesV: options.voltageV === null ? new Float64Array(kept) : null,
    stepCount: 0,
    powerW: 0,
    reactiveVar: 0,
    voltageV: options.voltageV ?? 0,
  };
}

/** Takes the truth after each step of the plant; step 0 is the start. */
export function recordStep(probe: MeterProbe, powerW: number, reactiveVar = 0, voltageV = 0): void {
  const place = probe.stepCount % probe.powersW.length;
  probe.powersW[place] = powerW;
  if (probe.reactivesVar !== null) probe.reactivesVar[place] = reactiveVar;
  if (probe.voltagesV !== null) probe.voltagesV[place] = voltageV;
  probe.stepCount += 1;
}

/** The same as at the last step. */
export function repeatStep(probe: MeterProbe): void {
  const place = (probe.stepCount - 1) % probe.powersW.length;
  recordStep(probe, probe.powersW[place] ?? 0, probe.reactivesVar?.[place], probe.voltagesV?.[place]);
}

/** Whether every further sample is the one last taken, as long as what it sees stays the same. */
export function isProbeSteady({ options, powersW, reactivesVar, voltagesV }: MeterProbe): boolean {
  return options.noiseW === 0 && isEven(powersW) && (reactivesVar === null || isEven(reactivesVar)) && (voltagesV === null || isEven(voltagesV));
}

function isEven(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index += 1) if (values[index] !== values[0]) return false;
  return true;
}

/** Index in the rings of the step that a sample published now describes. */
function describedStep(probe: MeterProbe, timeMs: number): number {
  const { latencyMs, stepMs } = probe.options;
  const step = Math.max(0, Math.floor((timeMs - latencyMs) / stepMs + 1e-9));
  return Math.min(step, probe.stepCount - 1) % probe.powersW.length;
}

/** Takes a sample, with the clamp's sign and a fresh draw of noise; call once per publication. */
export function takeSample(probe: MeterProbe, timeMs: number): void {
  const { noiseW, sign, share, random } = probe.options;
  const place = describedStep(probe, timeMs);
  const trueW = share * (probe.powersW[place] ?? 0);
  probe.powerW = sign * (noiseW === 0 ? trueW : trueW + noiseW * random.nextNormal());
  if (probe.reactivesVar !== null) probe.reactiveVar = sign * share * (probe.reactivesVar[place] ?? 0);
  if (probe.voltagesV !== null) probe.voltageV = probe.voltagesV[place] ?? 0;
}
