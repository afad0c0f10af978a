import { z } from 'zod';
import type { Ceiling, Reason } from '../../core/balancing/setpoint.ts';
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerMaker, ControllerSetup } from '../../core/player/controller-engine.ts';
import { clamp, type MeterId, type PhaseIndex } from '../../core/quantities.ts';
import { circuitOf, phasesOf } from '../../core/site/circuit-tree.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import type { Evse, Meter } from '../../core/site/site.ts';
import {
  INITIAL_COORDINATOR,
  mapTriple,
  pairsOf,
  refresh,
  requestRefresh,
  type ChargerState,
  type CoordinatorSetup,
  type CoordinatorState,
  type FormPhase,
  type PairRow,
  type PhaseLimit,
  type Triple,
} from './ev-load-balancing.ts';
import { advanceEasee, initialEasee, isEqual, obeyedA, writeEasee, type EaseeSetup, type EaseeState } from './ev-load-balancing-easee.ts';
import { createModelEngine, fittedA, type ModelView, type ModelWrite } from './model-engine.ts';
import { mainsMeterOf, readModelSettings } from './model-settings.ts';

const ROWS = /^([123])-([123]) ([123])-([123]) ([123])-([123])$/;
const isPermutation = (phases: readonly number[]): boolean => new Set(phases).size === 3;
const rowsText = z
  .string()
  .regex(ROWS, 'three rows of mains phase and charger phase: "1-1 2-2 3-3"')
  .transform(rowsOf)
  .refine((rows) => isPermutation(rows.map(({ mains }) => mains)) && isPermutation(rows.map(({ charger }) => charger)), 'each phase once in each column');

/** The form of the integration (A.8), and what stands behind it. */
export const evLoadBalancingSettings = z.strictObject({
  pairs: rowsText.prefault('1-1 2-2 3-3').describe("The form's pairing, mains phase to charger phase, rows in the order in which they were filled in."),
  mainsLimitA: z.number().int().min(6).max(80).optional().describe("The form's rating of the mains circuit; the rating of the circuit at the meter where absent."),
  circuitRatedA: z.number().min(6).max(80).optional().describe("Easee's circuit_ratedCurrent; the EVSE's rating where absent."),
  ttlMin: z.number().int().min(1).max(30).default(10).describe('Time-to-live of every limit.'),
  afterExpiry: z.enum(['offline-limit', 'stays', 'maximum']).default('offline-limit').describe("What the charger does when it runs out: to the EVSE's fail-safe current, stays, or to its maximum."),
  delayS: z.number().min(0).max(60).default(5).describe('From a write through the cloud to charger and read-back: 1 to 10 s, at times 30 s.'),
  maximumA: z.number().min(6).max(80).default(40).describe('Where the dynamic limit stands after a restart of the charger: 40 A (Home), 80 A (Charge).'),
});

type Settings = z.output<typeof evLoadBalancingSettings>;

/** One config entry: one charger and the mains meter above it. */
interface Entry {
  readonly evse: Evse;
  readonly meter: Meter;
  readonly coordinatorSetup: CoordinatorSetup;
  readonly easeeSetup: EaseeSetup;
  readonly ttlMin: number;
  coordinator: CoordinatorState;
  easee: EaseeState;
  mainsA: Triple<number | null>;
  charger: ChargerState;
}

/**
 * EV Load Balancing with an Easee behind it, one config entry per EVSE. Entries share nothing here: what two of them do to
 * each other through lists of the class (A.10) is not told. Throws `not-supported` where a phase is not measured.
 */
export const makeEvLoadBalancing: ControllerMaker = (setup) => makeController(setup, false);

/** The same with the phase map applied the right way round and once; nothing else is put right. */
export const makeCorrectedEvLoadBalancing: ControllerMaker = (setup) => makeController(setup, true);

function makeController(setup: ControllerSetup, isMapCorrected: boolean): ReturnType<ControllerMaker> {
  const settings = readModelSettings(evLoadBalancingSettings, setup);
  const { site } = setup;
  if (phasesOf(site.supply).length < 3) throw new ChargebenchError('not-supported', { supply: site.supply.kind, what: 'controller', needs: 'three phases' });
  const entries = site.evses.map((evse) => createEntry(setup, evse, settings, isMapCorrected));
  return createModelEngine(site, { turn: (view) => entries.flatMap((entry) => turnEntry(entry, view)) });
}

function createEntry({ site }: ControllerSetup, evse: Evse, settings: Settings, isMapCorrected: boolean): Entry {
  const meter = mainsMeterOf(site, evse);
  const ratingA = site.circuits.find(({ meterId }) => meterId === meter.id)?.breaker.ratingA ?? circuitOf(site, evse.circuitId)?.breaker.ratingA ?? 20;
  const easeeSetup: EaseeSetup = {
    delayMs: settings.delayS * 1000,
    ttlMs: settings.ttlMin * 60_000,
    afterExpiry: settings.afterExpiry,
    offlineLimitA: evse.failSafeCurrentA,
    maximumA: settings.maximumA,
  };
  return {
    evse,
    meter,
    coordinatorSetup: {
      pairs: pairsOf(settings.pairs, isMapCorrected),
      mainsLimitA: settings.mainsLimitA ?? clamp(Math.trunc(ratingA), 6, 80),
      chargerRatedA: Math.trunc(settings.circuitRatedA ?? evse.ratingA),
    },
    easeeSetup,
    ttlMin: settings.ttlMin,
    coordinator: INITIAL_COORDINATOR,
    easee: initialEasee(easeeSetup),
    mainsA: [null, null, null],
    charger: 'off',
  };
}

