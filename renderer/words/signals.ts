import type { HeldSignal, Signal } from '../../core/host-api/contract.ts';
import type { PhaseIndex } from '../../core/quantities.ts';
import type { Names } from './names.ts';
import { asText, current, decimal, settingPower } from './numbers.ts';

export function signalName(signal: Signal, names: Names): string {
  switch (signal.kind) {
    case 'grid-relay':
      return 'Grid relay';
    case 'dimming':
      return 'Dimming by the grid operator';
    case 'battery':
      return 'Home battery, charging';
    case 'pv':
      return 'PV power';
    case 'temperature':
      return `Temperature of ${names.evse(signal.evseId)}`;
  }
}

/** What the signal says now; null while nobody has told it. `phases`: those that the supply has. */
export function signalValue(signal: Signal, phases: readonly PhaseIndex[]): string | null {
  switch (signal.kind) {
    case 'grid-relay':
      return signal.gridRelay;
    case 'dimming':
      return signal.isDimmed === null ? null : signal.isDimmed ? 'dimmed' : 'not dimmed';
    case 'battery':
      return signal.currentA === null ? null : phases.map((phase) => asText(current(signal.currentA?.[phase]))).join(', ');
    case 'pv':
      return signal.powerW === null ? null : asText(settingPower(signal.powerW));
    case 'temperature':
      return signal.temperatureC === null ? null : asText({ value: decimal(signal.temperatureC, 0), unit: '°C' });
  }
}

/** "open, set by hand at 12:41". */
export function signalLine({ signal, toldWallMs }: HeldSignal, phases: readonly PhaseIndex[], names: Names): string {
  const value = signalValue(signal, phases);
  return value === null || toldWallMs === null ? 'not told yet' : `${value}, set by hand at ${names.clock(toldWallMs)}`;
}

/** What becomes of a value that is set by hand. */
export const SIGNALS_SAY = {
  simulated: 'Nothing feeds them yet: what is set here goes on holding until it is changed.',
  hardware: 'Nothing feeds them yet: a value that is set here ages like a measured one, a state holds until it is changed.',
} as const;
