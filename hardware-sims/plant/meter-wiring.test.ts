import { describe, expect, test } from 'vitest';
import { meterConditionSchema } from '../../core/scenarios/plant-schema.ts';
import type { Meter, Site } from '../../core/site/site.ts';
import { clampPowerW, clampReactiveVar, clampVoltageV, createClamp } from './clamp.ts';
import { meterWiring } from './meter-wiring.ts';
import { plantRig, type PlantRig } from './testing/plant-rig.ts';

/**
 * S = U times the conjugate of I; the split-phase trick and its mistakes: openevse.md f.2; what a clamp on the wrong phase tells:
 * electrical.md, "Metering".
 */

const COMMON: Pick<Meter, 'clamp' | 'phaseMap'> = { clamp: 'each-phase', phaseMap: [0, 1, 2] };

interface Told {
  readonly powersW: readonly number[];
  readonly currentsA: readonly number[];
  readonly voltagesV: readonly number[];
}

function told(rig: PlantRig, meter: Pick<Meter, 'clamp' | 'phaseMap'>, condition: Readonly<Record<string, unknown>> = {}): Told {
  const clamps = meterWiring(meter, rig.site.supply, meterConditionSchema.parse(condition)).map((wiring) => createClamp(rig.plant, rig.circuit('main'), wiring));
  const rounded = (value: number): number => Math.round(value * 1e3) / 1e3 + 0;
  return {
    powersW: clamps.map((clamp) => rounded(clampPowerW(clamp))),
    currentsA: clamps.map((clamp) => rounded(Math.hypot(clampPowerW(clamp), clampReactiveVar(clamp)) / clampVoltageV(clamp))),
    voltagesV: clamps.map((clamp) => rounded(clampVoltageV(clamp))),
  };
}

/** 1000, 2000 and 4000 W on the three phases. */
function house(kind: Site['supply']['kind'] = 'three-phase-star'): PlantRig {
  const phases = kind === 'split-phase' ? [0, 1] : [0, 1, 2];
  const rig = plantRig({
    kind,
    voltageV: kind === 'split-phase' ? 240 : 250,
    evses: [],
    conditions: { otherLoads: phases.map((phase) => ({ circuit: 'main', powerW: 1000 * 2 ** phase, phases: [phase] })) },
  });
  rig.runTo(1);
  return rig;
}

describe('a meter of three phases on a star', () => {
  test('as it should be', () => {
    expect(told(house(), COMMON)).toEqual({ powersW: [1000, 2000, 4000], currentsA: [4, 8, 16], voltagesV: [250, 250, 250] });
  });

  test.each([
    [[1, 0, 2], [2000, 1000, 4000]],
    [[0, 2, 1], [1000, 4000, 2000]],
    [[2, 1, 0], [4000, 2000, 1000]],
    [[1, 2, 0], [2000, 4000, 1000]],
    [[2, 0, 1], [4000, 1000, 2000]],
  ])('whole phases in the order %j tell true figures of another phase', (phases, powersW) => {
    expect(told(house(), COMMON, { phases }).powersW).toEqual(powersW);
  });

  test('clamps on other phases than their taps: true currents, and minus half of the power', () => {
    // cos 120 degrees.
    expect(told(house(), COMMON, { clampPhases: [1, 2, 0] })).toMatchObject({ powersW: [-1000, -2000, -500], currentsA: [8, 16, 4] });
    expect(told(house(), COMMON, { clampPhases: [1, 0, 2] })).toMatchObject({ powersW: [-1000, -500, 4000], currentsA: [8, 4, 16] });
  });

  test('two clamps on one phase', () => {
    expect(told(house(), COMMON, { clampPhases: [0, 0, 2] })).toMatchObject({ powersW: [1000, -500, 4000], currentsA: [4, 4, 16] });
  });

  test('fed from two lines: their voltage, 30 degrees ahead', () => {
    expect(told(house(), COMMON, { fedBy: 'pair' })).toMatchObject({ powersW: [1500, 3000, 6000], currentsA: [4, 8, 16], voltagesV: [433.013, 433.013, 433.013] });
  });
});

describe('one clamp round both legs of a split phase, fed by one leg', () => {
  const meter: Pick<Meter, 'clamp' | 'phaseMap'> = { clamp: 'both-legs', phaseMap: [0, 1, 2] };
  const ev = (): PlantRig => {
    const rig = plantRig({ kind: 'split-phase', voltageV: 240, evses: [], conditions: { otherLoads: [{ circuit: 'main', powerW: 9600 }] } });
    rig.runTo(1);
    return rig;
  };
  test.each([
    ['as meant', {}, 9600, 80, 120],
    ['round one leg', { legs: 'one' }, 4800, 40, 120],
    ['both the same way', { legs: 'same-way' }, 0, 0, 120],
    ['fed by both legs', { fedBy: 'pair' }, 19_200, 80, 240],
    ['the legs swapped', { phases: [1, 0, 2] }, 9600, 80, 120],
    ['fed by the other leg than its clamp thinks', { phases: [1, 0, 2], clampPhases: [0, 1, 2] }, -9600, 80, 120],
  ])('%s', (_what, condition, powerW, currentA, voltageV) => {
    expect(told(ev(), meter, condition)).toEqual({ powersW: [powerW], currentsA: [currentA], voltagesV: [voltageV] });
  });

  test('120 V loads count on either leg', () => {
    expect(told(house('split-phase'), meter).powersW).toEqual([3000]);
  });
});

describe('on a delta', () => {
  test('three taps against the star point: the powers of the lines make up the whole', () => {
    const { powersW, voltagesV } = told(house('three-wire-delta'), COMMON);
    expect(powersW.reduce((sum, powerW) => sum + powerW, 0)).toBeCloseTo(7000, 2);
    expect(voltagesV).toEqual([144.338, 144.338, 144.338]);
  });

  test('one clamp and two lines: the power of what sits between them, where nothing else is on its line', () => {
    const rig = plantRig({ kind: 'three-wire-delta', evses: [], conditions: { otherLoads: [{ circuit: 'main', powerW: 2300, phases: [1] }] } });
    rig.runTo(1);
    expect(told(rig, { clamp: 'one-phase', phaseMap: [1, 2, 0] })).toEqual({ powersW: [2300], currentsA: [10], voltagesV: [230] });
  });
});
