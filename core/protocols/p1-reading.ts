/** A reading of a mains meter from what its P1 telegram says. */
import { failure, success, type Result } from '../errors.ts';
import { PHASES, type PhaseIndex } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Meter } from '../site/site.ts';
import { p1Currents, type P1Current, type P1Currents } from './p1-current.ts';
import type { P1Values } from './p1-values.ts';

export interface P1Reading {
  readonly reading: MeterReading;
  readonly currents: P1Currents;
  /** The meter's own phases that it told a current of. */
  readonly phases: readonly PhaseIndex[];
}

/** The description of the model says one ampere: what its whole amperes leave open. */
const DESCRIBED_A = 1;

/**
 * The current to reckon with. Where a telegram leaves more open than the model's description allows for (no printed current, no
 * voltage, no phases), the rest is added towards import: too little current read is too much offered.
 */
const cautiousA = ({ currentA, uncertaintyA }: P1Current): number => currentA + Math.max(0, uncertaintyA - DESCRIBED_A);

type Triple = [number | null, number | null, number | null];

/**
 * `not-found` where the telegram tells no current of any phase that the meter is asked about: a reading without would pass for a phase
 * that nobody measures. `known`: phases that earlier telegrams told; one that is missing now is refused as `unexpected-reply`.
 */
export function p1Reading(meter: Meter, values: P1Values, known: readonly PhaseIndex[], timeMs: number): Result<P1Reading> {
  const isOnePhase = meter.clamp === 'one-phase';
  const currents = p1Currents(values, isOnePhase ? 1 : 3);
  const asked: readonly PhaseIndex[] = isOnePhase ? [0] : PHASES;
  const phases = asked.filter((phase) => currents.phases[phase] !== null);
  if (phases.length === 0) return failure('not-found', { meter: meter.id, reason: 'no-current', powerW: values.powerW });
  const missing = known.find((phase) => !phases.includes(phase));
  if (missing !== undefined) return failure('unexpected-reply', { meter: meter.id, reason: 'phase-missing', phase: missing });
  if (!phases.includes(0)) return failure('not-found', { meter: meter.id, reason: 'no-current', powerW: values.powerW });
  return success({ reading: readingOf(meter, values, currents, phases, timeMs), currents, phases });
}

function readingOf(meter: Meter, values: P1Values, currents: P1Currents, phases: readonly PhaseIndex[], timeMs: number): MeterReading {
  const currentA: Triple = [null, null, null];
  const powerW: Triple = [null, null, null];
  const voltageV: Triple = [null, null, null];
  const currentUncertaintyA: Triple = [null, null, null];
  for (const own of phases) {
    const phase = meter.phaseMap[own];
    const { powerW: ownW, voltageV: ownV } = values.phases[own];
    const current = currents.phases[own];
    if (current === null) continue;
    currentA[phase] = turned(meter.sign, cautiousA(current));
    currentUncertaintyA[phase] = current.uncertaintyA;
    const watts = ownW ?? (phases.length === 1 ? values.powerW : null);
    powerW[phase] = watts === null ? null : turned(meter.sign, watts);
    // 0 V is no voltage: the common conductor of a three-wire grid, or a phase without supply.
    voltageV[phase] = ownV === 0 ? null : ownV;
  }
  return { meterId: meter.id, timeMs, currentA, powerW, voltageV, currentUncertaintyA, isLive: true };
}

/** Minus nothing is nothing. */
const turned = (sign: 1 | -1, value: number): number => (value === 0 ? 0 : sign * value);
