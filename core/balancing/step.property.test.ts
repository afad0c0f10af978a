import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhaseIndex } from '../quantities.ts';
import { continuousLimitA, evsesBelow, phasesOf } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import type { Setpoint } from './setpoint.ts';
import { initialState, type BalancerState, type StepResult } from './state.ts';
import { step } from './step.ts';
import { randomSeconds, randomSite, type Second } from './testing/random-site.ts';

/** Seeded random sites per property; the soak run asks for ten times as many. */
const RUNS = Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000);
const SEED = 20_261_120;
const SECONDS = 12;
/** Each property looks at thousands of sites. */
const TIME_LIMIT_MS = 1_800_000;

const played = randomSite().chain((site) => randomSeconds(site, SECONDS).map((seconds) => ({ site, seconds })));

function play(site: Site, seconds: readonly Second[], after: (result: StepResult, before: BalancerState, index: number) => void): void {
  let state = initialState(site);
  for (const [index, second] of seconds.entries()) {
    const timeMs = (index + 1) * 1000;
    const result = step(site, state, { timeMs, wallMs: timeMs, ...second });
    after(result, state, index);
    state = result.state;
  }
}

const offeredA = (setpoints: readonly Setpoint[], id: string): number => setpoints.find(({ evseId }) => evseId === id)?.offeredCurrentA ?? NaN;

/** By the phases each setpoint says it loads: those of the EVSE, or of its vehicle where they have been learned. */
function sumOn(site: Site, setpoints: readonly Setpoint[], circuit: Site['circuits'][number], phase: PhaseIndex): number {
  const below = evsesBelow(site, circuit.id);
  return setpoints
    .filter(({ evseId, phases }) => phases.includes(phase) && below.some(({ id }) => id === evseId))
    .reduce((sum, { offeredCurrentA }) => sum + offeredCurrentA, 0);
}

