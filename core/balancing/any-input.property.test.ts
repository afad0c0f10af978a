/** Any input whatever gives legal setpoints within the limits and a notice, never an exception (issue 3, last line). */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { continuousLimitOn, phasesOf } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import { initialState, type StepInputs, type StepResult } from './state.ts';
import { step } from './step.ts';
import { branchesOf } from './testing/branches.ts';
import { describeSite } from './testing/describe-play.ts';
import { randomSeconds, type Second } from './testing/random-messages.ts';
import { randomSite } from './testing/random-site.ts';

/** Seeded random sites per property; the soak run asks for ten times as many. */
const RUNS = Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000);
const SEED = 20_261_122;
const TIME_LIMIT_MS = 3_600_000;
const TOLERANCE_A = 1e-6;
const SECONDS = 8;
/** So far in the future that no second of a play reaches it. */
const FUTURE_MS = 1e7;

const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true });
const noNumber = fc.constantFrom<unknown>(NaN, Infinity, -Infinity, undefined, '16', {}, [], true, 16n);
const noCurrent = fc.oneof(noNumber, fc.constantFrom<unknown>(-1, -1e300));
const noMessage = fc.oneof(fc.constantFrom<unknown>(null, undefined, 0, NaN, 'x', true, [], {}, () => undefined), anything.filter((value) => typeof value !== 'object'));

/** A good message with one thing wrong, which makes all of it unusable. */
function spoilt(good: Readonly<Record<string, unknown>>, faults: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.oneof(...Object.entries(faults).map(([key, fault]) => fault.map((value): unknown => ({ ...good, [key]: value }))));
}

const noTriple = fc.oneof(noNumber, fc.constantFrom<unknown>([], [1, 2], [1, 2, 3, 4]));
const noTime = fc.oneof(noNumber, fc.constant(FUTURE_MS));
const GOOD_READING = { meterId: 'm0', timeMs: 1000, currentA: [1, 2, 3], voltageV: null, powerW: null, isLive: true };
const badReading = fc.oneof(
  noMessage,
  spoilt(GOOD_READING, {
    meterId: fc.constantFrom<unknown>('nobody', null, 7, undefined, {}, '__proto__', 'constructor'),
    timeMs: noTime,
    currentA: fc.oneof(noTriple, noNumber.filter((value) => value !== undefined).map((value) => [1, value, 3]), fc.constant([null, null, null])),
  }),
);
const GOOD_REPORT = { evseId: 'e0', timeMs: 1000, state: 'charging', isVehicleConnected: true, offeredCurrentA: 6, measuredCurrentA: [6, 6, 6], measuredTimeMs: 1000, voltageV: null, energyWh: null, restartCount: 0, otherCommander: null };
const badReport = fc.oneof(
  noMessage,
  spoilt(GOOD_REPORT, {
    evseId: fc.constantFrom<unknown>('nobody', null, 7, undefined, {}, '__proto__', 'toString'),
    timeMs: noTime,
    state: fc.constantFrom<unknown>('flying', 3, undefined, {}),
    isVehicleConnected: fc.constantFrom<unknown>('yes', 1, undefined),
    offeredCurrentA: noCurrent,
    measuredCurrentA: fc.oneof(noTriple, noCurrent.map((value) => [1, value, 3])),
    measuredTimeMs: noTime,
    restartCount: fc.oneof(noNumber, fc.constant(null)),
    otherCommander: fc.constantFrom<unknown>(7, {}, undefined, true),
  }),
);
const badList = fc.oneof(fc.constantFrom<unknown>(null, undefined, 5, 'list', {}, true), anything.filter((value) => !Array.isArray(value)));
const badWishes = fc.oneof(
  fc.constantFrom<unknown>(null, 5, 'stop', [], {}),
  spoilt(
    { pausedEvses: null, isLeaving: false, modes: [], limits: [] },
    {
      pausedEvses: fc.constantFrom<unknown>(undefined, 5, 'e0', ['e0'], {}),
      isLeaving: fc.constantFrom<unknown>(undefined, null, 'no', 0),
      modes: fc.oneof(badList, fc.constantFrom<unknown>([null], [5], [{}], [{ evseId: null, mode: 'fly', untilWallMs: null }], [{ evseId: null, mode: 'boost', untilWallMs: NaN }])),
      limits: fc.oneof(badList, fc.constantFrom<unknown>([null], [5], [{}], [{ evseId: 'e0', currentA: '6', untilWallMs: null }], [{ evseId: 'e0', currentA: NaN, untilWallMs: null }], [{ currentA: 6, untilWallMs: null }], [{ circuitId: 'c0', currentA: 6, untilWallMs: 'noon' }])),
    },
  ),
);
const badSignals = fc.oneof(
  fc.constantFrom<unknown>(null, 5, 'dim', [], {}),
  spoilt(
    { gridRelay: null, isDimmed: null, battery: null, pv: null, temperatures: [] },
    {
      gridRelay: fc.constantFrom<unknown>(undefined, true, 'ajar'),
      isDimmed: fc.constantFrom<unknown>(undefined, 'yes', 1),
      battery: fc.constantFrom<unknown>(undefined, 5, {}, { currentA: [1, 2], timeMs: 0 }, { currentA: [1, 2, NaN], timeMs: 0 }, { currentA: [1, 2, 3], timeMs: null }),
      pv: fc.constantFrom<unknown>(undefined, 5, {}, { powerW: NaN, timeMs: 0 }, { powerW: 1, timeMs: null }),
      temperatures: fc.oneof(badList, fc.constantFrom<unknown>([null], [{}], [{ evseId: 'e0', temperatureC: 'hot', timeMs: 0 }], [{ evseId: 7, temperatureC: 60, timeMs: 0 }])),
    },
  ),
);

