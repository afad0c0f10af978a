import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circuitId, type PerPhase } from '../quantities.ts';
import { evsesBelow, phasesOf } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import type { CircuitHeat } from './ride-through.ts';
import { initialState, type StepInputs, type StepResult } from './state.ts';
import { step } from './step.ts';
import { house, live, type Sizes } from './testing/house.ts';
import { randomSeconds } from './testing/random-messages.ts';
import { randomSite } from './testing/random-site.ts';

const COLD: PerPhase<number | null> = [0, 0, 0];
const VEHICLE = { a: { phases: [0, 1, 2] } };

const heat = (loadRatio: PerPhase<number | null>): Partial<StepInputs> => ({ breakerHeat: [{ circuitId: circuitId('main'), loadRatio }] satisfies readonly CircuitHeat[] });

/** A fuse of 25 A and another EVSE that is off; the vehicle charges, then the house takes so much. */
const riding = (rideThroughS: number, sizes: Sizes = {}): Site => house({ ratingA: 25, ...sizes, b: { mode: 'off' }, policy: { rideThroughS, ...sizes.policy } });

interface Life {
  readonly seconds?: number;
  readonly houseA?: PerPhase<number> | ((second: number) => PerPhase<number>);
  readonly heated?: (second: number) => Partial<StepInputs>;
  readonly after?: (result: StepResult, second: number) => void;
}

function lead(site: Site, { seconds = 70, houseA = [20, 9, 4], heated = () => heat(COLD), after }: Life = {}): StepResult {
  return live(site, seconds, houseA, VEHICLE, heated, after);
}

const offeredA = ({ setpoints }: StepResult): number => setpoints[0]?.offeredCurrentA ?? NaN;

/**
 * home-assistant-ocpp C.5: fuse 25, house L1 jumps to 20 A: 6 A if the breaker model allows (26 A on a 25 A breaker is 1.04
 * times the rating, under the 1.13 times non-tripping line of IEC 60898), else 0.
 */
describe('where the minimum of 6 A does not fit', () => {
  it.each<[string, Site, Life, number]>([
    ['never, unless the site says so', riding(0), {}, 0],
    ['26 A on 25 A, breaker cold', riding(60), {}, 6],
    ['28.2 A on 25 A, just below 1.13 times', riding(60), { houseA: [22.2, 0, 0] }, 6],
    ['28.3 A on 25 A, just above 1.13 times', riding(60), { houseA: [22.3, 0, 0] }, 0],
    ['breaker at 49 % of its earliest trip', riding(60), { heated: () => heat([0.49, 0, 0]) }, 6],
    ['breaker at 50 %', riding(60), { heated: () => heat([0.5, 0, 0]) }, 0],
    ['breaker hot on another phase, where there is room', riding(60), { heated: () => heat([0, 0.9, 0.9]) }, 6],
    ['heat not known', riding(60), { heated: () => ({}) }, 0],
    ['heat of this phase not known', riding(60), { heated: () => heat([null, 0, 0]) }, 0],
    ['a contract of 25 A behind a breaker of 32 A', riding(60, { ratingA: 32, circuit: { limits: [{ source: 'contract', currentA: 25 }] } }), {}, 0],
    ['a cable of 25 A behind a breaker of 32 A', riding(60, { ratingA: 32, circuit: { limits: [{ source: 'cable', currentA: 25 }] } }), {}, 0],
    ['a continuous limit of 0.8 times 32 A: the breaker itself is not even full', riding(60, { ratingA: 32, circuit: { continuousFactor: 0.8 } }), { houseA: [21, 0, 0] }, 6],
  ])('%s', (_, site, life, expectedA) => {
    expect(offeredA(lead(site, life))).toBe(expectedA);
  });

  it('ends after the time allowed, to the second', () => {
    const offers: number[] = [];
    lead(riding(60), { seconds: 140, after: (result) => offers.push(offeredA(result)) });
    const beganAt = offers.findIndex((currentA, second) => second > 38 && currentA === 6);
    const endedAt = offers.findIndex((currentA, second) => second > beganAt && currentA === 0);
    expect(endedAt - beganAt).toBe(60);
    expect(offers.slice(endedAt).every((currentA) => currentA === 0)).toBe(true);
  });

  it('gives its time back only as fast as it was used', () => {
    // 30 s of overload, 10 s without, again and again.
    const isOver = (second: number): boolean => second >= 40 && (second - 40) % 40 < 30;
    const ridden = new Set<number>();
    const houseA = (second: number): PerPhase<number> => (isOver(second) ? [20, 0, 0] : [4, 0, 0]);
    lead(riding(60), { seconds: 400, houseA, after: (result, second) => {
      if (result.setpoints[0]?.reason.kind === 'ride-through') ridden.add(second);
    } });
    const [first = NaN] = ridden;
    const rides = [...ridden];
    // Not longer than 60 s and as long again as it has not ridden since.
    for (const [count, second] of rides.entries()) expect(count + 1).toBeLessThanOrEqual(60 + (second - first + 1) - (count + 1) + 1);
    // The first two overloads are ridden through, the third is not.
    expect(rides.filter((second) => second < 120)).toHaveLength(60);
    expect(rides.filter((second) => second >= 120 && second < 160).length).toBeLessThan(25);
  });

  it('never starts anybody', () => {
    let last: StepResult | null = null;
    lead(riding(600), {
      seconds: 120,
      houseA: () => [20, 0, 0],
      after: (result) => {
        last = result;
        expect(offeredA(result)).toBe(0);
      },
    });
    expect(last).toMatchObject({ setpoints: [{ reason: { kind: 'shortage' } }, {}] });
  });

  it('ends when the meter is lost', () => {
    const site = riding(600, { policy: { staleGraceMs: 0 } });
    const result = lead(site, { seconds: 90, heated: (second) => (second < 70 ? heat(COLD) : { ...heat(COLD), readings: [] }) });
    expect(offeredA(result)).toBe(0);
  });

  it('says so: the reason of the setpoint, and a notice about the circuit', () => {
    const result = lead(riding(60));
    expect(result.setpoints[0]?.reason).toMatchObject({ kind: 'ride-through', circuitId: 'main', phase: 0, currentA: 26, limitA: 25, loadRatio: 0 });
    expect(result.notices).toContainEqual({ code: 'ride-through', severity: 'attention', about: 'main', context: { phase: 'l1', limitA: 25, currentA: 26, loadPercent: 0 } });
  });

  it('counts the uncertainty of the meter: 1 A more would be 1.13 times', () => {
    const site = riding(60);
    const coarse: Site = { ...site, meters: site.meters.map((meter) => ({ ...meter, uncertainty: { ratio: 0, currentA: 1 } })) };
    expect(offeredA(lead(site, { houseA: [22, 0, 0] }))).toBe(6);
    expect(offeredA(lead(coarse, { houseA: [22, 0, 0] }))).toBe(0);
  });
});