describe('over random sites and random messages', () => {
  it('no phase of any circuit is offered above its limit', () => {
    fc.assert(
      fc.property(played, ({ site, seconds }) => {
        play(site, seconds, ({ setpoints }) => {
          for (const circuit of site.circuits) {
            for (const phase of phasesOf(site.supply)) expect(sumOn(site, setpoints, circuit, phase)).toBeLessThanOrEqual(continuousLimitA(circuit) + circuit.sourceCreditA + 1e-6);
          }
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('every offer is a pause or at least the minimum, within the ratings, in whole steps, and has its reason', () => {
    fc.assert(
      fc.property(played, ({ site, seconds }) => {
        play(site, seconds, ({ setpoints }) => {
          for (const evse of site.evses) {
            const setpoint = setpoints.find(({ evseId }) => evseId === evse.id);
            const currentA = setpoint?.offeredCurrentA ?? NaN;
            expect(currentA === 0 || (currentA >= evse.minCurrentA && currentA <= Math.min(evse.ratingA, evse.configuredMaxA))).toBe(true);
            expect(Math.abs(currentA / evse.stepA - Math.round(currentA / evse.stepA))).toBeLessThan(1e-6);
            expect(setpoint?.reason).toBe(setpoint?.limits[0]?.reason);
            expect(setpoint?.limits[0]?.currentA).toBeGreaterThanOrEqual(currentA - 1e-6);
          }
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('nothing is raised on a meter that is stale', () => {
    fc.assert(
      fc.property(played, ({ site, seconds }) => {
        const lastMs = new Map<string, number>();
        play(site, seconds, ({ setpoints }, before, index) => {
          for (const { meterId, timeMs } of seconds[index]?.readings ?? []) lastMs.set(meterId, timeMs);
          const timeMs = (index + 1) * 1000;
          for (const circuit of site.circuits) {
            const meter = site.meters.find(({ id }) => id === circuit.meterId);
            if (meter === undefined || timeMs - (lastMs.get(meter.id) ?? 1000) <= meter.allowedAgeMs) continue;
            for (const { id } of evsesBelow(site, circuit.id)) {
              const at = site.evses.findIndex((evse) => evse.id === id);
              const earlierA = before.evses[at]?.offerA ?? null;
              if (earlierA !== null) expect(offeredA(setpoints, id)).toBeLessThanOrEqual(earlierA);
            }
          }
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('the same state, also through JSON, and the same input give the same answer', () => {
    fc.assert(
      fc.property(played, ({ site, seconds }) => {
        let state = initialState(site);
        for (const [index, second] of seconds.entries()) {
          const inputs = { timeMs: (index + 1) * 1000, wallMs: 0, ...second };
          const result = step(site, state, inputs);
          expect(step(site, JSON.parse(JSON.stringify(state)) as BalancerState, inputs)).toEqual(result);
          state = result.state;
        }
      }),
      { numRuns: Math.ceil(RUNS / 10), seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('renaming phases renames the answer', () => {
    const rotations: readonly (readonly [PhaseIndex, PhaseIndex, PhaseIndex])[] = [
      [1, 2, 0],
      [2, 0, 1],
      [1, 0, 2],
    ];
    fc.assert(
      fc.property(played, fc.constantFrom(...rotations), ({ site, seconds }, to) => {
        fc.pre(site.supply.kind === 'three-phase-star');
        const renamed: Site = {
          ...site,
          evses: site.evses.map((evse) => ({ ...evse, phaseMap: evse.phaseMap.map((phase) => to[phase]) as unknown as typeof evse.phaseMap })),
        };
        const move = <T>(values: readonly [T, T, T]): readonly [T, T, T] => {
          const moved: [T, T, T] = [...values];
          for (const phase of phasesOf(site.supply)) moved[to[phase]] = values[phase];
          return moved;
        };
        const plain: number[][] = [];
        play(site, seconds, ({ setpoints }) => plain.push(setpoints.map(({ offeredCurrentA }) => offeredCurrentA)));
        const turned: number[][] = [];
        const messages = seconds.map((second) => ({ ...second, readings: second.readings.map((reading) => ({ ...reading, currentA: move(reading.currentA) })) }));
        play(renamed, messages, ({ setpoints }) => turned.push(setpoints.map(({ offeredCurrentA }) => offeredCurrentA)));
        expect(turned).toEqual(plain);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('any input whatever gives legal setpoints and never an exception', () => {
    const anything = fc.anything({ withNullPrototype: false });
    const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 1e12));
    const triple = fc.tuple(fc.oneof(number, fc.constant(null)), fc.oneof(number, fc.constant(null)), fc.oneof(number, fc.constant(null)));
    const junkReading = fc.record({ meterId: fc.constantFrom('m0', 'm1', 'nobody'), timeMs: number, currentA: triple, voltageV: fc.constant(null), powerW: fc.constant(null), isLive: fc.boolean() });
    const junkReport = fc.record({
      evseId: fc.constantFrom('e0', 'e1', 'nobody'),
      timeMs: number,
      state: fc.constantFrom(null, 'charging', 'idle', 'paused'),
      isVehicleConnected: fc.constant(null),
      offeredCurrentA: fc.oneof(number, fc.constant(null)),
      measuredCurrentA: fc.oneof(triple, fc.constant(null)),
      measuredTimeMs: fc.oneof(number, fc.constant(null)),
      voltageV: fc.constant(null),
      energyWh: fc.constant(null),
      restartCount: fc.nat({ max: 2 }),
      otherCommander: fc.constantFrom(null, 'override'),
    });
    fc.assert(
      fc.property(randomSite(), fc.array(fc.tuple(number, fc.array(fc.oneof(junkReading, anything)), fc.array(fc.oneof(junkReport, anything))), { maxLength: 6 }), (site, steps) => {
        let state = initialState(site);
        for (const [timeMs, readings, reports] of steps) {
          const result = step(site, state, { timeMs, wallMs: timeMs, readings, reports } as unknown as Parameters<typeof step>[2]);
          for (const evse of site.evses) {
            const currentA = offeredA(result.setpoints, evse.id);
            expect(currentA === 0 || (currentA >= evse.minCurrentA && currentA <= evse.configuredMaxA)).toBe(true);
          }
          state = result.state;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});
