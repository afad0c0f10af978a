/** What a comparison with recorded traces says: one line per trace, at last the count. */
import type { Failure } from '../../core/errors.ts';

export interface TraceResult {
  readonly verdict: 'pass' | 'FAIL' | 'skip';
  readonly name: string;
  readonly text: string;
}

export interface ConformanceResult {
  /** One per trace; the last is the count. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that should be traces and are none, with file, path and rule; they count as neither. */
  readonly unreadable?: readonly Failure[];
}

const plainLine = ({ verdict, name, text }: TraceResult): string => `${verdict} ${name}: ${text}`;

/** `counted`: what the last line counts; kinds that skip nothing do not mention it. */
export function concludeTraces(results: readonly TraceResult[], counted: 'with-skipped' | 'without-skipped', lineOf = plainLine): ConformanceResult {
  const count = (verdict: TraceResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const [passed, failed, skipped] = [count('pass'), count('FAIL'), count('skip')];
  const last = `${passed} passed, ${failed} failed${counted === 'with-skipped' ? `, ${skipped} skipped` : ''}`;
  return { lines: [...results.map(lineOf), last], passed, failed, skipped };
}
