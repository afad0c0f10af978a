import type { Column, RunColumns } from './columns.ts';

const CHUNK_ROWS = 4096;

/** Rows of a run in typed arrays that grow by chunks: 8 bytes for the time and 4 for every value, whatever the length. */
export interface ColumnStore {
  readonly rows: number;
  /** Values in the order of the columns; NaN where there is none. */
  append(timeS: number, values: ArrayLike<number>): void;
  /** Rows from (with) to (without), in arrays of their own; all rows by default. */
  slice(fromRow?: number, toRow?: number): RunColumns;
}

interface Chunk {
  readonly timeS: Float64Array;
  readonly values: readonly Float32Array[];
}

export function createColumnStore(columns: readonly Column[]): ColumnStore {
  const chunks: Chunk[] = [];
  let rows = 0;

  const copy = (target: Float64Array | Float32Array, fromRow: number, part: (chunk: Chunk) => Float64Array | Float32Array): void => {
    const toRow = fromRow + target.length;
    for (let row = fromRow; row < toRow; ) {
      const chunk = chunks[Math.floor(row / CHUNK_ROWS)];
      if (chunk === undefined) return;
      const inside = row % CHUNK_ROWS;
      const count = Math.min(CHUNK_ROWS - inside, toRow - row);
      target.set(part(chunk).subarray(inside, inside + count), row - fromRow);
      row += count;
    }
  };

  return {
    get rows() {
      return rows;
    },
    append(timeS, values) {
      const inside = rows % CHUNK_ROWS;
      if (inside === 0) {
        chunks.push({ timeS: new Float64Array(CHUNK_ROWS), values: columns.map(() => new Float32Array(CHUNK_ROWS)) });
      }
      const chunk = chunks[chunks.length - 1];
      if (chunk === undefined) return;
      chunk.timeS[inside] = timeS;
      for (let index = 0; index < columns.length; index += 1) {
        const column = chunk.values[index];
        if (column !== undefined) column[inside] = values[index] ?? NaN;
      }
      rows += 1;
    },
    slice(fromRow = 0, toRow = rows) {
      const first = Math.max(0, Math.min(fromRow, rows));
      const count = Math.max(0, Math.min(toRow, rows) - first);
      const timeS = new Float64Array(count);
      copy(timeS, first, (chunk) => chunk.timeS);
      return {
        timeS,
        columns: columns.map((column, index) => {
          const values = new Float32Array(count);
          copy(values, first, (chunk) => chunk.values[index] ?? new Float32Array(CHUNK_ROWS));
          return { column, values };
        }),
      };
    },
  };
}
