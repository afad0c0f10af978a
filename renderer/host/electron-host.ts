import type { HostConnection, HostEvents } from '../../core/host-api/contract.ts';
import type { Result } from '../../core/errors.ts';
import { apiOver, failed, failureFrom } from './call-api.ts';

/** What the preload script puts on the window: nothing but the contract. */
export interface Bridge {
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  on(name: string, listener: (event: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly chargebench?: Bridge;
  }
}

const isResult = (value: unknown): value is Result<unknown> => typeof value === 'object' && value !== null && 'ok' in value;

/** A window and its main process are never apart: what ends one ends the other. */
export function connectElectronHost(bridge: Bridge, nowMs: () => number): HostConnection {
  const sinceMs = nowMs();
  return {
    api: apiOver(async (call, args) => {
      try {
        const answer = await bridge.call(call, args);
        return isResult(answer) ? answer : failed('unexpected-reply', { link: 'screen', call });
      } catch (thrown) {
        return { ok: false, error: failureFrom(thrown) };
      }
    }),
    on: (name, listener) =>
      bridge.on(name, (event) => {
        listener(event as HostEvents[typeof name]);
      }),
    onConnection: (listener) => {
      listener({ isConnected: true, sinceMs, nextAttemptMs: null });
      return () => undefined;
    },
    retry: () => undefined,
  };
}
