/** Makes of a scenario's house loads and PV arrays the curves that the plant steps through. */
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import type { PhaseIndex } from '../../core/quantities.ts';
import type { HouseLoad, PvArray, RecordingSpec } from '../../core/scenarios/plant-schema.ts';
import type { Scenario } from '../../core/scenarios/schema.ts';
import type { Supply } from '../../core/site/site.ts';
import type { PlantCircuit } from './circuits.ts';
import { reactiveRatioOf, type CurveLoad } from './loads.ts';
import { heatPumpCurve, kettleCurve, ovenCurve } from './loads/appliances.ts';
import { householdCurves } from './loads/household.ts';
import { constantCurve, stairCurve, windowedCurve, type PowerCurve } from './loads/power-curve.ts';
import { recordedCurve } from './loads/recorded-curve.ts';
import { clearSkyCurve, cloudySkyCurve } from './loads/sun.ts';
import { seedFor } from './random.ts';
import { geometryOf } from './supply-geometry.ts';

export interface CurveFrame {
  readonly circuitOf: (id: string) => PlantCircuit;
  readonly supplyPhases: readonly PhaseIndex[];
  readonly supply: Supply;
  readonly voltageV: number;
  readonly stepMs: number;
}

type Inputs = Pick<Scenario, 'houseLoads' | 'pv' | 'recordings' | 'startHour' | 'seed' | 'durationS'>;

/** Throws `not-found` for a recording that is not there, `invalid-file` for a broken one. */
export function createCurveLoads(inputs: Inputs, frame: CurveFrame): readonly CurveLoad[] {
  return [
    ...inputs.houseLoads.flatMap((load, index) => houseLoads(load, inputs, frame, `houseLoads/${index}`)),
    ...inputs.pv.map((array, index) => {
      const curve = pvCurve(array, inputs, frame, `pv/${index}`);
      const feedIn: PowerCurve = { powerAt: (timeMs) => 0 - curve.powerAt(timeMs), get nextMs() { return curve.nextMs; } };
      return { ...placed(array, frame, array.phases ?? frame.supplyPhases, feedIn), isPv: true };
    }),
  ];
}

function houseLoads(load: HouseLoad, inputs: Inputs, frame: CurveFrame, path: string): readonly CurveLoad[] {
  const phases = load.phases ?? frame.supplyPhases;
  if (load.kind !== 'household') return [placed(load, frame, phases, houseCurve(load, inputs, frame, phases.length, path))];
  const { basePowerW, activityRatio } = load;
  const { startHour, seed, durationS } = inputs;
  // On split phase a household's appliances are 120 V ones, each on a leg.
  const curves = householdCurves({ basePowerW, activityRatio, startHour, durationMs: durationS * 1000, phaseCount: phases.length, seed: seedFor(seed, path) });
  return curves.flatMap((curve, index) => {
    const phase = phases[index];
    return phase === undefined ? [] : [placed(load, frame, [phase], windowed(curve, load))];
  });
}

function houseCurve(load: Exclude<HouseLoad, { readonly kind: 'household' }>, inputs: Inputs, frame: CurveFrame, phaseCount: number, path: string): PowerCurve {
  switch (load.kind) {
    case 'base':
      return windowed(constantCurve(load.powerW), load);
    case 'oven':
      return windowed(ovenCurve(load), load);
    case 'heat-pump':
      return windowed(heatPumpCurve(load), load);
    case 'kettle':
      return kettleCurve(load);
    case 'recorded':
      return windowed(recorded(load, inputs, frame, phaseCount, path), load);
    case 'series':
      return stairCurve(load.timesS.map((timeS) => timeS * 1000), load.powersW);
  }
}

function pvCurve(array: PvArray, inputs: Inputs, frame: CurveFrame, path: string): PowerCurve {
  const { startHour, seed } = inputs;
  switch (array.kind) {
    case 'clear':
      return clearSkyCurve(array, startHour);
    case 'cloudy':
      return cloudySkyCurve(array, startHour, { coverRatio: array.coverRatio, meanCloudS: array.meanCloudS, seed: seedFor(seed, path) });
    case 'recorded':
      return recorded(array, inputs, frame, (array.phases ?? frame.supplyPhases).length, path);
    case 'series':
      return stairCurve(array.timesS.map((timeS) => timeS * 1000), array.powersW);
  }
}

/** What is wrong with the file is told at the place of the scenario that names it. */
function recorded(spec: RecordingSpec, { recordings }: Inputs, { supply, voltageV, stepMs }: CurveFrame, phaseCount: number, path: string): PowerCurve {
  const text = recordings[spec.file];
  if (text === undefined) throw new ChargebenchError('not-found', { file: spec.file, what: 'recording', path: `${path}/file` });
  const perUnitW = { W: 1, kW: 1000, Wh: 1, kWh: 1000, A: wattsPerAmpere(supply, voltageV, phaseCount) };
  try {
    return recordedCurve(text, spec, perUnitW[spec.unit], stepMs);
  } catch (error) {
    const { code, context } = failureOf(error);
    const key = context.rule !== 'unknown-column' ? 'file' : context.column === spec.timeColumn ? 'timeColumn' : 'valueColumn';
    throw new ChargebenchError(code, { ...context, path: `${path}/${key}`, value: context.column ?? rowOf(context) }, { cause: error });
  }
}

/** Where in the file, as a person finds it. */
function rowOf({ row, text }: Failure['context']): string | null {
  if (row === undefined) return null;
  return text === undefined ? `row ${String(row)}` : `"${String(text)}" in row ${String(row)}`;
}

/** Of a load that takes this current from each of its phases at unity power factor; on a delta a part of them are pairs of lines. */
function wattsPerAmpere(supply: Supply, voltageV: number, phaseCount: number): number {
  if (supply.kind === 'three-wire-delta' && phaseCount < 3) return voltageV * phaseCount;
  return voltageV * geometryOf(supply).lineVoltageRatio * phaseCount;
}

interface Window {
  readonly fromS: number;
  readonly untilS?: number | undefined;
}

function windowed(curve: PowerCurve, { fromS, untilS }: Window): PowerCurve {
  return fromS === 0 && untilS === undefined ? curve : windowedCurve(curve, fromS * 1000, untilS === undefined ? Infinity : untilS * 1000);
}

interface Place {
  readonly circuit: string;
  readonly powerFactor?: number | undefined;
}

function placed({ circuit, powerFactor }: Place, frame: CurveFrame, phases: readonly PhaseIndex[], curve: PowerCurve): CurveLoad {
  return { circuit: frame.circuitOf(circuit), phases, curve, isPv: false, reactiveRatio: reactiveRatioOf(powerFactor), nextMs: 0, powerW: 0 };
}
