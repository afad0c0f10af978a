import { describe, expect, it } from 'vitest';
import { encodeRunColumns } from '../../core/host-api/wire.ts';
import { evseId } from '../../core/quantities.ts';
import { connectWebHost, type ConnectionState, type Socket } from './web-host.ts';

/** Sockets that open and close on command, and timers that run when time is moved. */
function bench() {
  let nowMs = 1_000_000;
  const sockets: (Socket & { readonly sent: string[]; isClosed: boolean })[] = [];
  let timers: { atMs: number; act: () => void }[] = [];
  const bad: string[] = [];
  const connection = connectWebHost({
    open: () => {
      const socket = { binaryType: '', sent: [] as string[], isClosed: false, onopen: null, onclose: null, onmessage: null, send: (text: string) => void socket.sent.push(text), close: () => undefined } as Socket & { readonly sent: string[]; isClosed: boolean };
      sockets.push(socket);
      return socket;
    },
    nowMs: () => nowMs,
    later: (delayMs, act) => {
      const timer = { atMs: nowMs + delayMs, act };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    onBadMessage: (failure) => bad.push(failure.code),
  });
  const states: ConnectionState[] = [];
  connection.onConnection((state) => states.push(state));
  const last = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket');
    return socket;
  };
  const advance = (durationMs: number) => {
    nowMs += durationMs;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    for (const { act } of due) act();
  };
  return { connection, sockets, states, bad, last, advance, nowMs: () => nowMs };
}

describe('the web host', () => {
  it('answers a call with the message of the same id, whatever the order', async () => {
    const { connection, last } = bench();
    last().onopen?.();
    const first = connection.api.getState();
    const second = connection.api.cancelRun('r1');
    expect(last().sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { id: 1, call: 'getState', args: [] },
      { id: 2, call: 'cancelRun', args: ['r1'] },
    ]);
    last().onmessage?.({ data: '{"id":2,"result":{"ok":true,"value":null}}' });
    last().onmessage?.({ data: '{"id":1,"result":{"ok":false,"error":{"code":"timeout","context":{}}}}' });
    expect(await second).toEqual({ ok: true, value: null });
    expect(await first).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('holds calls back until the socket is open', () => {
    const { connection, last } = bench();
    void connection.api.getState();
    expect(last().sent).toHaveLength(0);
    last().onopen?.();
    expect(last().sent).toHaveLength(1);
  });

  it('tells every unanswered caller that the link is lost', async () => {
    const { connection, last } = bench();
    last().onopen?.();
    const call = connection.api.pauseAll();
    last().onclose?.();
    expect(await call).toMatchObject({ ok: false, error: { code: 'link-lost' } });
    expect(await connection.api.getState()).toMatchObject({ ok: false, error: { code: 'link-lost' } });
  });

  it('tries again after growing pauses and says when', () => {
    const { sockets, states, last, advance, nowMs } = bench();
    last().onopen?.();
    last().onclose?.();
    expect(states.at(-1)).toEqual({ isConnected: false, sinceMs: nowMs(), nextAttemptMs: nowMs() + 500 });
    const lostAtMs = nowMs();
    for (const waitMs of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const before = sockets.length;
      advance(waitMs - 1);
      expect(sockets).toHaveLength(before);
      advance(1);
      expect(sockets).toHaveLength(before + 1);
      last().onclose?.();
    }
    expect(states.at(-1)?.sinceMs).toBe(lostAtMs);
    advance(10_000);
    last().onopen?.();
    expect(states.at(-1)).toMatchObject({ isConnected: true, nextAttemptMs: null });
  });

  it('tries at once when asked, and not twice', () => {
    const { connection, sockets, last, advance } = bench();
    last().onclose?.();
    connection.retry();
    expect(sockets).toHaveLength(2);
    connection.retry();
    advance(60_000);
    expect(sockets).toHaveLength(2);
  });

  it('hands events on, columns from their binary form', () => {
    const { connection, last } = bench();
    const seen: unknown[] = [];
    connection.on('runProgress', (event) => seen.push(event));
    const stop = connection.on('runColumns', (event) => seen.push(event));
    last().onopen?.();
    last().onmessage?.({ data: '{"event":"runProgress","data":{"runId":"r","playedS":1,"durationS":2}}' });
    const columns = { runId: 'r', columns: { timeS: Float64Array.of(0, 1), columns: [{ column: { kind: 'evse-current', evseId: evseId('a') }, values: Float32Array.of(1, 2) }] } } as const;
    last().onmessage?.({ data: encodeRunColumns(columns).buffer });
    stop();
    last().onmessage?.({ data: encodeRunColumns(columns).buffer });
    expect(seen).toEqual([{ runId: 'r', playedS: 1, durationS: 2 }, columns]);
  });

  it('goes on after a message that it does not understand', () => {
    const { connection, bad, last } = bench();
    const seen: unknown[] = [];
    connection.on('runProgress', (event) => seen.push(event));
    last().onopen?.();
    last().onmessage?.({ data: '{' });
    last().onmessage?.({ data: new ArrayBuffer(3) });
    last().onmessage?.({ data: '{"event":"runProgress","data":{"runId":"r","playedS":1,"durationS":2}}' });
    expect(bad).toEqual(['unexpected-reply', 'unexpected-reply']);
    expect(seen).toHaveLength(1);
  });
});
