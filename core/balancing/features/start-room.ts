/**
 * Room for one more EVSE at its minimum: "A'*MIN + Base > MAINS -> no", and the same against CIRCUIT (smartevse.md 3.8),
 * phase by phase on every circuit above it.
 */
import { isFiniteNumber } from '../../quantities.ts';
import { continuousLimitOn, pathToRoot } from '../../site/circuit-tree.ts';
import type { Circuit, Site } from '../../site/site.ts';
import { drawnOf } from './draw-history.ts';
import type { EvseView, FeatureView } from './feature.ts';

export interface StartRoom {
  /** Whether this EVSE, which does not charge, fits beside all that were added. */
  hasRoomFor(evse: EvseView): boolean;
  /** One that charges, or may begin to at any moment: it holds its minimum. */
  add(evse: EvseView): void;
}

/** Work grows with the number of EVSEs and the depth of the tree, not with pairs of EVSEs. */
export function emptyRoom(view: FeatureView): StartRoom {
  const paths = pathsOf(view.site);
  // One entry per phase of each circuit.
  const minimumsA = new Float64Array(view.site.circuits.length * 3);
  const drawnA = new Float64Array(view.site.circuits.length * 3);
  return {
    hasRoomFor({ index, evse, phases }) {
      return (paths[index] ?? []).every((at) => {
        const circuit = view.site.circuits[at];
        return phases.every((phase) => {
          if (circuit === undefined) return false;
          const place = at * 3 + phase;
          const baseA = isMeasuredAtGrid(circuit) ? (view.gridCurrentA?.[phase] ?? NaN) - (drawnA[place] ?? 0) : circuit.assumedLoadA;
          const neededA = (minimumsA[place] ?? 0) + evse.minCurrentA;
          return isFiniteNumber(baseA) && neededA + baseA <= continuousLimitOn(circuit, phase).currentA;
        });
      });
    },
    add(holder) {
      for (const at of paths[holder.index] ?? []) {
        for (const phase of holder.phases) {
          const place = at * 3 + phase;
          minimumsA[place] = (minimumsA[place] ?? 0) + holder.evse.minCurrentA;
          drawnA[place] = (drawnA[place] ?? 0) + drawnOf(holder);
        }
      }
    },
  };
}

/**
 * There Base is what flows and is no EVSE; without the meter's value no room can be seen. Elsewhere only the assumed load
 * is known here: what other meters see the balancer itself holds against.
 */
function isMeasuredAtGrid({ parentId, meterId }: Circuit): boolean {
  return parentId === null && meterId !== null;
}

/** Per EVSE the indices of the circuits above it; found once for a site, which never changes. */
const known = new WeakMap<Site, readonly (readonly number[])[]>();

function pathsOf(site: Site): readonly (readonly number[])[] {
  const before = known.get(site);
  if (before !== undefined) return before;
  const paths = site.evses.map(({ circuitId }) => pathToRoot(site, circuitId).map((circuit) => site.circuits.indexOf(circuit)));
  known.set(site, paths);
  return paths;
}
