import type { SiteWires } from '../core/player/world.ts';
import type { PerPhase } from '../core/quantities.ts';
import type { SimulatedSite } from './simulated-site.ts';

/** Second contactors and home batteries of a simulated site, without any transport. */
export function createSiteWires({ plant }: Pick<SimulatedSite, 'plant'>): SiteWires {
  return {
    switchPhases(evseId, phaseCount) {
      const outlet = plant.outlets.find((candidate) => candidate.evseId === evseId);
      if (outlet?.isSwitched === true) outlet.closedPhases = phaseCount;
    },
    homeBatteryA(): PerPhase<number> {
      const sumA: [number, number, number] = [0, 0, 0];
      for (const { battery, circuit, phases } of plant.batteries) {
        // Evenly over its phases, as the plant loads them.
        for (const phase of phases) sumA[phase] += battery.powerW / phases.length / (circuit.loadVoltageV[phase] ?? plant.voltageV);
      }
      return sumA;
    },
  };
}
