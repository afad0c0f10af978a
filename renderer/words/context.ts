import { asText, current, limit } from './numbers.ts';
import { seconds, span } from './times.ts';

/** Figures that came with an error, a notice or a finding. Which are there depends on who made it. */
export type Context = Readonly<Record<string, unknown>>;

type Form = 'text' | 'A' | 'limit' | 's' | 'ms';

export function textOf(context: Context, key: string): string | null {
  const value = context[key];
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function numberOf(context: Context, key: string): number | null {
  const value = context[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const FORMS: Readonly<Record<Exclude<Form, 'text'>, (value: number) => string>> = {
  A: (value) => asText(current(value)),
  limit: (value) => asText(limit(value)),
  s: (value) => asText(seconds(value)),
  // Below a second nobody would know 200 ms from nothing.
  ms: (value) => (value < 1000 ? asText({ value: String(Math.round(value)), unit: 'ms' }) : span(value / 1000)),
};

/** A part of a sentence that is left out when its figure is not known: `lead`, the figure in its form, `tail`. */
export function part(context: Context, key: string, lead: string, form: Form = 'text', tail = ''): string {
  if (form === 'text') {
    const text = textOf(context, key);
    return text === null ? '' : `${lead}${text}${tail}`;
  }
  const value = numberOf(context, key);
  return value === null ? '' : `${lead}${FORMS[form](value)}${tail}`;
}

/** The first of several keys that is there. */
export function anyPart(context: Context, keys: readonly string[], lead: string, tail = ''): string {
  for (const key of keys) {
    const text = part(context, key, lead, 'text', tail);
    if (text !== '') return text;
  }
  return '';
}
