import type { EventName, HostEvents } from '../../core/host-api/contract.ts';
import { makeListeners, type Listeners } from './listeners.ts';

export type EventListeners = { readonly [Name in EventName]: Listeners<HostEvents[Name]> };

export function makeEventListeners(): EventListeners {
  return {
    state: makeListeners<HostEvents['state']>(),
    frame: makeListeners<HostEvents['frame']>(),
    runProgress: makeListeners<HostEvents['runProgress']>(),
    runColumns: makeListeners<HostEvents['runColumns']>(),
    scan: makeListeners<HostEvents['scan']>(),
    traffic: makeListeners<HostEvents['traffic']>(),
  };
}
