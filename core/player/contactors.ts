import type { Setpoint } from '../balancing/setpoint.ts';
import type { Site } from '../site/site.ts';
import type { SiteWires } from './world.ts';

/** Has the second contactors follow what is decided; null for a site that has none. */
export function createContactors({ evses }: Pick<Site, 'evses'>, wires: SiteWires): ((setpoints: readonly Setpoint[]) => void) | null {
  const switched = new Set(evses.filter(({ phaseCount, phaseSwitching }) => phaseCount === 3 && phaseSwitching !== 'not-present').map(({ id }) => id));
  if (switched.size === 0) return null;
  let seen: readonly Setpoint[] = [];
  return (setpoints) => {
    if (setpoints === seen) return;
    seen = setpoints;
    for (const { evseId, phases } of setpoints) if (switched.has(evseId)) wires.switchPhases(evseId, phases.length === 1 ? 1 : 3);
  };
}
