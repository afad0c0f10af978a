/**
 * The outer gate of the step: what is handed to it need not be what its type says, because it comes from files, links and
 * people. A list that is none is empty, and of wishes and signals only what can be used is taken; the rest is as if it had
 * not come, and a notice. Single readings and reports are judged where they are taken in (inputs.ts).
 */
import { isFiniteNumber } from '../quantities.ts';
import type { ModeWish } from './features/charge-mode.ts';
import { NO_SIGNALS, type ChargeMode, type Signals } from './features/feature.ts';
import type { LimitWish } from './features/operator-limit.ts';
import type { CircuitHeat } from './ride-through.ts';
import type { Notice } from './setpoint.ts';
import { NO_WISHES, type StepInputs, type Wishes } from './state.ts';

type Claimed<T> = { readonly [Key in keyof T]?: unknown };
type Test = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Test = (value) => typeof value === 'string';
const isFlag: Test = (value) => typeof value === 'boolean';
const orNull = (test: Test): Test => (value) => value === null || test(value);
const MODES: ReadonlySet<unknown> = new Set<ChargeMode>(['normal', 'smart', 'solar', 'off', 'boost', 'pause']);
const isTripleOf = (test: Test): Test => (value) => Array.isArray(value) && value.length === 3 && value.every(test);
const isEnd = orNull(isFiniteNumber);

const isModeWish = (value: unknown): value is ModeWish => isObject(value) && orNull(isText)(value['evseId']) && MODES.has(value['mode']) && isEnd(value['untilWallMs']);
const isLimitWish = (value: unknown): value is LimitWish =>
  isObject(value) && isFiniteNumber(value['currentA']) && isEnd(value['untilWallMs']) && (isText(value['evseId']) || isText(value['circuitId']));
const isTemperature = (value: unknown): value is Signals['temperatures'][number] =>
  isObject(value) && isText(value['evseId']) && isFiniteNumber(value['temperatureC']) && isFiniteNumber(value['timeMs']);

const isHeat = (value: unknown): value is CircuitHeat => isObject(value) && isText(value['circuitId']) && isTripleOf(orNull(isFiniteNumber))(value['loadRatio']);

/** The inputs themselves where nothing is wrong with them; null without a time that is one. */
export function admitInputs(given: unknown, refused: Notice[]): StepInputs | null {
  if (!isObject(given) || !isFiniteNumber(given['timeMs'])) return null;
  const inputs: Claimed<StepInputs> = given;
  const { readings, reports, wishes, signals, breakerHeat } = inputs;
  const isUsual = (wishes === undefined || wishes === NO_WISHES) && signals === undefined && breakerHeat === undefined && inputs.isDiscontinuous === undefined;
  if (isUsual && isFiniteNumber(inputs.wallMs) && Array.isArray(readings) && Array.isArray(reports)) return given as unknown as StepInputs;
  const before = refused.length;
  const admitted = {
    timeMs: given['timeMs'],
    wallMs: field(isFiniteNumber, inputs.wallMs, NaN, refused),
    readings: field(Array.isArray, readings, [], refused),
    reports: field(Array.isArray, reports, [], refused),
    isDiscontinuous: inputs.isDiscontinuous === undefined ? false : field(isFlag, inputs.isDiscontinuous, true, refused),
    ...(wishes === undefined ? {} : { wishes: admitWishes(wishes, refused) }),
    ...(signals === undefined ? {} : { signals: admitSignals(signals, refused) }),
    ...(breakerHeat === undefined ? {} : { breakerHeat: items(isHeat, breakerHeat, refused) }),
  };
  // Without a refusal every field has passed the test of its type.
  return (refused.length === before ? given : admitted) as unknown as StepInputs;
}

function admitWishes(wishes: unknown, refused: Notice[]): Wishes {
  if (wishes === NO_WISHES) return NO_WISHES;
  if (!isObject(wishes)) return field(() => false, wishes, NO_WISHES, refused) as Wishes;
  const { pausedEvses, isLeaving, modes, limits }: Claimed<Wishes> = wishes;
  const isPauses: Test = (value) => value === null || value === 'all' || value instanceof Set;
  return {
    pausedEvses: field(isPauses, pausedEvses, null, refused) as Wishes['pausedEvses'],
    isLeaving: field(isFlag, isLeaving, false, refused) as boolean,
    modes: items(isModeWish, modes, refused),
    limits: items(isLimitWish, limits, refused),
  };
}

function admitSignals(signals: unknown, refused: Notice[]): Signals {
  if (!isObject(signals)) return field(() => false, signals, NO_SIGNALS, refused) as Signals;
  const { gridRelay, isDimmed, battery, pv, temperatures }: Claimed<Signals> = signals;
  const isRelay: Test = (value) => value === null || value === 'open' || value === 'closed';
  const isBattery = orNull((value) => isObject(value) && isTripleOf(isFiniteNumber)(value['currentA']) && isFiniteNumber(value['timeMs']));
  const isPv = orNull((value) => isObject(value) && isFiniteNumber(value['powerW']) && isFiniteNumber(value['timeMs']));
  return {
    gridRelay: field(isRelay, gridRelay, null, refused) as Signals['gridRelay'],
    isDimmed: field(orNull(isFlag), isDimmed, null, refused) as Signals['isDimmed'],
    battery: field(isBattery, battery, null, refused) as Signals['battery'],
    pv: field(isPv, pv, null, refused) as Signals['pv'],
    temperatures: items(isTemperature, temperatures, refused),
  };
}

/** The value where it passes; otherwise what stands for none. */
function field(passes: Test, value: unknown, none: unknown, refused: Notice[]): unknown {
  if (passes(value)) return value;
  refused.push({ code: 'input-refused', severity: 'attention', about: null, context: { device: null } });
  return none;
}

function items<T>(passes: (value: unknown) => value is T, list: unknown, refused: Notice[]): readonly T[] {
  const all = field(Array.isArray, list, [], refused) as readonly unknown[];
  return all.filter((item): item is T => field(passes, item, null, refused) !== null);
}
