/** What can be said of a CSV file by its first lines: columns, and how figures and times are written in it. */
export interface RecordingTable {
  /** By their headings, where the first line has any. */
  readonly columns: readonly string[];
  readonly hasHeadings: boolean;
  /** The first lines of data, as they are written. */
  readonly rows: readonly (readonly string[])[];
}

const SHOWN_ROWS = 4;
const FIGURE = /^[+-]?\d+([.,]\d+)?(e[+-]?\d+)?$/i;
const ISO_DATE = /^\d{4}-\d\d-\d\d[T ]/;
const DAY_FIRST = /^\d{1,2}[./]\d{1,2}[./]\d{4}[ T]/;
const isDate = (text: string): boolean => ISO_DATE.test(text) || DAY_FIRST.test(text);

/** As the host reads it: the first separator that a line of data has, quotes taken off. */
export function tableOf(text: string): RecordingTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const sample = lines[1] ?? lines[0] ?? '';
  const separator = [';', '\t', ','].find((one) => sample.includes(one)) ?? ',';
  const cells = lines.slice(0, SHOWN_ROWS + 1).map((line) => line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1')));
  const [head = []] = cells;
  const hasHeadings = head.some((cell) => cell !== '' && !FIGURE.test(cell) && !isDate(cell));
  return { columns: hasHeadings ? head : head.map((_, index) => `column ${index + 1}`), hasHeadings, rows: hasHeadings ? cells.slice(1) : cells.slice(0, SHOWN_ROWS) };
}

/** A heading that stands there once names its column; otherwise its number, counted from 0, does. */
export function columnValue({ columns, hasHeadings }: RecordingTable, index: number): string | number {
  const heading = columns[index] ?? '';
  return hasHeadings && heading !== '' && columns.filter((other) => other === heading).length === 1 ? heading : index;
}

/** The place of a column that a scenario names; -1 where the file has none such. */
export function columnPlace({ columns, hasHeadings }: RecordingTable, column: unknown): number {
  if (typeof column === 'number') return column < columns.length ? column : -1;
  return hasHeadings && typeof column === 'string' ? columns.indexOf(column) : -1;
}

/** What a freshly picked file is most likely to mean; a person sees it and changes it. */
export function guessedMapping(text: string): Readonly<Record<string, unknown>> {
  const table = tableOf(text);
  const [row = []] = table.rows;
  const timeAt = Math.max(0, row.findIndex(isDate));
  const valueAt = row.findIndex((cell, index) => index !== timeAt && FIGURE.test(cell));
  const place = valueAt === -1 ? Math.min(1, Math.max(0, row.length - 1)) : valueAt;
  const time = row[timeAt] ?? '';
  const heading = table.columns[place] ?? '';
  const unit = /kwh\b/i.test(heading) ? 'kWh' : /wh\b/i.test(heading) ? 'Wh' : /kw\b/i.test(heading) ? 'kW' : /(^|[^a-z])(a|amps?|current)([^a-z]|$)/i.test(heading) ? 'A' : undefined;
  return {
    timeColumn: columnValue(table, timeAt),
    valueColumn: columnValue(table, place),
    time: ISO_DATE.test(time) ? 'iso' : DAY_FIRST.test(time) ? 'dmy' : Number(time) > 1e11 ? 'ms' : undefined,
    unit,
    decimal: row.some((cell) => /^[+-]?\d+,\d+$/.test(cell)) ? ',' : undefined,
  };
}