function turnEntry(entry: Entry, { timeMs, readings, reports }: ModelView): readonly ModelWrite[] {
  const writes: ModelWrite[] = [];
  const wasExpired = entry.easee.hasExpired;
  const isChanged = watch(entry, timeMs, readings, reports.get(entry.evse.id));
  if (entry.easee.hasExpired && !wasExpired) writes.push(expiryWrite(entry));
  if (isChanged) entry.coordinator = requestRefresh(entry.coordinator, timeMs);
  const { refreshDueMs } = entry.coordinator;
  if (refreshDueMs === null || refreshDueMs > timeMs) return writes;
  const { charger, mainsA, easee } = entry;
  const { state, limits } = refresh(entry.coordinatorSetup, entry.coordinator, { timeMs, charger, mainsA, limitA: easee.limitA });
  entry.coordinator = state;
  return limits === null ? writes : [...writes, ...send(entry, timeMs, limits)];
}

/** Takes in what Home Assistant would see; true where an entity that is watched changed. A repeated value is no change. */
function watch(entry: Entry, timeMs: number, readings: ReadonlyMap<MeterId, MeterReading>, report: EvseReport | undefined): boolean {
  const before = { mainsA: entry.mainsA, charger: entry.charger, limitA: entry.easee.limitA };
  entry.easee = advanceEasee(entry.easeeSetup, entry.easee, timeMs);
  const reading = readings.get(entry.meter.id);
  if (reading !== undefined) entry.mainsA = mainsCurrents(entry.meter, reading);
  if (report !== undefined) entry.charger = chargerState(report);
  const isSameMains = entry.mainsA.every((currentA, phase) => currentA === before.mainsA[phase]);
  return !isSameMains || entry.charger !== before.charger || !isEqual(entry.easee.limitA, before.limitA);
}

/** By the meter's own phases and without sign: the P1 port knows no other (trap 7). */
function mainsCurrents({ phaseMap }: Meter, { currentA }: MeterReading): Triple<number | null> {
  return mapTriple(phaseMap, (phase) => {
    const signedA = currentA[phase];
    return signedA === null ? null : Math.abs(signedA);
  });
}

/** A vehicle that waits is `awaiting_start` in easee_hass's words, also while nothing is offered (A.2). */
function chargerState({ state, isVehicleConnected }: EvseReport): ChargerState {
  if (state === 'charging') return 'charging';
  const waits = state === 'connected' || (state === 'paused' && isVehicleConnected === true);
  return waits ? 'pending' : 'off';
}

function send(entry: Entry, timeMs: number, limits: Triple<PhaseLimit>): readonly ModelWrite[] {
  const { evse, easeeSetup } = entry;
  const before = entry.easee;
  entry.easee = writeEasee(easeeSetup, before, timeMs, mapTriple(limits, ({ newA }) => newA));
  const write = entry.easee.underway.at(-1);
  if (entry.easee === before || write === undefined) return [];
  const ceilings = limits
    .slice(0, evse.phaseCount)
    .map((limit, output): Ceiling => ({ currentA: Math.max(0, limit.newA), reason: limitReason(entry, limit, output) }))
    .sort((a, b) => a.currentA - b.currentA);
  return [modelWrite(entry, write.limitA, ceilings, easeeSetup.delayMs)];
}

function expiryWrite(entry: Entry): ModelWrite {
  const { afterExpiry } = entry.easeeSetup;
  const [currentA] = entry.easee.limitA;
  return modelWrite(entry, entry.easee.limitA, [{ currentA, reason: { kind: 'model-ttl-expired', ttlMin: entry.ttlMin, then: afterExpiry, currentA } }], 0);
}

function modelWrite({ evse }: Entry, limitA: Triple<number>, ceilings: readonly Ceiling[], delayMs: number): ModelWrite {
  const own: Ceiling = { currentA: evse.configuredMaxA, reason: { kind: 'configured-max', configuredMaxA: evse.configuredMaxA } };
  const limits = [...ceilings, own].sort((a, b) => a.currentA - b.currentA);
  const currentA = fittedA(evse, obeyedA({ limitA }, evse.phaseCount));
  return { evseId: evse.id, currentA, reason: limits[0]?.reason ?? own.reason, limits, delayMs };
}

const OUTPUTS = ['P1', 'P2', 'P3'] as const;

function limitReason({ meter, coordinatorSetup }: Entry, { pair, mainsA, previousA, deviationA, boundA }: PhaseLimit, output: number): Reason {
  const phase: PhaseIndex = meter.phaseMap[pair.mains];
  return { kind: 'model-ev-load-balancing', output: OUTPUTS[output] ?? 'P1', phase, limitA: coordinatorSetup.mainsLimitA, mainsA, previousA, deviationA, boundA };
}

function rowsOf(text: string): Triple<PairRow> {
  const digits = (ROWS.exec(text) ?? []).slice(1).map((digit) => (Number(digit) - 1) as FormPhase);
  const row = (index: number): PairRow => ({ mains: digits[2 * index] ?? 0, charger: digits[2 * index + 1] ?? 0 });
  return [row(0), row(1), row(2)];
}
