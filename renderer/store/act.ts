import type { Failure, Result } from '../../core/errors.ts';

/** Something that was asked of the host and what became of it. */
export type Act<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure };

export const IDLE: { readonly kind: 'idle' } = { kind: 'idle' };
export const RUNNING: { readonly kind: 'running' } = { kind: 'running' };

export function actOf<T>(result: Result<T>): Act<T> {
  return result.ok ? { kind: 'done', value: result.value } : { kind: 'failed', failure: result.error };
}
