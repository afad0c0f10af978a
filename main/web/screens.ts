import type { HostEvents, HostState } from '../../core/host-api/contract.ts';
import { encodeRunColumns, parseScreenText, type WireAnswer, type WireEvent } from '../../core/host-api/wire.ts';
import { failureOf, type Result } from '../../core/errors.ts';
import type { Dispatch } from '../dispatch.ts';
import type { HostEventSource } from '../host-events.ts';

/** One connected window, as the socket library gives it. */
export interface ScreenSocket {
  send(data: string | Uint8Array): void;
  /** Bytes that the window has not taken yet. */
  unsentBytes(): number;
  close(code: number, reason: string): void;
}

/** Behind more than this, a window gets no frames until it has caught up; a later one tells as much. */
const LARGEST_BACKLOG_BYTES = 4_194_304;
/** A window this far behind is gone, or will never catch up. RFC 6455 section 7.4.1 has no better code than 1008. */
const HOPELESS_BACKLOG_BYTES = 134_217_728;

export interface Screens {
  add(socket: ScreenSocket): void;
  remove(socket: ScreenSocket): void;
  receive(socket: ScreenSocket, text: string): Promise<void>;
  count(): number;
  /** Stops telling the windows anything. */
  close(): void;
}

export interface ScreensHost {
  readonly dispatch: Dispatch;
  readonly events: HostEventSource;
  state(): HostState;
}

/**
 * The windows of a web host. The one that has been there longest leads; the others see everything and change
 * nothing, and the next of them leads when the first goes.
 */
export function createScreens(host: ScreensHost): Screens {
  const sockets: ScreenSocket[] = [];
  const leads = (socket: ScreenSocket): boolean => sockets[0] === socket;

  const tell = (socket: ScreenSocket, message: WireAnswer | WireEvent): void => {
    socket.send(JSON.stringify(message));
  };
  const tellState = (socket: ScreenSocket, state: HostState): void => {
    tell(socket, { event: 'state', data: { ...state, leads: leads(socket) } });
  };
  const broadcast = (send: (socket: ScreenSocket) => void): void => {
    for (const socket of [...sockets]) {
      const backlog = socket.unsentBytes();
      if (backlog > HOPELESS_BACKLOG_BYTES) socket.close(1008, 'too slow');
      else if (backlog <= LARGEST_BACKLOG_BYTES) send(socket);
    }
  };

  const stops = [
    host.events.on('state', (state) => {
      broadcast((socket) => {
        tellState(socket, state);
      });
    }),
    host.events.on('frame', (data) => {
      const text = JSON.stringify({ event: 'frame', data } satisfies WireEvent);
      broadcast((socket) => {
        socket.send(text);
      });
    }),
    host.events.on('runProgress', (data) => {
      broadcast((socket) => {
        tell(socket, { event: 'runProgress', data });
      });
    }),
    host.events.on('scan', (data) => {
      broadcast((socket) => {
        tell(socket, { event: 'scan', data });
      });
    }),
    host.events.on('traffic', (data) => {
      const text = JSON.stringify({ event: 'traffic', data } satisfies WireEvent);
      broadcast((socket) => {
        socket.send(text);
      });
    }),
    host.events.on('runColumns', (event) => {
      const bytes = encodeRunColumns(event);
      // Columns are sent once and needed whole: a window that is behind gets them all the same.
      for (const socket of [...sockets]) socket.send(bytes);
    }),
  ];

  return {
    count: () => sockets.length,
    add(socket) {
      sockets.push(socket);
      tellState(socket, host.state());
    },
    remove(socket) {
      const index = sockets.indexOf(socket);
      if (index < 0) return;
      sockets.splice(index, 1);
      const [leader] = sockets;
      if (index === 0 && leader !== undefined) tellState(leader, host.state());
    },
    async receive(socket, text) {
      let answer: WireAnswer;
      try {
        const { id, call, args } = parseScreenText(text);
        const result = await host.dispatch(call, args, { leads: leads(socket) });
        answer = { id, result: call === 'getState' ? withLeads(result, leads(socket)) : result };
      } catch (error) {
        answer = { id: idOf(text), result: { ok: false, error: failureOf(error) } };
      }
      if (sockets.includes(socket)) tell(socket, answer);
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function withLeads(result: Result<unknown>, leads: boolean): Result<unknown> {
  if (!result.ok) return result;
  return { ok: true, value: { ...(result.value as HostEvents['state']), leads } };
}

/** The id of a call that is otherwise not understood, so that its sender learns of it; -1 where there is none. */
function idOf(text: string): number {
  const id = /^\s*\{\s*"id"\s*:\s*(\d{1,15})\b/.exec(text)?.[1];
  return id === undefined ? -1 : Number(id);
}
