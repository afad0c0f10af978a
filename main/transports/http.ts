import { ChargebenchError } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import type { HttpLink, HttpRequest, HttpResponse } from '../../core/transport/http-link.ts';

const LONGEST_BODY_BYTES = 1_048_576;

export interface HttpOptions {
  /** http://address[:port] without trailing slash. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly username?: string;
  readonly password?: string;
}

/**
 * One device's HTTP interface. Requests wait for each other: the web servers of these devices handle one at a time
 * (openevse.md d.1). A body longer than 1 MiB is `unexpected-reply`, and so is a redirection.
 */
export function openHttpLink(options: HttpOptions): HttpLink {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    send(request) {
      const answer = last.then(() => sendOne(options, request, closing.signal));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      closing.abort();
      await last;
    },
  };
}

type End = 'timeout' | 'cancelled';

async function sendOne(options: HttpOptions, request: HttpRequest, closing: AbortSignal): Promise<HttpResponse> {
  const { baseUrl, clock, timeoutMs = 5000 } = options;
  const abort = new AbortController();
  let end: End | null = null;
  const stop = (why: End): void => {
    end ??= why;
    abort.abort();
  };
  const cancel = (): void => {
    stop('cancelled');
  };
  const signals: CancelSignal[] = [closing, ...(request.signal === undefined ? [] : [request.signal])];
  for (const signal of signals) signal.addEventListener('abort', cancel);
  if (signals.some((signal) => signal.aborted)) cancel();
  const callOff = clock.callAt(clock.monotonicMs() + timeoutMs, () => {
    stop('timeout');
  });
  try {
    const response = await fetch(`${baseUrl}${request.path}`, { ...initOf(options, request), signal: abort.signal });
    const text = await textOf(response, abort);
    return { status: response.status, text, timeMs: clock.monotonicMs() };
  } catch (error) {
    if (error instanceof ChargebenchError) throw error;
    const context = { device: baseUrl, path: request.path };
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by the callbacks above
    if (end !== null) throw new ChargebenchError(end, context);
    throw new ChargebenchError('link-lost', { ...context, cause: causeOf(error) }, { cause: error });
  } finally {
    callOff();
    for (const signal of signals) signal.removeEventListener('abort', cancel);
  }
}

function initOf({ username, password }: HttpOptions, { method, body }: HttpRequest): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (username !== undefined) {
    headers['authorization'] = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  }
  return { method, headers, redirect: 'error', ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

async function textOf(response: Response, abort: AbortController): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) {
      abort.abort();
      throw new ChargebenchError('unexpected-reply', { device: response.url, message: 'longer than 1 MiB' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The system's own word (ECONNREFUSED), which fetch hides one level down. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const { code } = (cause ?? {}) as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : String(error);
}
