/** Values at dotted paths of a parsed file: `vehicles.0.maxCurrentA`. */

export type VariedValue = number | string | boolean;

type Json = Readonly<Record<string, unknown>>;
const isParent = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The path up to the first step that leads nowhere; null when there is a value. */
export function missingPlace(root: unknown, path: string): string | null {
  let at: unknown = root;
  const steps = path.split('.');
  for (const [index, step] of steps.entries()) {
    if (!isParent(at) || !Object.hasOwn(at, step) || at[step] === undefined) return steps.slice(0, index + 1).join('.');
    at = at[step];
  }
  return null;
}

export function valueAt(root: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, step) => (isParent(at) ? at[step] : undefined), root);
}

/** A copy of the file with these values at their paths; the file itself stays as it is. */
export function withValues(file: unknown, values: Readonly<Record<string, VariedValue>>): unknown {
  return Object.entries(values).reduce((changed, [path, value]) => withValue(changed, path.split('.'), value), file);
}

function withValue(at: unknown, [step, ...rest]: readonly string[], value: VariedValue): unknown {
  if (step === undefined) return value;
  if (Array.isArray(at)) return at.map((each: unknown, index) => (String(index) === step ? withValue(each, rest, value) : each));
  return { ...(at as Json), [step]: withValue((at as Json)[step], rest, value) };
}
