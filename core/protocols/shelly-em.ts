/**
 * Shelly EM (generation 1): topics of one channel into a reading. It sends no current: that is sqrt(P² + Q²) / U with
 * the sign of the power, never of `pf` (captures, corrections 11 and 12).
 */
import { failure, success, type Result } from '../errors.ts';
import type { PerPhase } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Meter } from '../site/site.ts';
import { readNumber, type TopicValue } from './topic-value.ts';

/** The newest values of one channel; changed in place. */
export interface ShellyEmState {
  powerW: number | null;
  powerTimeMs: number;
  isPowerLive: boolean;
  reactiveVar: number | null;
  reactiveTimeMs: number;
  voltageV: number | null;
  voltageTimeMs: number;
}

export function createShellyEmState(): ShellyEmState {
  return { powerW: null, powerTimeMs: 0, isPowerLive: false, reactiveVar: null, reactiveTimeMs: 0, voltageV: null, voltageTimeMs: 0 };
}

const HIGHEST_W = 100_000;
const IS_POWER: Result<boolean, never> = success(true);
const NO_POWER: Result<boolean, never> = success(false);

/**
 * Takes one message below `emeter/<channel>/`. Answers true when it was the power, which a new reading rests on; a
 * refused payload changes nothing.
 */
export function applyShellyEmTopic(state: ShellyEmState, field: string, value: TopicValue, timeMs: number, isRetained: boolean): Result<boolean> {
  switch (field) {
    case 'power': {
      const read = readNumber(field, value, -HIGHEST_W, HIGHEST_W);
      if (!read.ok) return read;
      state.powerW = read.value;
      state.powerTimeMs = timeMs;
      state.isPowerLive = !isRetained;
      return IS_POWER;
    }
    case 'reactive_power': {
      const read = readNumber(field, value, -HIGHEST_W, HIGHEST_W);
      if (!read.ok) return read;
      state.reactiveVar = read.value;
      state.reactiveTimeMs = timeMs;
      return NO_POWER;
    }
    case 'voltage': {
      // A dead or unsupplied channel says 0 V: dividing by it would make any current of it.
      const read = readNumber(field, value, 60, 300);
      if (!read.ok) return read;
      state.voltageV = read.value;
      state.voltageTimeMs = timeMs;
      return NO_POWER;
    }
    default:
      return NO_POWER;
  }
}

/** All values came again as they were. */
export function renewShellyEm(state: ShellyEmState, timeMs: number): void {
  state.powerTimeMs = timeMs;
  state.isPowerLive = true;
  state.reactiveTimeMs = timeMs;
  state.voltageTimeMs = timeMs;
}

/** `not-found` until power and voltage have come; `timeout` when the voltage is too old to make a current of the power. */
export function shellyEmReading(meter: Meter, state: ShellyEmState): Result<MeterReading> {
  const { powerW, voltageV } = state;
  if (powerW === null || voltageV === null) return failure('not-found', { meter: meter.id, field: powerW === null ? 'power' : 'voltage' });
  if (state.powerTimeMs - state.voltageTimeMs > meter.allowedAgeMs) return failure('timeout', { meter: meter.id, field: 'voltage' });
  const hasReactive = state.reactiveVar !== null && state.powerTimeMs - state.reactiveTimeMs <= meter.allowedAgeMs;
  const reactiveVar = hasReactive ? (state.reactiveVar ?? 0) : 0;
  const apparentVa = reactiveVar === 0 ? Math.abs(powerW) : Math.hypot(powerW, reactiveVar);
  const direction = powerW < 0 ? -meter.sign : meter.sign;
  const clampA = (direction * apparentVa) / voltageV;
  const values = meter.clamp === 'both-legs' ? bothLegs(clampA / 2, (meter.sign * powerW) / 2, voltageV) : onePhase(meter.phaseMap[0], clampA, meter.sign * powerW, voltageV);
  return success({
    meterId: meter.id,
    timeMs: state.powerTimeMs,
    currentA: values.currentA,
    powerW: values.powerW,
    voltageV: values.voltageV,
    isLive: state.isPowerLive,
  });
}

type Values = Pick<MeterReading, 'currentA' | 'powerW' | 'voltageV'>;

/** One clamp around both legs of a 240 V load counts its current twice, and the meter multiplies it by one leg's 120 V. */
function bothLegs(currentA: number, powerW: number, voltageV: number): Values {
  return { currentA: [currentA, currentA, null], powerW: [powerW, powerW, null], voltageV: [voltageV, voltageV, null] };
}

function onePhase(phase: number, currentA: number, powerW: number, voltageV: number): Values {
  const on = (value: number): PerPhase<number | null> => [phase === 0 ? value : null, phase === 1 ? value : null, phase === 2 ? value : null];
  return { currentA: on(currentA), powerW: on(powerW), voltageV: on(voltageV) };
}
