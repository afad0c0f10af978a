import type { ModbusBus } from '../../../core/transport/modbus-bus.ts';
import { openModbusBus, type ModbusBusOptions, type OpenedModbusBus } from '../modbus-bus.ts';
import { createRealClock } from '../real-clock.ts';

export const realClock = createRealClock();

/** A bus in real time that is quick to connect again. */
export function openTestBus(options: Omit<ModbusBusOptions, 'clock'>): OpenedModbusBus {
  return openModbusBus({ shortestPauseMs: 5, longestPauseMs: 20, timeoutMs: 300, ...options, clock: realClock });
}

export function connected(bus: ModbusBus): Promise<void> {
  return new Promise((resolve) => {
    if (bus.state().kind === 'connected') {
      resolve();
      return;
    }
    const stop = bus.onState(({ kind }) => {
      if (kind !== 'connected') return;
      stop();
      resolve();
    });
  });
}
