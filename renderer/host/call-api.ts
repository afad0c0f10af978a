import { CALLS, type HostApi } from '../../core/host-api/contract.ts';
import type { ErrorContext, Failure, Result } from '../../core/errors.ts';

/** Carries one call to a host, whichever way; never rejects. */
export type SendCall = (call: keyof HostApi, args: readonly unknown[]) => Promise<Result<unknown>>;

/** The whole API from one way of sending, derived from the list of calls: there is nothing to copy by hand. */
export function apiOver(send: SendCall): HostApi {
  const entries = CALLS.map((call) => [call, (...args: readonly unknown[]) => send(call, args)] as const);
  // Each entry has the shape of its call; an object made from a list cannot say so.
  return Object.fromEntries(entries) as unknown as HostApi;
}

export function failed(code: Failure['code'], context: ErrorContext = {}): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: { code, context } };
}

/** Anything thrown on the way to a host, as a failure. */
export function failureFrom(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'context' in thrown) {
    return { code: thrown.code as Failure['code'], context: thrown.context as ErrorContext };
  }
  return { code: 'internal', context: { message: thrown instanceof Error ? thrown.message : String(thrown) } };
}
