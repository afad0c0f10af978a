/** A text with the way back and forth through its changes. */
export interface EditHistory {
  readonly text: string;
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** What was changed last and when: more of the same soon after is one change to a person. */
  readonly last: { readonly field: string; readonly atMs: number } | null;
}

const TOGETHER_MS = 1000;
/** Of texts of some 10 KB. */
const KEPT_CHANGES = 200;

export const historyOf = (text: string): EditHistory => ({ text, past: [], future: [], last: null });

/** `field` is null for a change that always stands alone. */
export function edited(history: EditHistory, text: string, field: string | null, atMs: number): EditHistory {
  if (text === history.text) return history;
  const { last } = history;
  const isMore = field !== null && last?.field === field && atMs - last.atMs < TOGETHER_MS && history.past.length > 0;
  const past = isMore ? history.past : [...history.past, history.text].slice(-KEPT_CHANGES);
  return { text, past, future: [], last: field === null ? null : { field, atMs } };
}

export function undone(history: EditHistory): EditHistory {
  const text = history.past.at(-1);
  return text === undefined ? history : { text, past: history.past.slice(0, -1), future: [history.text, ...history.future], last: null };
}

export function redone(history: EditHistory): EditHistory {
  const [text, ...future] = history.future;
  return text === undefined ? history : { text, past: [...history.past, history.text], future, last: null };
}
