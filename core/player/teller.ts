/** Tells a controller what a scenario has it told besides readings and reports, at its moments. */
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { Signal } from '../loop/signals.ts';
import { withLimit, withMode } from '../loop/wishes.ts';
import { evseId } from '../quantities.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { ScenarioSignal, ScenarioWish } from '../scenarios/told-schema.ts';
import type { ControllerEngine } from './controller-engine.ts';

export interface Teller {
  /** Moments at which something is left to be told, ascending. */
  readonly momentsMs: readonly number[];
  /** Everything due up to and including this time that has not been told. Times ascend. */
  tellUntil(timeMs: number): void;
}

type Told = (engine: ControllerEngine, timeMs: number) => void;

/**
 * `bornMs`: when this controller was started. What a contact showed before is still to be seen then; what a person asked
 * its earlier life for is not. `startWallMs`: UTC at the start of the run.
 */
export function createTeller({ signals, wishes }: Pick<Scenario, 'signals' | 'wishes'>, engine: ControllerEngine, bornMs: number, startWallMs: number): Teller {
  // Moments are whole seconds, and in real time a controller starts a little after its own.
  const bornS = Math.floor(bornMs / 1000);
  const left = [
    ...signals.map((signal) => ({ timeMs: signal.atS * 1000, told: signalTold(signal) })),
    ...wishes.filter(({ atS }) => atS >= bornS).map((wish) => ({ timeMs: wish.atS * 1000, told: wishTold(wish, startWallMs) })),
  ].sort((a, b) => a.timeMs - b.timeMs);
  let next = 0;
  return {
    momentsMs: [...new Set(left.map(({ timeMs }) => timeMs))],
    tellUntil(timeMs) {
      for (let due = left[next]; due !== undefined && due.timeMs <= timeMs; due = left[next]) {
        due.told(engine, timeMs);
        next += 1;
      }
    },
  };
}

function signalTold(signal: ScenarioSignal): Told {
  const told = signalOf(signal);
  return (engine, timeMs) => engine.acceptSignal?.(told, timeMs);
}

function signalOf(signal: ScenarioSignal): Signal {
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
  const untilWallMs = wish.untilS === undefined ? null : startWallMs + wish.untilS * 1000;
  const change = (wishes: Wishes): Wishes =>
    wish.kind === 'limit'
      ? withLimit(wishes, { evseId: evseId(wish.evse), currentA: wish.currentA, untilWallMs })
      : withMode(wishes, { evseId: wish.evse === undefined ? null : evseId(wish.evse), mode: wish.mode, untilWallMs });
  return (engine) => engine.setWishes?.(change(engine.wishes?.() ?? NO_WISHES));
}
