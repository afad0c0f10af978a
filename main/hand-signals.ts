import { failure, success, type Result } from '../core/errors.ts';
import type { HeldSignal } from '../core/host-api/contract.ts';
import { signalId, signalsUsedBy, type Signal } from '../core/loop/signals.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';

/** Signals that a person sets by hand until a driver feeds them. */
export interface HandSignals {
  held(): readonly HeldSignal[];
  set(signal: Signal): Result<null>;
  close(): void;
}

export interface HandSignalOptions {
  readonly site: Site;
  /**
   * On a simulated site the hand stands for the thing that measures, which would go on telling. A value for a real site
   * was true when it was told, and ages like any other.
   */
  readonly isRepeated: boolean;
  readonly clock: Clock;
  readonly accept: (signal: Signal) => void;
}

/** Shorter than the age of any signal that the balancer still uses. */
const REPEAT_MS = 500;

export function createHandSignals({ site, isRepeated, clock, accept }: HandSignalOptions): HandSignals {
  const held = new Map<string, HeldSignal>(signalsUsedBy(site).map((signal) => [signalId(signal), { id: signalId(signal), signal, toldWallMs: null }]));
  let callOff = (): void => undefined;

  const repeat = (): void => {
    for (const { signal, toldWallMs } of held.values()) if (toldWallMs !== null) accept(signal);
    callOff = clock.callAt(clock.monotonicMs() + REPEAT_MS, repeat);
  };
  if (isRepeated && held.size > 0) repeat();

  return {
    held: () => [...held.values()],
    set(signal) {
      const id = signalId(signal);
      if (!held.has(id)) return failure('not-supported', { what: 'a signal that the settings of this site do not use', field: id });
      held.set(id, { id, signal, toldWallMs: isUntold(signal) ? null : clock.wallMs() });
      accept(signal);
      return success(null);
    },
    close() {
      callOff();
    },
  };
}

function isUntold(signal: Signal): boolean {
  switch (signal.kind) {
    case 'grid-relay':
      return signal.gridRelay === null;
    case 'dimming':
      return signal.isDimmed === null;
    case 'battery':
      return signal.currentA === null;
    case 'pv':
      return signal.powerW === null;
    case 'temperature':
      return signal.temperatureC === null;
  }
}
