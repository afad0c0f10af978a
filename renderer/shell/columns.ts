/** Columns of a screen in reading order: F6 goes from one to the next. */
const COLUMN = '[data-column]';

export function focusColumn(direction: 1 | -1): void {
  const columns = [...document.querySelectorAll<HTMLElement>(COLUMN)].filter((column) => column.offsetParent !== null || column.getClientRects().length > 0);
  if (columns.length === 0) return;
  // A column may hold another one: the innermost is where the focus is.
  const here = columns.findLastIndex((column) => column.contains(document.activeElement));
  const start = direction === 1 ? -1 : 0;
  const next = columns[((here < 0 ? start : here) + direction + columns.length) % columns.length];
  next?.focus();
}
