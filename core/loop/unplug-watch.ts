import { presenceOf } from '../balancing/evse-memory.ts';
import type { EvseId } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';

/** Which vehicles have left with these reports. */
export function createUnplugWatch(): (reports: readonly EvseReport[]) => readonly EvseId[] {
  const plugged = new Set<EvseId>();
  return (reports) => {
    const gone: EvseId[] = [];
    for (const report of reports) {
      const isHere = presenceOf(report) !== 'absent' && report.state !== null;
      if (isHere) plugged.add(report.evseId);
      else if (presenceOf(report) === 'absent' && plugged.delete(report.evseId)) gone.push(report.evseId);
    }
    return gone;
  };
}
