/** Holds what our decoders read against what a capture's meta file says must come out. */

export type Figures = Readonly<Record<string, unknown>>;

export interface FiguresCompared {
  /** How many figures were held against each other. */
  readonly count: number;
  /** One text per figure that differs. */
  readonly differences: readonly string[];
  /** Keys that nothing of ours reads: remarks of the capture, or figures that no driver needs. */
  readonly left: readonly string[];
}

/** Half of the last of three decimals, which is how the captures round what they compute. */
const ROUNDING = 0.0006;

const isObject = (value: unknown): value is Figures => typeof value === 'object' && value !== null && !Array.isArray(value);

function isSame(want: unknown, got: unknown): boolean {
  if (typeof want === 'number' && typeof got === 'number') return Math.abs(want - got) <= Math.max(ROUNDING, Math.abs(want) * 1e-9);
  if (Array.isArray(want) && Array.isArray(got)) return want.length === got.length && want.every((item, index) => isSame(item, got[index]));
  return want === got;
}

/** `got`: what we read, by the same keys; a key that is missing there is not ours to read. */
export function compareFigures(want: Figures, got: Figures, path = ''): FiguresCompared {
  const differences: string[] = [];
  const left: string[] = [];
  let count = 0;
  for (const [key, value] of Object.entries(want)) {
    const name = path === '' ? key : `${path}.${key}`;
    const ours = got[key];
    if (ours === undefined) left.push(name);
    else if (isObject(value) && isObject(ours)) {
      const inner = compareFigures(value, ours, name);
      count += inner.count;
      differences.push(...inner.differences);
      left.push(...inner.left);
    } else {
      count += 1;
      if (!isSame(value, ours)) differences.push(`${name} want ${JSON.stringify(value)} got ${JSON.stringify(ours)}`);
    }
  }
  return { count, differences, left };
}
