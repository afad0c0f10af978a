import { describe, expect, test } from 'vitest';
import { plantRig, type PlantRig } from './testing/plant-rig.ts';

/** electrical.md, "Real EVs". Each row a second; what is drawn while a relay closes for whoever asks. */

interface Play {
  readonly rig: PlantRig;
  /** Amperes of each second up to and including this one. */
  run(untilS: number): number[];
  pilot(currentA: number): void;
}

function playOf(vehicle: Readonly<Record<string, unknown>>, pilotA = 16, phaseCount: 1 | 3 = 1): Play {
  const rig = plantRig({
    kind: 'three-phase-star',
    evses: [{ phaseCount }],
    pilotA,
    conditions: { vehicles: [{ id: 'v', evse: 'evse-1', plugInS: 0, deadTimeS: 0, riseAPerS: 1000, ...vehicle }] },
  });
  let nextS = 0;
  return {
    rig,
    run(untilS) {
      const drawn: number[] = [];
      for (; nextS <= untilS; nextS += 1) {
        rig.runTo(nextS);
        drawn.push(rig.outlet(0).currentA);
      }
      return drawn;
    },
    pilot(currentA) {
      const [device] = rig.devices;
      if (device !== undefined) device.pilotA = currentA;
    },
  };
}

const last = (values: readonly number[]): number => values.at(-1) ?? NaN;
const wantsEnergy = ({ rig }: Play): boolean => rig.devices[0]?.wantsEnergy === true;

describe('what it draws of an offer', () => {
  test.each([
    ['to the ampere', {}, 16],
    ['half an ampere less', { offerOffsetA: -0.5 }, 15.5],
    ['a little more', { offerOffsetA: 0.2 }, 16.2],
    ['never more than it can', { offerOffsetA: 1, maxCurrentA: 16 }, 16],
  ])('%s', (_what, vehicle, currentA) => {
    expect(last(playOf(vehicle).run(3))).toBe(currentA);
  });

  test('one that refuses small currents draws nothing below 10 A, and begins again above', () => {
    const play = playOf({ stopsBelowA: 10 }, 12);
    expect(last(play.run(2))).toBe(12);
    play.pilot(9);
    expect(last(play.run(4))).toBe(0);
    expect(wantsEnergy(play)).toBe(true);
    play.pilot(10);
    expect(last(play.run(6))).toBe(10);
  });

  test('one that needs a good offer to begin goes on below it, until it is paused', () => {
    const play = playOf({ startsFromA: 8 }, 6);
    expect(last(play.run(10))).toBe(0);
    play.pilot(8);
    expect(last(play.run(12))).toBe(8);
    play.pilot(6);
    expect(last(play.run(14))).toBe(6);
    play.pilot(0);
    play.run(16);
    play.pilot(6);
    expect(last(play.run(20))).toBe(0);
  });

  test('a departure timer: it asks for nothing before', () => {
    const play = playOf({ startsAfterS: 100 });
    play.run(98);
    expect(wantsEnergy(play)).toBe(false);
    expect(last(play.run(102))).toBe(16);
  });
});

describe('late phases', () => {
  test('it starts on one and takes the others later', () => {
    const play = playOf({ startPhaseCount: 1, morePhasesAfterS: 30 }, 16, 3);
    play.run(25);
    expect([...play.rig.circuit('main').totalA]).toEqual([16, 0, 0]);
    play.run(40);
    expect([...play.rig.circuit('main').totalA]).toEqual([16, 16, 16]);
  });

  test('after a pause it starts on one again', () => {
    const play = playOf({ startPhaseCount: 1, phaseCount: 2, morePhasesAfterS: 10 }, 16, 3);
    play.run(20);
    expect([...play.rig.circuit('main').totalA]).toEqual([16, 16, 0]);
    play.pilot(0);
    play.run(25);
    play.pilot(16);
    play.run(29);
    expect([...play.rig.circuit('main').totalA]).toEqual([16, 0, 0]);
  });
});

describe('sleep', () => {
  test('a short pause is forgiven', () => {
    const play = playOf({ sleepsAfterS: 300 });
    play.run(10);
    play.pilot(0);
    play.run(300);
    play.pilot(16);
    expect(last(play.run(305))).toBe(16);
  });

  test('after a long one the offer is not taken, until the pilot goes and comes back once more', () => {
    const play = playOf({ sleepsAfterS: 300 });
    play.run(10);
    play.pilot(0);
    play.run(400);
    play.pilot(16);
    expect(last(play.run(1000))).toBe(0);
    expect(wantsEnergy(play)).toBe(false);
    play.pilot(0);
    play.run(1005);
    play.pilot(16);
    expect(last(play.run(1010))).toBe(16);
  });
});

describe('state of charge', () => {
  // 10 kWh at 90 % efficiency: 1 kWh from the socket stores 0.9.
  const battery = { capacityWh: 10_000, socRatio: 0.5, taperFromRatio: 0.8, endCurrentA: 2, efficiencyRatio: 0.9 };

  test('full, it asks for nothing more; what it took is what was missing, with its losses', () => {
    const play = playOf({ battery }, 32);
    const drawn = play.run(4 * 3600);
    expect(last(drawn)).toBe(0);
    expect(wantsEnergy(play)).toBe(false);
    expect(play.rig.outlet(0).energyWs / 3600).toBeCloseTo(5000 / 0.9, -1);
  });

  test('near full its current falls in a straight line over the state of charge', () => {
    const play = playOf({ battery: { ...battery, socRatio: 0.9 }, maxCurrentA: 32 }, 32);
    // Half way from 80 % to 100 %: half way from 32 A to 2 A.
    expect(last(play.run(1))).toBeCloseTo(17, 0);
    const later = play.run(600);
    expect(later.every((currentA, second) => second === 0 || currentA <= (later[second - 1] ?? Infinity))).toBe(true);
    expect(last(later)).toBeLessThan(17);
    expect(last(later)).toBeGreaterThan(2);
  });

  test('an offer below the taper is taken whole', () => {
    expect(last(playOf({ battery: { ...battery, socRatio: 0.9 }, maxCurrentA: 32 }, 10).run(2))).toBe(10);
  });

  test('it stops at the energy that was asked for', () => {
    const play = playOf({ requestedWh: 1000 }, 16);
    play.run(3600);
    expect(play.rig.outlet(0).energyWs / 3600).toBeGreaterThanOrEqual(1000);
    expect(play.rig.outlet(0).energyWs / 3600).toBeLessThan(1002);
  });
});
