import { ChargebenchError } from '../errors.ts';
import { floorToStep, isFiniteNumber } from '../quantities.ts';
import { numberText, type SizedValue } from './sized-value.ts';

/** Two OpenEVSEs on one breaker: the primary fixed, the secondary on its Shaper (seed 000, openevse.md a.3). */
export interface TwoEvseCircuit {
  readonly breakerA: number;
  /** Part of the rating that may flow without end: 0.8 for a continuous load (NEC 210.20). */
  readonly continuousFactor: number;
  /** The voltage that the Shaper's limit in watts is computed with. */
  readonly limitVoltageV: number;
  /** Range that the line voltage is expected to stay in. */
  readonly lowestVoltageV: number;
  readonly highestVoltageV: number;
  /** For meter error and vehicles that draw a little above their pilot: 1 to 2 A. */
  readonly marginA: number;
  /** What the secondary must always be left with. */
  readonly minCurrentA: number;
}

export interface TwoEvseLimits {
  /** `max_current_soft` of both units: by the formula, as the seed wrote it, and as recommended. */
  readonly primaryLimit: readonly SizedValue[];
  /** `current_shaper_max_pwr` of the secondary: at the voltage of the limit, and at the lowest expected. */
  readonly shaperPower: readonly SizedValue[];
}

const SEED = 'Two OpenEVSE One Circuit (seed 000)';
const REFERENCE = 'openevse.md a.3';

/** The seed prints one example, for a 50 A breaker, and the figure in it does not follow from its formula. */
const SEED_EXAMPLE = { breakerA: 50, factor: 0.8, minCurrentA: 6, writtenA: 32 } as const;

/** Throws `invalid-argument` for figures that are no circuit, `out-of-range` where nothing is left for the primary. */
export function twoEvseLimits(circuit: TwoEvseCircuit): TwoEvseLimits {
  checkCircuit(circuit);
  return { primaryLimit: primaryLimits(circuit), shaperPower: shaperPowers(circuit) };
}

function primaryLimits(circuit: TwoEvseCircuit): readonly SizedValue[] {
  const { breakerA, continuousFactor, limitVoltageV, highestVoltageV, marginA, minCurrentA } = circuit;
  const product = `${numberText(breakerA)} A × ${numberText(continuousFactor)}`;
  const formulaA = breakerA * continuousFactor - minCurrentA;
  const recommendedA = floorToStep(primaryLimitA(circuit), 1);
  if (recommendedA < minCurrentA) throw new ChargebenchError('out-of-range', { breakerA, recommendedA, minCurrentA });
  const voltages = `${numberText(limitVoltageV)} V / ${numberText(highestVoltageV)} V`;
  return [
    {
      id: 'formula',
      value: floorToStep(formulaA, 0.001),
      unit: 'A',
      formula: `${product} − ${numberText(minCurrentA)} A = ${numberText(formulaA)} A`,
      source: SEED,
      reason: 'Leaves the secondary its minimum only while meter and line voltage are exact: with no headroom it pauses as soon as the line is above the voltage of the limit in watts, or the meter reads a little high.',
      isRecommended: false,
    },
    ...seedFigure(circuit),
    {
      id: 'with-headroom',
      value: recommendedA,
      unit: 'A',
      formula: `⌊${product} × ${voltages} − ${numberText(minCurrentA)} A − ${numberText(marginA)} A⌋ = ${numberText(recommendedA)} A`,
      source: REFERENCE,
      reason: `Leaves the secondary its minimum up to a line voltage of ${numberText(highestVoltageV)} V and a meter error of ${numberText(marginA)} A.`,
      isRecommended: true,
    },
  ];
}

/** What the seed prints, for the one circuit that it prints it for. */
function seedFigure({ breakerA, continuousFactor, minCurrentA }: TwoEvseCircuit): readonly SizedValue[] {
  const { writtenA, ...example } = SEED_EXAMPLE;
  if (breakerA !== example.breakerA || continuousFactor !== example.factor || minCurrentA !== example.minCurrentA) return [];
  return [
    {
      id: 'as-written',
      value: writtenA,
      unit: 'A',
      formula: `40 A − 6 A = ${numberText(writtenA)} A (as written; the sum is 34 A)`,
      source: SEED,
      reason: 'A slip in the document, and by luck the better figure: 2 A of headroom for meter and voltage.',
      isRecommended: false,
    },
  ];
}

/**
 * The recommended one is at the voltage that the primary limit was computed with: the two belong together. Whoever
 * must keep the continuous limit on a low line computes both with that voltage.
 */
function shaperPowers(circuit: TwoEvseCircuit): readonly SizedValue[] {
  const { breakerA, continuousFactor, limitVoltageV, lowestVoltageV } = circuit;
  const at = (voltageV: number): Pick<SizedValue, 'value' | 'unit' | 'formula'> => {
    const value = floorToStep(breakerA * continuousFactor * voltageV, 1);
    return { value, unit: 'W', formula: `${numberText(breakerA)} A × ${numberText(continuousFactor)} × ${numberText(voltageV)} V = ${numberText(value)} W` };
  };
  if (lowestVoltageV >= limitVoltageV) {
    const reason = 'The line never falls below this voltage, so the continuous limit holds.';
    return [{ id: 'limit-voltage', ...at(limitVoltageV), source: SEED, reason, isRecommended: true }];
  }
  const onLowLineA = (breakerA * continuousFactor * limitVoltageV) / lowestVoltageV;
  const primaryA = floorToStep(primaryLimitA({ ...circuit, limitVoltageV: lowestVoltageV }), 1);
  return [
    {
      id: 'limit-voltage',
      ...at(limitVoltageV),
      source: SEED,
      reason: `Belongs to the primary limits above. A limit in watts is more amperes on a lower line: ${onLowLineA.toFixed(1)} A at ${numberText(lowestVoltageV)} V.`,
      isRecommended: true,
    },
    {
      id: 'lowest-voltage',
      ...at(lowestVoltageV),
      source: REFERENCE,
      reason: `Keeps the continuous limit down to ${numberText(lowestVoltageV)} V, where that must hold; the primary limit then is ${numberText(primaryA)} A. Every volt of difference costs the secondary current.`,
      isRecommended: false,
    },
  ];
}

/** Leaves the secondary its minimum while the line is at its highest and the meter reads the margin too much. */
function primaryLimitA({ breakerA, continuousFactor, limitVoltageV, highestVoltageV, marginA, minCurrentA }: TwoEvseCircuit): number {
  return (breakerA * continuousFactor * limitVoltageV) / highestVoltageV - minCurrentA - marginA;
}

function checkCircuit(circuit: TwoEvseCircuit): void {
  for (const [name, value] of Object.entries(circuit) as readonly (readonly [string, unknown])[]) {
    const isPositive = isFiniteNumber(value) && (name === 'marginA' ? value >= 0 : value > 0);
    if (!isPositive) throw new ChargebenchError('invalid-argument', { name, value: String(value) });
  }
  const { continuousFactor, lowestVoltageV, highestVoltageV } = circuit;
  if (continuousFactor > 1) throw new ChargebenchError('invalid-argument', { name: 'continuousFactor', value: continuousFactor });
  if (lowestVoltageV > highestVoltageV) throw new ChargebenchError('invalid-argument', { name: 'lowestVoltageV', value: lowestVoltageV });
}
