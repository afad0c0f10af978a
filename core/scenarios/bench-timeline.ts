/** What a scenario does to the machine that its controller runs on: sleep, end and new start, and jumps of its clock. */
import type { ScenarioFault } from './fault-schema.ts';

export interface BenchTimeline {
  /** False where nothing ever happens to it. */
  readonly hasEvents: boolean;
  /** When it goes and comes, ascending. */
  readonly changesMs: readonly number[];
  /** Neither acts nor hears. */
  isAway(timeMs: number): boolean;
  /** How often it has been killed by then: what it knew before is gone. */
  kills(timeMs: number): number;
  /** When it acts again at the earliest, for a moment at which it is away; Infinity for never. */
  backMs(timeMs: number): number;
  /** What its time of day is ahead by. */
  wallShiftMs(timeMs: number): number;
}

interface Away {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly isKill: boolean;
}

export function benchTimeline(faults: readonly ScenarioFault[]): BenchTimeline {
  const away = faults.flatMap((fault): Away[] => {
    if (fault.kind !== 'sleep' && fault.kind !== 'controller-killed') return [];
    return [{ fromMs: fault.fromS * 1000, untilMs: fault.untilS === undefined ? Infinity : fault.untilS * 1000, isKill: fault.kind === 'controller-killed' }];
  });
  const jumps = faults.flatMap((fault) => (fault.kind === 'clock-jump' ? [{ fromMs: fault.fromS * 1000, byMs: fault.byS * 1000 }] : []));
  const awayAt = (timeMs: number): Away | undefined => away.find(({ fromMs, untilMs }) => fromMs <= timeMs && timeMs < untilMs);
  return {
    changesMs: [...new Set(away.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]))].filter(Number.isFinite).sort((a, b) => a - b),
    hasEvents: away.length + jumps.length > 0,
    isAway: (timeMs) => awayAt(timeMs) !== undefined,
    kills: (timeMs) => away.filter(({ fromMs, isKill }) => isKill && fromMs <= timeMs).length,
    backMs(timeMs) {
      let backMs = timeMs;
      // One absence may follow another at once.
      for (let next = awayAt(backMs); next !== undefined && backMs < Infinity; next = awayAt(backMs)) backMs = next.untilMs;
      return backMs;
    },
    wallShiftMs: (timeMs) => jumps.reduce((sum, { fromMs, byMs }) => (fromMs <= timeMs ? sum + byMs : sum), 0),
  };
}
