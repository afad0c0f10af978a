import { z } from 'zod';
import type { Ceiling } from '../../core/balancing/setpoint.ts';
import type { ControllerMaker } from '../../core/player/controller-engine.ts';
import { continuousLimitOn, evsePhases, evsesBelow, pathToRoot } from '../../core/site/circuit-tree.ts';
import type { Evse, Site } from '../../core/site/site.ts';
import { createModelEngine, fittedA, type ModelView, type ModelWrite } from './model-engine.ts';
import { readModelSettings } from './model-settings.ts';

/** Nothing to set: the split follows from breakers, limits and the assumed load of the site. */
export const staticSplitSettings = z.strictObject({});

/**
 * What every circuit above an EVSE leaves it when all of its EVSEs get an equal part: what an electrician sets on the
 * dials where nothing measures. "Only a static split (max currents of both units ≤ 0.8·B together)" never exceeds the
 * limit (reference/openevse.md a). Lowest first.
 */
export function splitCeilings(site: Site, evse: Evse): readonly Ceiling[] {
  const parts = pathToRoot(site, evse.circuitId).flatMap((circuit): Ceiling[] => {
    const below = evsesBelow(site, circuit.id);
    return evsePhases(evse, site.supply).map((phase) => {
      const limitA = continuousLimitOn(circuit, phase).currentA - circuit.assumedLoadA;
      const sharers = below.filter((other) => evsePhases(other, site.supply).includes(phase)).length;
      return { currentA: Math.max(0, limitA) / Math.max(1, sharers), reason: { kind: 'model-static-split', circuitId: circuit.id, phase, limitA, sharers } };
    });
  });
  const own: Ceiling = { currentA: evse.configuredMaxA, reason: { kind: 'configured-max', configuredMaxA: evse.configuredMaxA } };
  return [...parts, own].sort((a, b) => a.currentA - b.currentA);
}

/** A fixed equal part of every circuit for each EVSE, written when it first answers and again after its restart. */
export const makeStaticSplit: ControllerMaker = (setup) => {
  readModelSettings(staticSplitSettings, setup);
  const { site } = setup;
  const writes = new Map(site.evses.map((evse) => [evse.id, splitWrite(site, evse)]));
  return createModelEngine(site, {
    turn: ({ newReports }: ModelView) => newReports.flatMap(({ evseId }) => writes.get(evseId) ?? []),
  });
};

function splitWrite(site: Site, evse: Evse): ModelWrite {
  const limits = splitCeilings(site, evse);
  const [lowest] = limits;
  return { evseId: evse.id, currentA: fittedA(evse, lowest?.currentA ?? 0), reason: lowest?.reason ?? { kind: 'configured-max', configuredMaxA: evse.configuredMaxA }, limits };
}
