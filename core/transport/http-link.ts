import type { CancelSignal } from '../time/clock.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the link's base address, beginning with a slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: CancelSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** The body as text, at most 1 MiB. */
  readonly text: string;
  /** Monotonic time of arrival. */
  readonly timeMs: number;
}

/** One device's HTTP interface; requests to one device are never parallel. Throws timeout, link-lost or cancelled. */
export interface HttpLink {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}
