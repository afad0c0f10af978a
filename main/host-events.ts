import type { EventName, HostEvents } from '../core/host-api/contract.ts';
import type { Unsubscribe } from '../core/transport/mqtt-link.ts';

type Listener<Name extends EventName> = (event: HostEvents[Name]) => void;

/** What a host tells its screens. */
export interface HostEventSource {
  on<Name extends EventName>(name: Name, listener: Listener<Name>): Unsubscribe;
}

export interface HostEventSink extends HostEventSource {
  emit<Name extends EventName>(name: Name, event: HostEvents[Name]): void;
}

export function createHostEvents(): HostEventSink {
  const listeners: { [Name in EventName]: Set<Listener<Name>> } = {
    state: new Set(),
    frame: new Set(),
    runProgress: new Set(),
    runColumns: new Set(),
    scan: new Set(),
    traffic: new Set(),
  };
  return {
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    emit(name, event) {
      for (const listener of [...listeners[name]]) listener(event);
    },
  };
}
