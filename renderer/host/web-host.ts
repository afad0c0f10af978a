import { decodeRunColumns, parseHostText, type WireCall } from '../../core/host-api/wire.ts';
import type { Failure, Result } from '../../core/errors.ts';
import type { HostApi, HostConnection } from '../../core/host-api/contract.ts';
import { apiOver, failed, failureFrom } from './call-api.ts';
import { makeEventListeners, type EventListeners } from './host-events.ts';
import { makeListeners } from './listeners.ts';

export type ConnectionState = Parameters<Parameters<HostConnection['onConnection']>[0]>[0];

/** The part of a WebSocket that is used here, so that tests can stand in for it. */
export interface Socket {
  binaryType: string;
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

export interface WebHostPorts {
  readonly open: () => Socket;
  /** UTC, ms since 1970. */
  readonly nowMs: () => number;
  /** Calls once after a delay; returns how to call it off. */
  readonly later: (delayMs: number, act: () => void) => () => void;
  /** Told of messages that this screen does not understand; they change nothing. */
  readonly onBadMessage?: (failure: Failure) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Holds one web socket to the host open, tries again with growing pauses, and answers calls over it. */
export function connectWebHost(ports: WebHostPorts): HostConnection {
  const events = makeEventListeners();
  const connection = makeListeners<ConnectionState>();
  const pending = new Map<number, (result: Result<unknown>) => void>();
  const unsent: string[] = [];
  let state: ConnectionState = { isConnected: false, sinceMs: ports.nowMs(), nextAttemptMs: null };
  let socket: Socket | null = null;
  let waitMs = FIRST_WAIT_MS;
  let callOff: (() => void) | null = null;
  let nextId = 1;

  function become(next: ConnectionState): void {
    state = next;
    connection.emit(state);
  }

  function attempt(): void {
    callOff?.();
    callOff = null;
    if (!state.isConnected) become({ ...state, nextAttemptMs: null });
    const opened = ports.open();
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => {
      waitMs = FIRST_WAIT_MS;
      for (const text of unsent.splice(0)) opened.send(text);
      become({ isConnected: true, sinceMs: ports.nowMs(), nextAttemptMs: null });
    };
    opened.onmessage = ({ data }) => {
      receive(data, events, pending, ports.onBadMessage);
    };
    opened.onclose = lost;
    socket = opened;
  }

  /** What was asked and not answered is lost with the link; whoever asked is told and may ask again. */
  function lost(): void {
    socket = null;
    unsent.length = 0;
    for (const [id, answer] of [...pending]) {
      pending.delete(id);
      answer(failed('link-lost', { link: 'screen' }));
    }
    const sinceMs = state.isConnected ? ports.nowMs() : state.sinceMs;
    callOff = ports.later(waitMs, attempt);
    become({ isConnected: false, sinceMs, nextAttemptMs: ports.nowMs() + waitMs });
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  function send(call: keyof HostApi, args: readonly unknown[]): Promise<Result<unknown>> {
    const open = socket;
    if (open === null) return Promise.resolve(failed('link-lost', { link: 'screen' }));
    const id = nextId;
    nextId += 1;
    const message: WireCall = { id, call, args };
    return new Promise((resolve) => {
      pending.set(id, resolve);
      const text = JSON.stringify(message);
      if (state.isConnected) open.send(text);
      else unsent.push(text);
    });
  }

  attempt();
  return {
    api: apiOver(send),
    on: (name, listener) => events[name].add(listener),
    onConnection: (listener) => {
      listener(state);
      return connection.add(listener);
    },
    retry: () => {
      waitMs = FIRST_WAIT_MS;
      if (socket === null) attempt();
    },
  };
}

function receive(
  data: unknown,
  events: EventListeners,
  pending: Map<number, (result: Result<unknown>) => void>,
  onBadMessage: WebHostPorts['onBadMessage'],
): void {
  try {
    if (data instanceof ArrayBuffer) events.runColumns.emit(decodeRunColumns(data));
    else receiveText(String(data), events, pending);
  } catch (thrown) {
    onBadMessage?.(failureFrom(thrown));
  }
}

function receiveText(text: string, events: EventListeners, pending: Map<number, (result: Result<unknown>) => void>): void {
  const message = parseHostText(text);
  if ('id' in message) {
    const answer = pending.get(message.id);
    pending.delete(message.id);
    answer?.(message.result);
  } else if (message.event === 'state') events.state.emit(message.data);
  else if (message.event === 'frame') events.frame.emit(message.data);
  else if (message.event === 'runProgress') events.runProgress.emit(message.data);
  else if (message.event === 'scan') events.scan.emit(message.data);
  else events.traffic.emit(message.data);
}

/** The socket of the host that served this page. */
export function browserPorts(page: Location): WebHostPorts {
  const address = `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/ws`;
  return {
    open: () => new WebSocket(address) as unknown as Socket,
    nowMs: () => Date.now(),
    later: (delayMs, act) => {
      const timer = setTimeout(act, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
    onBadMessage: (failure) => {
      console.warn('message from the host not understood', failure);
    },
  };
}
