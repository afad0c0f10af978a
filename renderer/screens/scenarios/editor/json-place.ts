import type { Path } from './json-edit.ts';

/** A part of a text: from the first character up to and without the last one. */
export interface TextPlace {
  readonly from: number;
  readonly until: number;
}

/**
 * Where the value of a path stands in a JSON text; of a path that is not there, the nearest thing above it (a key that is missing is missing
 * from its object). Null for a text that is no JSON.
 */
export function placeOf(text: string, path: Path): TextPlace | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let place = valuePlace(text, 0);
  for (const key of path) {
    const next = entryPlace(text, place.from, key);
    if (next === null) return place;
    place = next;
  }
  return place;
}

/** Counted from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const SPACE = /\s/;

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
  return at;
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

/** The value that begins at or after an offset, in a text known to be JSON. */
function valuePlace(text: string, offset: number): TextPlace {
  const from = afterSpace(text, offset);
  const first = text.charAt(from);
  if (first === '"') return { from, until: stringEnd(text, from) };
  let at = from;
  let depth = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '"') at = stringEnd(text, at);
    else {
      if (depth === 0 && at > from && (letter === ',' || letter === '}' || letter === ']' || SPACE.test(letter))) break;
      if (letter === '{' || letter === '[') depth += 1;
      if (letter === '}' || letter === ']') depth -= 1;
      at += 1;
      if (depth === 0 && (letter === '}' || letter === ']')) break;
    }
  }
  return { from, until: at };
}

function entryPlace(text: string, from: number, key: string | number): TextPlace | null {
  const open = text.charAt(from);
  if (open !== '{' && open !== '[') return null;
  let at = afterSpace(text, from + 1);
  for (let index = 0; text.charAt(at) !== '}' && text.charAt(at) !== ']'; index += 1) {
    let name = String(index);
    if (open === '{') {
      const end = stringEnd(text, at);
      name = JSON.parse(text.slice(at, end)) as string;
      // Past the colon.
      at = afterSpace(text, end) + 1;
    }
    const place = valuePlace(text, at);
    if (name === String(key)) return place;
    at = afterSpace(text, place.until);
    if (text.charAt(at) === ',') at = afterSpace(text, at + 1);
  }
  return null;
}
