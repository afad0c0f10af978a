/** Tells a controller what a scenario has it told besides readings and reports, at its moments. */
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { Signal } from '../loop/signals.ts';
import { withLimit, withMode } from '../loop/wishes.ts';
import { evseId } from '../quantities.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { ScenarioSignal, ScenarioWish } from '../scenarios/told-schema.ts';
import type { ControllerEngine } from './controller-engine.ts';
import type { SiteWires } from './world.ts';

export interface Teller {
  /** When something is left to be told; Infinity when nothing is. */
  nextMs(): number;
  /** Everything due up to and including this time that has not been told. Times ascend. */
  tellUntil(timeMs: number): void;
}

type Told = (engine: ControllerEngine, timeMs: number) => void;

/**
 * `bornMs`: when this controller was started. What a contact showed before is still to be seen then; what a person asked
 * its earlier life for is not. `startWallMs`: UTC at the start of the run.
 */
export function createTeller({ signals, wishes, batteryFeed }: Pick<Scenario, 'signals' | 'wishes' | 'batteryFeed'>, engine: ControllerEngine, bornMs: number, startWallMs: number, wires: SiteWires): Teller {
  // Moments are whole seconds, and in real time a controller starts a little after its own.
  const bornS = Math.floor(bornMs / 1000);
  const left = [
    ...signals.map((signal) => ({ timeMs: signal.atS * 1000, told: signalTold(signal) })),
    ...wishes.filter(({ atS }) => atS >= bornS).map((wish) => ({ timeMs: wish.atS * 1000, told: wishTold(wish, startWallMs) })),
  ].sort((a, b) => a.timeMs - b.timeMs);
  let next = 0;
  const battery = createBatteryFeed(batteryFeed, bornMs);
  return {
    nextMs: () => Math.min(left[next]?.timeMs ?? Infinity, battery.nextMs()),
    tellUntil(timeMs) {
      if (battery.isDue(timeMs)) engine.acceptSignal?.({ kind: 'battery', currentA: wires.homeBatteryA() }, timeMs);
      for (let due = left[next]; due !== undefined && due.timeMs <= timeMs; due = left[next]) {
        due.told(engine, timeMs);
        next += 1;
      }
    },
  };
}

interface BatteryFeed {
  nextMs(): number;
  /** Whether it is told at this time; what was missed is not told later. */
  isDue(timeMs: number): boolean;
}

function createBatteryFeed(feed: Scenario['batteryFeed'], bornMs: number): BatteryFeed {
  if (feed === undefined) return { nextMs: () => Infinity, isDue: () => false };
  const [fromMs, everyMs, untilMs] = [feed.fromS * 1000, feed.everyS * 1000, (feed.untilS ?? Infinity) * 1000];
  const at = (timeMs: number): number => (timeMs < untilMs ? timeMs : Infinity);
  let nextMs = at(fromMs + Math.max(0, Math.ceil((bornMs - fromMs) / everyMs)) * everyMs);
  return {
    nextMs: () => nextMs,
    isDue(timeMs) {
      if (timeMs < nextMs) return false;
      nextMs = at(fromMs + (Math.floor((timeMs - fromMs) / everyMs) + 1) * everyMs);
      return true;
    },
  };
}

function signalTold(signal: ScenarioSignal): Told {
  if (signal.kind === 'switch') {
    const act = { kind: 'switch', evseId: evseId(signal.evse), isClosed: signal.contact === 'closed' } as const;
    return (engine) => engine.actAtEvse?.(act);
  }
  const told = signalOf(signal);
  return (engine, timeMs) => engine.acceptSignal?.(told, timeMs);
}

function signalOf(signal: Exclude<ScenarioSignal, { readonly kind: 'switch' }>): Signal {
  switch (signal.kind) {
    case 'grid-relay':
      return { kind: 'grid-relay', gridRelay: signal.gridRelay };
    case 'dimming':
      return { kind: 'dimming', isDimmed: signal.isDimmed };
    case 'temperature':
      return { kind: 'temperature', evseId: evseId(signal.evse), temperatureC: signal.temperatureC };
  }
}

function wishTold(wish: ScenarioWish, startWallMs: number): Told {
  if (wish.kind === 'card') {
    const act = { kind: 'card', evseId: evseId(wish.evse), card: wish.card } as const;
    return (engine) => engine.actAtEvse?.(act);
  }
  const untilWallMs = wish.untilS === undefined ? null : startWallMs + wish.untilS * 1000;
  const change = (wishes: Wishes): Wishes =>
    wish.kind === 'limit'
      ? withLimit(wishes, { evseId: evseId(wish.evse), currentA: wish.currentA, untilWallMs })
      : withMode(wishes, { evseId: wish.evse === undefined ? null : evseId(wish.evse), mode: wish.mode, untilWallMs });
  return (engine) => engine.setWishes?.(change(engine.wishes?.() ?? NO_WISHES));
}
