import { describe, expect, test } from 'vitest';
import { numberIn, readTable } from './table.ts';

/** Forms that the recordings and traces of data/openevse-divert have. */
describe('a table', () => {
  test.each([
    ['lines that end either way', 'a,b\r\n1,2\r\n'],
    ['no end to the last line', 'a,b\n1,2'],
    ['semicolons and a byte order mark', '\uFEFFa;b\n1;2\n'],
    ['quotes and blanks', '"a", "b"\n1, 2\n'],
    ['empty lines at its end', 'a,b\n1,2\n\n  \n'],
  ])('with %s', (_what, text) => {
    expect(readTable(text)).toEqual([{ lineNumber: 2, cells: { a: '1', b: '2' } }]);
  });

  test('a row that ends early lacks its last cells, one that goes on has no more than the header', () => {
    expect(readTable('a,b\n1\n1,2,3').map(({ cells }) => cells)).toEqual([{ a: '1' }, { a: '1', b: '2' }]);
  });

  test('nothing is no rows', () => {
    expect(readTable('')).toEqual([]);
  });
});

test.each(['', 'much', undefined])('no number is refused with its place: %s', (text) => {
  const row = { lineNumber: 7, cells: text === undefined ? {} : { a: text } };
  expect(() => numberIn(row, 'a')).toThrow(expect.objectContaining({ code: 'invalid-file', context: { line: 7, column: 'a', value: text ?? null, rule: 'a number' } }));
});
