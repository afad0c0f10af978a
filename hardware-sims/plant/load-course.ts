/** What house and PV of a scenario will take and give over its time, without playing it: a picture for who writes it. */
import type { Scenario } from '../../core/scenarios/schema.ts';
import { phasesOf } from '../../core/site/circuit-tree.ts';
import type { Site } from '../../core/site/site.ts';
import { createCircuits, type PlantCircuit } from './circuits.ts';
import { createCurveLoads } from './load-curves.ts';
import { geometryOf } from './supply-geometry.ts';

/** W in each stretch of equal length: lowest, mean, highest. */
export interface PowerCourse {
  readonly leastW: readonly number[];
  readonly meanW: readonly number[];
  readonly mostW: readonly number[];
}

export interface LoadCourse {
  readonly stretchS: number;
  /** Null where the scenario has none. */
  readonly house: PowerCourse | null;
  /** Positive figures are generation. */
  readonly pv: PowerCourse | null;
}

type Inputs = Pick<Scenario, 'otherLoads' | 'houseLoads' | 'pv' | 'recordings' | 'lineVoltageV' | 'startHour' | 'seed' | 'durationS'>;

const STEP_MS = 1000;
const MOST_STRETCHES = 240;

interface Source {
  readonly isPv: boolean;
  readonly curve: { powerAt(timeMs: number): number; readonly nextMs: number };
  nextMs: number;
  powerW: number;
}

/** Throws as `createPlant` does. What batteries do depends on the rest of the site and is not in it. */
export function loadCourse(inputs: Inputs, site: Site): LoadCourse {
  const sources = sourcesOf(inputs, site);
  const durationMs = inputs.durationS * 1000;
  const count = Math.min(MOST_STRETCHES, inputs.durationS);
  const house = createTally(count, durationMs);
  const pv = createTally(count, durationMs);
  for (let nowMs = 0; nowMs < durationMs; ) {
    let nextMs = durationMs;
    let houseW = 0;
    let pvW = 0;
    for (const source of sources) {
      if (nowMs >= source.nextMs) {
        source.powerW = source.curve.powerAt(nowMs);
        source.nextMs = source.curve.nextMs;
      }
      if (source.isPv) pvW -= source.powerW;
      else houseW += source.powerW;
      nextMs = Math.min(nextMs, source.nextMs);
    }
    // As the plant takes it up: at its next step.
    const untilMs = Math.min(durationMs, Math.max(nowMs + STEP_MS, Math.ceil(nextMs / STEP_MS) * STEP_MS));
    house.add(nowMs, untilMs, houseW);
    pv.add(nowMs, untilMs, pvW);
    nowMs = untilMs;
  }
  const has = (isPv: boolean): boolean => sources.some((source) => source.isPv === isPv);
  return { stretchS: inputs.durationS / count, house: has(false) ? house.course() : null, pv: has(true) ? pv.course() : null };
}

function sourcesOf(inputs: Inputs, site: Site): readonly Source[] {
  const voltageV = inputs.lineVoltageV ?? site.supply.nominalVoltageV;
  const circuits = createCircuits(site, voltageV * geometryOf(site.supply).lineVoltageRatio);
  const circuitOf = (id: string): PlantCircuit => {
    const circuit = circuits.find((candidate) => candidate.id === id);
    if (circuit === undefined) throw new RangeError(`unknown circuit ${id}`);
    return circuit;
  };
  const curves = createCurveLoads(inputs, { circuitOf, supply: site.supply, supplyPhases: phasesOf(site.supply), voltageV, stepMs: STEP_MS });
  return [...curves.map(({ isPv, curve }): Source => ({ isPv, curve, nextMs: 0, powerW: 0 })), ...inputs.otherLoads.map(steppedSource)];
}

function steppedSource({ powerW, fromS, untilS = Infinity }: Inputs['otherLoads'][number]): Source {
  let nextMs = 0;
  const powerAt = (timeMs: number): number => {
    nextMs = timeMs < fromS * 1000 ? fromS * 1000 : timeMs < untilS * 1000 ? untilS * 1000 : Infinity;
    return timeMs >= fromS * 1000 && timeMs < untilS * 1000 ? powerW : 0;
  };
  return { isPv: false, curve: { powerAt, get nextMs() { return nextMs; } }, nextMs: 0, powerW: 0 };
}

interface Tally {
  add(fromMs: number, untilMs: number, powerW: number): void;
  course(): PowerCourse;
}

function createTally(count: number, durationMs: number): Tally {
  const lengthMs = durationMs / count;
  const leastW = new Array<number>(count).fill(Infinity);
  const mostW = new Array<number>(count).fill(-Infinity);
  const energy = new Array<number>(count).fill(0);
  return {
    add(fromMs, untilMs, powerW) {
      for (let place = Math.floor(fromMs / lengthMs); place < count && place * lengthMs < untilMs; place += 1) {
        const withinMs = Math.min(untilMs, (place + 1) * lengthMs) - Math.max(fromMs, place * lengthMs);
        if (withinMs <= 0) continue;
        leastW[place] = Math.min(leastW[place] ?? Infinity, powerW);
        mostW[place] = Math.max(mostW[place] ?? -Infinity, powerW);
        energy[place] = (energy[place] ?? 0) + powerW * withinMs;
      }
    },
    course: () => ({ leastW: leastW.map(Math.round), meanW: energy.map((sum) => Math.round(sum / lengthMs)), mostW: mostW.map(Math.round) }),
  };
}