describe('two that charge', () => {
  const both = { a: { phases: [0, 1, 2] }, b: { phases: [0, 1, 2] } };

  it.each([
    // 25 A less 14 A leave 11 A: one minimum fits, the second makes 26 A.
    ['the second stays as well while the breaker bears both minimums', 14, [6, 6]],
    // 25 A less 17 A leave 8 A: both make 29 A, above 28.25 A.
    ['the second stops where both are more than 1.13 times', 17, [8, 0]],
  ])('%s', (_, loadA, expected) => {
    const site = house({ ratingA: 25, policy: { rideThroughS: 60 } });
    const result = live(site, 70, [loadA, loadA, loadA], both, () => heat(COLD));
    expect(result.setpoints.map(({ offeredCurrentA }) => offeredCurrentA).sort((a, b) => b - a)).toEqual(expected);
    for (const { offeredCurrentA, limits } of result.setpoints) expect(limits[0]?.currentA).toBeGreaterThanOrEqual(offeredCurrentA);
  });
});

describe('over random sites and random messages, all breakers cold and an hour to ride', () => {
  const RUNS = Math.ceil(Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000) / 10);
  const played = randomSite().chain((drawn) => randomSeconds(drawn, 10).map((seconds) => ({ drawn, seconds })));

  it('no phase of any circuit is offered above 1.13 times its rating, and every offer has a ceiling that allows it', () => {
    fc.assert(
      fc.property(played, ({ drawn, seconds }) => {
        const given: Site = { ...drawn, policy: { ...drawn.policy, rideThroughS: 3600 } };
        const breakerHeat = given.circuits.map(({ id }): CircuitHeat => ({ circuitId: id, loadRatio: COLD }));
        let state = initialState(given);
        for (const [index, second] of seconds.entries()) {
          const timeMs = (index + 1) * 1000;
          const result = step(given, state, { timeMs, wallMs: timeMs, ...second, breakerHeat });
          state = result.state;
          for (const { offeredCurrentA, limits } of result.setpoints) expect(limits[0]?.currentA).toBeGreaterThanOrEqual(offeredCurrentA - 1e-6);
          for (const circuit of given.circuits) {
            const below = evsesBelow(given, circuit.id);
            for (const phase of phasesOf(given.supply)) {
              const sumA = result.setpoints.filter(({ evseId, phases }) => phases.includes(phase) && below.some(({ id }) => id === evseId)).reduce((sum, { offeredCurrentA }) => sum + offeredCurrentA, 0);
              expect(sumA).toBeLessThanOrEqual(1.13 * circuit.breaker.ratingA + circuit.sourceCreditA + 1e-6);
            }
          }
        }
      }),
      { numRuns: RUNS, seed: 20_261_120 },
    );
  }, 600_000);
});