const badHeat = fc.oneof(badList.filter((value) => value !== undefined), fc.constantFrom<unknown>([null], [{}], [{ circuitId: 7, loadRatio: [0, 0, 0] }], [{ circuitId: 'c0', loadRatio: [0, NaN, 0] }]));

/** What comes in one step besides the messages that make sense, and how much of it has to be refused. */
interface Nonsense {
  readonly bad: number;
  readonly spoil: (inputs: StepInputs) => unknown;
}

const whole = (value: unknown): Nonsense => ({ bad: 1, spoil: () => value });
const field = (key: string, value: unknown): Nonsense => ({ bad: 1, spoil: (inputs) => ({ ...inputs, [key]: value }) });
const nonsense: fc.Arbitrary<Nonsense> = fc.oneof(
  fc.constant<Nonsense>({ bad: 0, spoil: (inputs) => inputs }),
  fc.array(badReading, { maxLength: 3 }).map((bad): Nonsense => ({ bad: bad.length, spoil: (inputs) => ({ ...inputs, readings: [...inputs.readings, ...bad] }) })),
  fc.array(badReport, { maxLength: 3 }).map((bad): Nonsense => ({ bad: bad.length, spoil: (inputs) => ({ ...inputs, reports: [...bad, ...inputs.reports] }) })),
  fc.oneof(noNumber, fc.constant(null)).map((timeMs) => field('timeMs', timeMs)),
  noNumber.map((wallMs) => field('wallMs', wallMs)),
  badList.map((readings) => field('readings', readings)),
  badList.map((reports) => field('reports', reports)),
  badWishes.map((wishes) => field('wishes', wishes)),
  badSignals.map((signals) => field('signals', signals)),
  badHeat.map((breakerHeat) => field('breakerHeat', breakerHeat)),
  fc.constantFrom<unknown>('yes', 1, null, {}).map((isDiscontinuous) => field('isDiscontinuous', isDiscontinuous)),
  fc.constantFrom<unknown>(null, undefined, 5, 'x', [], {}).map(whole),
  // Out of order in time: no fault of the message, and nothing that may be believed more than what is known.
  fc.constantFrom(-5000, 0, 1500).map((timeMs): Nonsense => ({ bad: 0, spoil: (inputs) => ({ ...inputs, timeMs }) })),
);

function checkLegal(site: Site, { setpoints }: StepResult): void {
  for (const [index, { id, minCurrentA, configuredMaxA, ratingA, stepA }] of site.evses.entries()) {
    const currentA = setpoints[index]?.offeredCurrentA ?? NaN;
    const isWhole = Math.abs(currentA / stepA - Math.round(currentA / stepA)) < TOLERANCE_A || currentA === minCurrentA;
    if (setpoints[index]?.evseId !== id || !isWhole || !(currentA === 0 || (currentA >= minCurrentA && currentA <= Math.min(configuredMaxA, ratingA)))) throw new Error(`${id} is offered ${currentA} A`);
  }
  for (const [at, { evses }] of branchesOf(site).entries()) {
    const circuit = site.circuits[at];
    for (const phase of circuit === undefined ? [] : phasesOf(site.supply)) {
      const boundA = circuit === undefined ? 0 : continuousLimitOn(circuit, phase).currentA + circuit.sourceCreditA;
      const sumA = evses.reduce((sum, index) => sum + (setpoints[index]?.phases.includes(phase) === true ? setpoints[index].offeredCurrentA : 0), 0);
      if (sumA > boundA + TOLERANCE_A) throw new Error(`${sumA} A offered on c${at} l${phase + 1}, limit ${boundA} A`);
    }
  }
}

interface Drawn {
  readonly site: Site;
  readonly seconds: readonly Second[];
  readonly wrongs: readonly Nonsense[];
}

const drawn: fc.Arbitrary<Drawn> = randomSite().chain((site) =>
  fc.record({ seconds: randomSeconds(site, SECONDS), wrongs: fc.array(nonsense, { minLength: SECONDS, maxLength: SECONDS }) }).map((rest) =>
    Object.defineProperty({ site, ...rest }, fc.toStringMethod, { value: () => `\n${describeSite(site)}\n${rest.wrongs.map(({ spoil }, index) => `  ${index + 1} s: ${fc.stringify(spoil({ timeMs: index * 1000 + 1000, wallMs: 0, readings: [], reports: [] }))}`).join('\n')}\nmessages ${JSON.stringify(rest.seconds)}` }),
  ),
);

describe('any input whatever', () => {
  it('gives legal setpoints within the limits and a notice, never an exception', () => {
    fc.assert(
      fc.property(drawn, ({ site, seconds, wrongs }) => {
        let state = initialState(site);
        for (const [index, second] of seconds.entries()) {
          const timeMs = (index + 1) * 1000;
          const wrong = wrongs[index];
          const inputs = wrong?.spoil({ timeMs, wallMs: timeMs, ...second }) as StepInputs;
          const result = step(site, state, inputs);
          checkLegal(site, result);
          const refused = result.notices.filter(({ code }) => code === 'input-refused').length;
          if (refused < (wrong?.bad ?? 0)) throw new Error(`at ${index + 1} s ${wrong?.bad ?? 0} things are wrong, and ${refused} are refused`);
          state = result.state;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});
