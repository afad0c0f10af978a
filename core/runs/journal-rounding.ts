import { roundTo } from '../quantities.ts';

/** What a journal keeps of a value, by the unit at the end of its name: finer is noise and only lengthens the file. */
const RESOLUTIONS: readonly (readonly [RegExp, number])[] = [
  [/A$/, 0.001],
  [/(W|Wh)$/, 1],
  [/V$/, 0.1],
  [/Ms$/, 1],
  [/S$/, 0.001],
  [/[rR]atio$/, 0.0001],
];

/** The resolution for a name such as `currentA` or `feed.l1.powerW`; null where the value is kept as it is. */
export function resolutionOf(name: string): number | null {
  return RESOLUTIONS.find(([unit]) => unit.test(name))?.[1] ?? null;
}

/** A copy of plain data with every number rounded by the unit in the name of its key. */
export function roundedByUnit(value: unknown, name = ''): unknown {
  if (typeof value === 'number') {
    const resolution = resolutionOf(name);
    return resolution === null ? value : roundTo(value, resolution);
  }
  if (Array.isArray(value)) return value.map((each) => roundedByUnit(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, roundedByUnit(each, key)]));
}
