/** The one face that every controller of a scenario shows the player: readings and reports in, frames and offers out. */
import { ChargebenchError, type Failure } from '../errors.ts';
import type { Wishes } from '../balancing/state.ts';
import { createLoopEngine } from '../loop/engine.ts';
import type { Signal } from '../loop/signals.ts';
import { NOTHING_KEPT } from '../loop/kept-memory.ts';
import type { Curves } from '../protection/curve-schema.ts';
import type { DeviceId, EvseId } from '../quantities.ts';
import type { Frame } from '../runs/frame.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { EvseReport, MeterReading, Offer } from '../site/readings.ts';
import type { Site } from '../site/site.ts';

/** The controller that asks nobody: the devices decide for themselves. */
export const DEVICE_CONTROLLER = 'device';
export const CHARGEBENCH_CONTROLLER = 'chargebench';

export type EvseAct =
  | { readonly kind: 'card'; readonly evseId: EvseId; readonly card: string }
  | { readonly kind: 'switch'; readonly evseId: EvseId; readonly isClosed: boolean };

export interface ControllerTurn {
  /** All that is known and decided now, each setpoint with its reason. */
  readonly frame: Frame;
  /** What goes to the devices now, decreases first. A driver refuses what no device takes: between 0 and the minimum, above the rating. */
  readonly offers: readonly Offer[];
}

/**
 * A controller without any I/O: the loop engine, or a model of one in the field. Players call `turn` at least once a
 * second and whenever something came in; times ascend, and everything is decided by what was accepted before.
 */
export interface ControllerEngine {
  acceptReading(reading: MeterReading): void;
  acceptReport(report: EvseReport): void;
  /** An offer did not reach its device. */
  offerFailed(evseId: EvseId, failure: Failure): void;
  /** The link was away and is back: whatever was sent may not have arrived. */
  linkRestored(): void;
  /** False: look and decide, but ask nothing of any device. */
  setControlling(isControlling: boolean): void;
  /** What a person asks for; absent where the controller knows no wishes. */
  setWishes?(wishes: Wishes): void;
  wishes?(): Wishes;
  /** What contacts and probes say, and when it was so; absent where the controller listens to none. */
  acceptSignal?(signal: Signal, timeMs: number): void;
  /** What is done at an EVSE itself; absent where no controller sits in it. */
  actAtEvse?(act: EvseAct): void;
  /** `timeMs` since the start of the run, `wallMs` UTC. */
  turn(timeMs: number, wallMs: number): ControllerTurn;
  /** Before this time turns may be left out (core/loop/engine.ts); both absent where every turn counts. */
  standsUntilMs?(telling: ReadonlySet<DeviceId>): number;
  leaveOut?(turns: number, timeMs: number, wallMs: number): void;
}

export type ControllerSettings = Scenario['controllers'][string]['settings'];

/** What a controller is made from. */
export interface ControllerSetup {
  readonly site: Site;
  /** From the scenario file; keys with their unit. */
  readonly settings: ControllerSettings;
  /** Trip bands by name; those that come with the program when absent. */
  readonly curves?: Curves;
  /** Where `settings` stand in the file, for refusals. */
  readonly path: readonly string[];
}

/** Throws `invalid-file` with path and rule for settings it does not know, `not-supported` for a site it cannot control. */
export type ControllerMaker = (setup: ControllerSetup) => ControllerEngine;

/** By name in the scenario file; null where the devices decide for themselves. */
export type ControllerMakers = ReadonlyMap<string, ControllerMaker | null>;

const BUILT_IN: ControllerMakers = new Map<string, ControllerMaker | null>([
  [CHARGEBENCH_CONTROLLER, makeChargebench],
  [DEVICE_CONTROLLER, null],
]);

/** Its settings are the site's own: limits, modes and policy. */
function makeChargebench({ site, settings, path, curves }: ControllerSetup): ControllerEngine {
  refuseSettings(settings, path);
  return createLoopEngine(site, NOTHING_KEPT, { mayRest: true, ...(curves === undefined ? {} : { curves }) });
}

function refuseSettings(settings: ControllerSettings, path: readonly string[]): void {
  const [key] = Object.keys(settings);
  if (key !== undefined) throw new ChargebenchError('invalid-file', { path: [...path, key].join('/'), rule: 'unknown-key' });
}

/**
 * The controller that a scenario names, or null where the devices decide. `others` are looked at besides Chargebench
 * and the devices. Throws `invalid-file` for a name nobody knows or settings that its controller does not have.
 */
export function makeController(scenario: Scenario, site: Site, name: string, others: ControllerMakers = new Map(), curves?: Curves): ControllerEngine | null {
  const maker = BUILT_IN.has(name) ? BUILT_IN.get(name) : others.get(name);
  if (maker === undefined) throw new ChargebenchError('invalid-file', { path: `controllers/${name}`, rule: 'unknown-controller' });
  const settings = (Object.hasOwn(scenario.controllers, name) ? scenario.controllers[name]?.settings : undefined) ?? {};
  const path = ['controllers', name, 'settings'];
  if (maker !== null) return maker({ site, settings, path, ...(curves === undefined ? {} : { curves }) });
  refuseSettings(settings, path);
  return null;
}
