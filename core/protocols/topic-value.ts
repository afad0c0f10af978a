import { failure, success, type Result } from '../errors.ts';
import { isFiniteNumber } from '../quantities.ts';

/** What arrives on a topic: text from a broker, or the bare value where nothing was turned into text. */
export type TopicValue = string | number | boolean | Readonly<Record<string, unknown>>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Enough of a refused payload to recognise it, and no more. */
export function excerptOf(value: TopicValue): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

export function refuse(field: string, value: TopicValue, expected: string): Result<never> {
  return failure('unexpected-reply', { field, payload: excerptOf(value), expected });
}

/**
 * Reads a whole decimal number and nothing else: empty text, `nan`, JSON and numbers with a tail are refused, because
 * a parser that takes them for 0 W offers full current (openevse.md a.2 rule 1).
 */
export function readNumber(field: string, value: TopicValue, lowest: number, highest: number): Result<number> {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (!isFiniteNumber(number)) return refuse(field, value, 'a number');
  if (number < lowest || number > highest) return refuse(field, value, `a number from ${lowest} to ${highest}`);
  return success(number);
}

export function readFlag(field: string, value: TopicValue): Result<boolean> {
  if (value === true || value === 1 || value === '1' || value === 'true') return success(true);
  if (value === false || value === 0 || value === '0' || value === 'false') return success(false);
  return refuse(field, value, '0 or 1');
}

export function readDocument(field: string, value: TopicValue): Result<Readonly<Record<string, unknown>>> {
  if (typeof value === 'object') return success(value);
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return success(parsed as Record<string, unknown>);
  } catch {
    // Falls through: text that is no JSON is refused like JSON that is no object.
  }
  return refuse(field, value, 'a JSON object');
}
