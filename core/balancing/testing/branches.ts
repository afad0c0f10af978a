/** What lies below every circuit, by index: found once per site, because properties ask thousands of times. */
import type { Site } from '../../site/site.ts';

export interface Branch {
  /** The circuit itself and all below it. */
  readonly circuits: readonly number[];
  readonly evses: readonly number[];
}

export function branchesOf({ circuits, evses }: Site): readonly Branch[] {
  const index = new Map(circuits.map(({ id }, at) => [id, at]));
  const branches = circuits.map(() => ({ circuits: [] as number[], evses: [] as number[] }));
  const above = (from: number): readonly number[] => {
    const parent = circuits[from]?.parentId ?? null;
    return parent === null ? [from] : [from, ...above(index.get(parent) ?? 0)];
  };
  for (const at of circuits.keys()) for (const circuit of above(at)) branches[circuit]?.circuits.push(at);
  for (const [at, { circuitId }] of evses.entries()) for (const circuit of above(index.get(circuitId) ?? 0)) branches[circuit]?.evses.push(at);
  return branches;
}
