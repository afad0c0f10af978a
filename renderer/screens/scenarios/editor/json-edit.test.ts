import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { edited, historyOf, redone, undone } from './edit-history.ts';
import { jsonText, valueAt, withAppended, withValue } from './json-edit.ts';
import { lineOf, placeOf } from './json-place.ts';

const FOLDER = fileURLToPath(new URL('../../../../hardware-sims/scenarios/', import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario.json'));

describe('one value of a document', () => {
  const document = { a: [{ x: 1 }, { x: 2 }], b: 'text' };

  it('changes, comes and goes, and leaves everything else as it is', () => {
    expect(withValue(document, ['a', 1, 'x'], 5)).toEqual({ a: [{ x: 1 }, { x: 5 }], b: 'text' });
    expect(withValue(document, ['a', 0], undefined)).toEqual({ a: [{ x: 2 }], b: 'text' });
    expect(withValue(document, ['b'], undefined)).toEqual({ a: [{ x: 1 }, { x: 2 }] });
    expect(withValue(document, ['c', 'd', 'e'], 1)).toEqual({ ...document, c: { d: { e: 1 } } });
    expect(withAppended(document, ['new'], { y: 1 })).toEqual({ ...document, new: [{ y: 1 }] });
    expect(document).toEqual({ a: [{ x: 1 }, { x: 2 }], b: 'text' });
    expect(valueAt(document, ['a', 7, 'x'])).toBeUndefined();
  });

  it('goes into a text that says the same, with small things on one line', () => {
    expect(FILES.length).toBeGreaterThan(20);
    for (const name of FILES) {
      const file = JSON.parse(readFileSync(FOLDER + name, 'utf8')) as unknown;
      expect(JSON.parse(jsonText(file))).toEqual(file);
    }
    expect(jsonText({ list: [{ kind: 'verdict', is: 'holds' }], none: [] })).toBe('{\n  "list": [\n    { "kind": "verdict", "is": "holds" }\n  ],\n  "none": []\n}\n');
  });
});

/** Every path of a document that ends in something. */
function pathsOf(value: unknown, above: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [above, ...value.flatMap((entry, index) => pathsOf(entry, [...above, index]))];
  if (typeof value === 'object' && value !== null) return [above, ...Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...above, key]))];
  return [above];
}

describe('the place of a value in a text', () => {
  it('holds exactly that value, for every value of every scenario of the library', () => {
    for (const name of FILES) {
      const text = readFileSync(FOLDER + name, 'utf8');
      const file = JSON.parse(text) as unknown;
      for (const path of pathsOf(file)) {
        const place = placeOf(text, path);
        expect(JSON.parse(text.slice(place?.from, place?.until)), `${name} ${path.join('/')}`).toEqual(valueAt(file, path));
      }
    }
  });

  it('is not misled by brackets, quotes and backslashes in texts', () => {
    const text = '{ "a\\"}": "x],{\\\\", "b": [ -1.5e3 ,true,null ] }';
    expect(['a"}', 'b'].map((key) => { const place = placeOf(text, [key]); return text.slice(place?.from, place?.until); })).toEqual(['"x],{\\\\"', '[ -1.5e3 ,true,null ]']);
    const last = placeOf(text, ['b', 2]);
    expect(text.slice(last?.from, last?.until)).toBe('null');
  });

  it('of something that is missing is what it is missing from', () => {
    const text = '{\n  "vehicles": [\n    { "id": "v" }\n  ]\n}';
    const place = placeOf(text, ['vehicles', 0, 'plugInS']);
    expect(text.slice(place?.from, place?.until)).toBe('{ "id": "v" }');
    expect(lineOf(text, place?.from ?? 0)).toBe(3);
    expect(placeOf('{ "a": ', ['a'])).toBeNull();
  });
});

describe('changes', () => {
  it('are taken back one by one and made again', () => {
    const history = edited(edited(historyOf('a'), 'ab', null, 0), 'abc', null, 1);
    const back = undone(undone(history));
    expect([back.text, undone(back).text, redone(back).text, redone(redone(back)).text]).toEqual(['a', 'a', 'ab', 'abc']);
    expect(redone(edited(back, 'x', null, 2)).text).toBe('x');
  });

  it('of one field right after each other are one', () => {
    const typed = edited(edited(edited(historyOf(''), '1', 'f', 0), '12', 'f', 400), '123', 'f', 900);
    expect(undone(typed).text).toBe('');
    expect(undone(edited(typed, '1234', 'f', 5000)).text).toBe('123');
    expect(undone(edited(typed, '1234', 'g', 950)).text).toBe('123');
  });
});
