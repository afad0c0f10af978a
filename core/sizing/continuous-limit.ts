import { continuousLimit } from '../site/circuit-tree.ts';
import type { Circuit } from '../site/site.ts';
import { numberText, type SizedValue } from './sized-value.ts';

/** All ceilings of a circuit; the lowest, which is what may flow without end, is the recommended one. */
export function circuitLimits(circuit: Pick<Circuit, 'breaker' | 'continuousFactor' | 'limits'>): readonly SizedValue[] {
  const { breaker, continuousFactor, limits } = circuit;
  const lowest = continuousLimit(circuit);
  const rated = continuousLimit({ ...circuit, limits: [] });
  let isTaken = false;
  const mark = (value: number, source: string): boolean => {
    if (isTaken || value !== lowest.currentA || source !== lowest.source) return false;
    isTaken = true;
    return true;
  };
  return [
    {
      id: 'continuous',
      value: rated.currentA,
      unit: 'A',
      formula: `${numberText(breaker.ratingA)} A × ${numberText(continuousFactor)} = ${numberText(rated.currentA)} A`,
      source: continuousFactor < 1 ? 'NEC 210.20, 625.41; CEC 8-104' : 'IEC 60364-7-722',
      reason:
        continuousFactor < 1
          ? 'EV charging is a continuous load: the overcurrent device is at least the load divided by this factor.'
          : 'The whole rating may flow without end.',
      isRecommended: mark(rated.currentA, 'continuous'),
    },
    ...limits.map(({ source, currentA }, index) => ({
      id: `${source}-${String(index)}`,
      value: currentA,
      unit: 'A' as const,
      formula: `${numberText(currentA)} A`,
      source: 'site file',
      reason: LIMIT_REASONS[source],
      isRecommended: mark(currentA, source),
    })),
  ];
}

const LIMIT_REASONS: Readonly<Record<Circuit['limits'][number]['source'], string>> = {
  contract: 'What the contract with the grid operator allows.',
  cable: 'What the cable carries.',
  operator: 'What the grid operator asks for now.',
};
