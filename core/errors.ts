/** The one error shape of the program: a code from a closed list and a context that names what and where. */

export const ERROR_CODES = [
  'timeout',
  'checksum',
  'refused',
  'unexpected-reply',
  'not-supported',
  'link-lost',
  'cancelled',
  'invalid-file',
  'newer-version',
  'invalid-argument',
  'out-of-range',
  'not-found',
  'port-in-use',
  'already-open',
  'not-writable',
  'unauthorized',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Values that may stand in a context: they reach journals and screens, so never a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null>>;

export interface Failure {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
}

export class ChargebenchError extends Error implements Failure {
  override readonly name = 'ChargebenchError';

  constructor(
    readonly code: ErrorCode,
    readonly context: ErrorContext = {},
    options?: { readonly cause?: unknown },
  ) {
    super(`${code} ${JSON.stringify(context)}`, options);
  }
}

export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const success = <T>(value: T): Result<T, never> => ({ ok: true, value });

export function failure(code: ErrorCode, context: ErrorContext = {}): Result<never> {
  return { ok: false, error: { code, context } };
}

export function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false;
  const { code } = value as { code?: unknown };
  return ERROR_CODES.some((known) => known === code);
}

/** Turns anything thrown into a failure; what is not ours becomes `internal` with its message. */
export function failureOf(thrown: unknown): Failure {
  if (isFailure(thrown)) return { code: thrown.code, context: thrown.context };
  return { code: 'internal', context: { message: thrown instanceof Error ? thrown.message : String(thrown) } };
}
