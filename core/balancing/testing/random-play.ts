/** A random site lived through for a few minutes: who plugs in, what else flows, what fails. Shrinks to little, prints short. */
import fc from 'fast-check';
import type { PerPhase } from '../../quantities.ts';
import type { Site } from '../../site/site.ts';
import { describePlay } from './describe-play.ts';
import { randomSite, type Sizes } from './random-site.ts';

export interface DeviceHabits {
  readonly vehicle: { readonly maxA: number; readonly phaseCount: number } | null;
  /** From what is asked to what is offered, and from that to the vehicle's current: together within the EVSE's response time. */
  readonly obeyMs: number;
  readonly followMs: number;
  /** Before anybody asks for anything. */
  readonly offeredA: number;
  /** Whether it measures what its vehicle draws. */
  readonly tellsCurrent: boolean;
}

/** Indices are taken modulo what the site has. */
export type Happening =
  | { readonly kind: 'load'; readonly circuit: number; readonly currentA: PerPhase<number> }
  | { readonly kind: 'vehicle'; readonly evse: number; readonly vehicle: DeviceHabits['vehicle'] }
  | { readonly kind: 'mute-meter'; readonly meter: number; readonly durationMs: number }
  | { readonly kind: 'mute-evse'; readonly evse: number; readonly durationMs: number }
  | { readonly kind: 'deaf-evse'; readonly evse: number; readonly durationMs: number }
  | { readonly kind: 'restart'; readonly evse: number }
  | { readonly kind: 'limit-evse'; readonly evse: number; readonly currentA: number; readonly durationMs: number }
  | { readonly kind: 'limit-circuit'; readonly circuit: number; readonly currentA: number; readonly durationMs: number }
  | { readonly kind: 'pause'; readonly evse: number; readonly durationMs: number }
  | { readonly kind: 'dim'; readonly isDimmed: boolean }
  | { readonly kind: 'relay'; readonly isOpen: boolean }
  | { readonly kind: 'gap' };

export interface Moment {
  readonly afterMs: number;
  readonly happenings: readonly Happening[];
}

export interface Play {
  readonly site: Site;
  readonly habits: readonly DeviceHabits[];
  /** What each circuit carries at the start besides its EVSEs and the circuits below it. */
  readonly loadsA: readonly PerPhase<number>[];
  readonly moments: readonly Moment[];
}

/** Quarters of an ampere add up without a rounding error. */
const quarters = (leastA: number, mostA: number): fc.Arbitrary<number> => fc.integer({ min: leastA * 4, max: mostA * 4 }).map((count) => count / 4);
const loadA = fc.tuple(quarters(-10, 40), quarters(-10, 40), quarters(-10, 40));
const durationMs = fc.constantFrom(2000, 6000, 30_000);
const vehicle = fc.option(fc.record({ maxA: fc.constantFrom(48, 32, 16, 10, 7.25, 3, 0), phaseCount: fc.constantFrom(3, 2, 1) }));
const index = fc.nat({ max: 63 });

const comesOrGoes = fc.record({ kind: fc.constant('vehicle' as const), evse: index, vehicle });
const loads = fc.record({ kind: fc.constant('load' as const), circuit: index, currentA: loadA });
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  loads,
  loads,
  comesOrGoes,
  fc.record({ kind: fc.constant('mute-meter' as const), meter: index, durationMs }),
  fc.record({ kind: fc.constant('mute-evse' as const), evse: index, durationMs }),
  fc.record({ kind: fc.constant('deaf-evse' as const), evse: index, durationMs }),
  fc.record({ kind: fc.constant('restart' as const), evse: index }),
  fc.record({ kind: fc.constant('limit-evse' as const), evse: index, currentA: quarters(0, 20), durationMs }),
  fc.record({ kind: fc.constant('limit-circuit' as const), circuit: index, currentA: quarters(0, 30), durationMs }),
  fc.record({ kind: fc.constant('pause' as const), evse: index, durationMs }),
  fc.record({ kind: fc.constant('dim' as const), isDimmed: fc.boolean() }),
  fc.record({ kind: fc.constant('relay' as const), isOpen: fc.boolean() }),
  fc.constant({ kind: 'gap' as const }),
);

/** `lively`: anything may happen; `calm`: vehicles come and go, other load stays, and every device does what it should. */
export function randomPlay(kind: 'lively' | 'calm', moments = 16, sizes?: Sizes): fc.Arbitrary<Play> {
  const happening: fc.Arbitrary<Happening> = kind === 'calm' ? comesOrGoes : anyHappening;
  const moment = fc.record({ afterMs: fc.constantFrom(1000, 1000, 1000, 2000, 10_000, 40_000), happenings: fc.array(happening, { maxLength: 2 }) });
  return randomSite(sizes).chain((site) => {
    const habits = fc.tuple(...site.evses.map(({ responseTimeMs, powerUpCurrentA }) => randomHabits(responseTimeMs, powerUpCurrentA)));
    return fc
      .record({
        habits,
        loadsA: fc.array(loadA, { minLength: site.circuits.length, maxLength: site.circuits.length }),
        moments: fc.array(moment, { minLength: Math.ceil(moments / 2), maxLength: moments, size: 'max' }),
      })
      .map((drawn) => printed({ site, ...drawn }));
  });
}

function randomHabits(responseTimeMs: number, powerUpCurrentA: number): fc.Arbitrary<DeviceHabits> {
  return fc.record({ vehicle, obeyMs: fc.constantFrom(0, responseTimeMs / 4, responseTimeMs / 2), followMs: fc.constantFrom(0, responseTimeMs / 2), offeredA: fc.constantFrom(0, 6, powerUpCurrentA), tellsCurrent: fc.constantFrom(true, true, true, false) });
}

/** The same play, which a failed property prints as lines instead of as data. */
export function printed(play: Play): Play {
  return Object.defineProperty(play, fc.toStringMethod, { value: () => describePlay(play), enumerable: false });
}
