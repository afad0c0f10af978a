/** Lines and fields of a CSV file, as spreadsheets and meters write them. */

export interface CsvText {
  /** Without empty ones; numbers count from 1 in the file. */
  readonly lines: readonly CsvLine[];
  readonly separator: string;
}

export interface CsvLine {
  readonly row: number;
  readonly fields: readonly string[];
}

/** A byte order mark and a first line "sep=;" are no data. */
export function splitCsv(text: string): CsvText {
  const rows = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).map((line, index) => ({ row: index + 1, line }));
  const full = rows.filter(({ line }) => line.trim() !== '');
  const told = /^sep=(.)$/i.exec(full[0]?.line.trim() ?? '')?.[1];
  const lines = told === undefined ? full : full.slice(1);
  const separator = told ?? separatorOf(lines.map(({ line }) => line));
  return { separator, lines: lines.map(({ row, line }) => ({ row, fields: fieldsOf(line, separator) })) };
}

/** The first of these that the first data line has outside quotes: a decimal comma never separates where there is anything else. */
function separatorOf([head = '', first = head]: readonly string[]): string {
  const bare = first.replaceAll(/"[^"]*"/g, '');
  return [';', '\t', ','].find((separator) => bare.includes(separator)) ?? ',';
}

/** What stands in quotes may have separators in it; two quotes there are one. */
function fieldsOf(line: string, separator: string): readonly string[] {
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (char === '"' && isQuoted && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (char === '"' && (isQuoted || field.trim() === '')) isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      fields.push(field.trim());
      field = '';
    } else field += char;
  }
  return [...fields, field.trim()];
}
