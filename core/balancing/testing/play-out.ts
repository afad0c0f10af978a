/** Lives a play through: plant, step and setpoints in turn, and a look at every step with what is true just then. */
import { evseId } from '../../quantities.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Site } from '../../site/site.ts';
import { NO_SIGNALS, type Signals } from '../features/feature.ts';
import type { LimitWish } from '../features/operator-limit.ts';
import type { Setpoint } from '../setpoint.ts';
import { initialState, NO_WISHES, type BalancerState, type StepInputs, type StepResult } from '../state.ts';
import { step } from '../step.ts';
import { createPlant, type Plant } from './plant.ts';
import type { Happening, Play } from './random-play.ts';

export interface Scene {
  readonly site: Site;
  readonly plant: Plant;
  readonly timeMs: number;
  readonly inputs: StepInputs;
  readonly before: BalancerState;
  readonly result: StepResult;
}

/** A time of day far from midnight, a new month and a change of clocks. */
const NOON_MS = Date.UTC(2026, 5, 15, 12, 2, 0);

/** For tests that need a special course of things: the state before every step, and which setpoint each EVSE is given. */
export interface Course {
  readonly settle: (state: BalancerState) => BalancerState;
  readonly given: (setpoints: readonly Setpoint[]) => readonly Setpoint[];
  /** What meters make of the truth. */
  readonly shown: (readings: readonly MeterReading[]) => readonly MeterReading[];
}

const USUAL: Course = { settle: (state) => state, given: (setpoints) => setpoints, shown: (readings) => readings };

export function playOut(play: Play, look: (scene: Scene) => void, course: Partial<Course> = {}): void {
  const { settle, given, shown } = { ...USUAL, ...course };
  const { site } = play;
  const plant = createPlant(play);
  const person = createPerson(site);
  let state = initialState(site);
  let timeMs = 0;
  for (const { afterMs, happenings } of play.moments) {
    timeMs += afterMs;
    for (const happening of happenings) {
      plant.happen(happening, timeMs);
      person.happen(happening, timeMs);
    }
    const inputs: StepInputs = { timeMs, wallMs: NOON_MS + timeMs, readings: shown(plant.readings(timeMs)), reports: plant.reports(timeMs), ...person.wishes(timeMs), isDiscontinuous: happenings.some(({ kind }) => kind === 'gap') };
    const before = settle(state);
    const result = step(site, before, inputs);
    state = result.state;
    // What has not told its offer is asked for nothing (rule 12).
    for (const [index, { offeredCurrentA, phases }] of given(result.setpoints).entries()) if (state.evses[index]?.offerA !== null) plant.offer(index, { currentA: offeredCurrentA, phases }, timeMs);
    look({ site, plant, timeMs, inputs, before, result });
  }
}

interface Person {
  happen(happening: Happening, timeMs: number): void;
  wishes(timeMs: number): Pick<StepInputs, 'wishes' | 'signals'>;
}

function createPerson(site: Site): Person {
  const limits: LimitWish[] = [];
  const paused: { readonly evse: number; readonly untilMs: number }[] = [];
  let signals: Signals | null = null;
  const id = (index: number) => site.evses[index % site.evses.length]?.id ?? evseId('nobody');
  return {
    happen(happening, timeMs) {
      if (happening.kind === 'dim') signals = { ...NO_SIGNALS, ...signals, isDimmed: happening.isDimmed };
      if (happening.kind === 'relay') signals = { ...NO_SIGNALS, ...signals, gridRelay: happening.isOpen ? 'open' : 'closed' };
      if (happening.kind === 'pause') paused.push({ evse: happening.evse, untilMs: timeMs + happening.durationMs });
      if (happening.kind === 'limit-evse') limits.push({ evseId: id(happening.evse), currentA: happening.currentA, untilWallMs: NOON_MS + timeMs + happening.durationMs });
      const circuit = happening.kind === 'limit-circuit' ? site.circuits[happening.circuit % site.circuits.length] : undefined;
      if (happening.kind === 'limit-circuit' && circuit !== undefined) limits.push({ circuitId: circuit.id, currentA: happening.currentA, untilWallMs: NOON_MS + timeMs + happening.durationMs });
    },
    wishes(timeMs) {
      const pausedEvses = new Set(paused.filter(({ untilMs }) => untilMs > timeMs).map(({ evse }) => id(evse)));
      return { wishes: { ...NO_WISHES, limits, pausedEvses: pausedEvses.size === 0 ? null : pausedEvses }, ...(signals === null ? {} : { signals }) };
    },
  };
}
