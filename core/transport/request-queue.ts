import type { ModbusUrgency } from './modbus-bus.ts';

/** Something that waits for the line. */
export interface Waiting {
  readonly unitId: number;
  readonly urgency: ModbusUrgency;
  readonly sinceMs: number;
}

export interface RequestQueue<Item extends Waiting> {
  add(item: Item): void;
  remove(item: Item): boolean;
  /** Takes out the one whose turn it is among those that may go; null when none may. */
  take(nowMs: number, mayGo: (item: Item) => boolean): Item | null;
  /** Takes out everything. */
  clear(): readonly Item[];
  readonly size: number;
}

const RANK: Readonly<Record<ModbusUrgency, number>> = { setpoint: 0, fast: 1, slow: 2, scan: 3 };

/**
 * Who has waited this long counts as `fast`: on a line that the fast polls fill, energies and a scan still get their turn, as one unit
 * among the others. Nothing ever passes a setpoint.
 */
const PATIENCE_MS: Readonly<Record<ModbusUrgency, number>> = { setpoint: Infinity, fast: Infinity, slow: 5000, scan: 2000 };

/** By urgency; within one the unit whose last turn is longest ago; within one unit in the order of asking. */
export function createRequestQueue<Item extends Waiting>(): RequestQueue<Item> {
  const waiting = new Set<Item>();
  const lastTurns = new Map<number, number>();
  let turn = 0;
  const rankOf = (item: Item, nowMs: number): number => {
    const rank = RANK[item.urgency];
    return nowMs - item.sinceMs >= PATIENCE_MS[item.urgency] ? Math.min(rank, RANK.fast) : rank;
  };
  return {
    get size() {
      return waiting.size;
    },
    add: (item) => void waiting.add(item),
    remove: (item) => waiting.delete(item),
    take(nowMs, mayGo) {
      let best: Item | null = null;
      let bestRank = Infinity;
      let bestTurn = Infinity;
      for (const item of waiting) {
        if (!mayGo(item)) continue;
        const rank = rankOf(item, nowMs);
        const lastTurn = lastTurns.get(item.unitId) ?? -1;
        if (rank > bestRank || (rank === bestRank && lastTurn >= bestTurn)) continue;
        [best, bestRank, bestTurn] = [item, rank, lastTurn];
      }
      if (best === null) return null;
      waiting.delete(best);
      lastTurns.set(best.unitId, turn);
      turn += 1;
      return best;
    },
    clear() {
      const all = [...waiting];
      waiting.clear();
      return all;
    },
  };
}
