/** Tables of text, as recordings and traces come: one header line, one row a line, cells parted by commas or semicolons. */
import { ChargebenchError } from '../../core/errors.ts';

export interface TableRow {
  /** In the file, counted from 1. */
  readonly lineNumber: number;
  /** By the header's names; a row that ends early lacks the cells of the columns it does not reach. */
  readonly cells: Readonly<Record<string, string>>;
}

const BYTE_ORDER_MARK = /^\uFEFF/;

/** Lines with something in them, each with its number. Ends may be LF or CRLF, the last one may lack its own. */
export function readLines(text: string): readonly { readonly lineNumber: number; readonly text: string }[] {
  return text
    .replace(BYTE_ORDER_MARK, '')
    .split(/\r?\n/)
    .map((line, index) => ({ lineNumber: index + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
}

/** A semicolon anywhere makes it the separator: decimal commas are not used by any of these files. */
export function separatorOf(line: string): ',' | ';' {
  return line.includes(';') ? ';' : ',';
}

/** Cells without the blanks around them and without quotes; no cell of these files holds a separator. */
export function cellsOf(line: string, separator: ',' | ';'): readonly string[] {
  return line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1').trim());
}

export function readTable(text: string): readonly TableRow[] {
  const [header, ...lines] = readLines(text);
  if (header === undefined) return [];
  const separator = separatorOf(header.text);
  const names = cellsOf(header.text, separator);
  return lines.map((line) => {
    const cells = cellsOf(line.text, separator);
    return { lineNumber: line.lineNumber, cells: Object.fromEntries(cells.flatMap((cell, index) => (names[index] === undefined ? [] : [[names[index], cell]]))) };
  });
}

/** Throws `invalid-file` with line, column and rule when the cell is no finite number. */
export function numberIn({ cells, lineNumber }: TableRow, column: string): number {
  const text = cells[column];
  const number = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(number)) {
    throw new ChargebenchError('invalid-file', { line: lineNumber, column, value: text ?? null, rule: 'a number' });
  }
  return number;
}
