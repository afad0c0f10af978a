/** A place in a JSON document: keys of objects and indices of arrays. */
export type Path = readonly (string | number)[];
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (Array.isArray(value) ? (value as readonly unknown[])[Number(key)] : isObject(value) ? value[key] : undefined), document);
}

/** Empty where there is no text. */
export function textAt(document: unknown, path: Path): string {
  const value = valueAt(document, path);
  return typeof value === 'string' ? value : '';
}

/** Entries of an array; none where there is something else. */
export function listAt(document: unknown, path: Path): readonly unknown[] {
  const value = valueAt(document, path);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/**
 * The document with one value changed, everything else shared with the one before. `undefined` takes the key out; objects on
 * the way that are not there yet are made.
 */
export function withValue(document: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    const list = [...(document as readonly unknown[])];
    const changed = withValue(list[Number(key)], rest, value);
    if (changed === undefined) list.splice(Number(key), 1);
    else list[Number(key)] = changed;
    return list;
  }
  const object = isObject(document) ? document : {};
  const changed = withValue(object[key], rest, value);
  // Keys keep their order; a new one comes last.
  if (changed !== undefined) return { ...object, [key]: changed };
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== String(key)));
}

/** With one more entry at the end of an array, which is made where there is none. */
export function withAppended(document: unknown, path: Path, entry: unknown): unknown {
  return withValue(document, path, [...listAt(document, path), entry]);
}

/** With one more entry at a place of an array; those from there on move down. */
export function withInserted(document: unknown, path: Path, index: number, entry: unknown): unknown {
  const list = listAt(document, path);
  return withValue(document, path, [...list.slice(0, index), entry, ...list.slice(index)]);
}

/** With one entry of an array at another place of it. */
export function withMoved(document: unknown, path: Path, from: number, to: number): unknown {
  const list = listAt(document, path);
  if (from < 0 || to < 0 || from >= list.length || to >= list.length) return document;
  const others = list.filter((_, index) => index !== from);
  return withValue(document, path, [...others.slice(0, to), list[from], ...others.slice(to)]);
}

const LONGEST_LINE = 110;

/** As a person writes such a file: small objects and lists on one line, two spaces a level. */
export function jsonText(value: unknown): string {
  return `${textOf(value, '')}\n`;
}

function textOf(value: unknown, indent: string): string {
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return JSON.stringify(value);
  const entries: readonly (readonly [string, unknown])[] = isList ? (value as readonly unknown[]).map((entry) => ['', entry] as const) : Object.entries(value);
  const [open, close] = isList ? (['[', ']'] as const) : (['{', '}'] as const);
  if (entries.length === 0) return `${open}${close}`;
  const label = (key: string): string => (isList ? '' : `${JSON.stringify(key)}: `);
  if (indent !== '' && entries.every(([, entry]) => isLeaf(entry))) {
    const line = entries.map(([key, entry]) => `${label(key)}${JSON.stringify(entry)}`).join(', ');
    if (line.length + indent.length < LONGEST_LINE) return isList ? `[${line}]` : `{ ${line} }`;
  }
  const inner = `${indent}  `;
  return `${open}\n${entries.map(([key, entry]) => `${inner}${label(key)}${textOf(entry, inner)}`).join(',\n')}\n${indent}${close}`;
}

/** A number, a text, or a short list of them. */
const isLeaf = (value: unknown): boolean => !isObject(value) && (!Array.isArray(value) || (value as readonly unknown[]).every((entry) => !isObject(entry) && !Array.isArray(entry)));
