import { describe, expect, it } from 'vitest';
import { NO_SIGNALS } from './features/feature.ts';
import { NO_WISHES, type StepResult } from './state.ts';
import { A, house, live, offersOf } from './testing/house.ts';

const one = { a: { phases: [0] } };
const all = { a: { phases: [0, 1, 2] } };
/** PV below the meter: it may show less than the EVSEs draw. */
const pv = { hasSource: true };
const onePhase = { phaseCount: 1 } as const;

describe('solar mode in the loop', () => {
  it('charges from what would be exported, and no more', () => {
    const site = house({ circuit: pv, a: { ...onePhase, mode: 'solar' }, policy: { solar: { startA: 4, stopAfterS: 600 } } });
    const imports: number[] = [];
    const result = live(site, 300, [-12.4, 0, 0], one, undefined, ({ setpoints }, second) => {
      if (second > 200) imports.push(-12.4 + (setpoints[0]?.offeredCurrentA ?? 0));
    });
    expect(offersOf(result)[0]).toBe(12);
    expect(Math.max(...imports)).toBeLessThanOrEqual(0);
    expect(result.setpoints[0]?.reason.kind).toBe('solar-surplus');
  });

  it('waits while the surplus is below START', () => {
    const site = house({ circuit: pv, a: { ...onePhase, mode: 'solar' }, policy: { solar: { startA: 8 } } });
    const result = live(site, 200, [-6, 0, 0], one);
    expect(offersOf(result)[0]).toBe(0);
    expect(result.setpoints[0]?.reason.kind).toBe('solar-waits');
  });

  it('is held by the circuit like any other', () => {
    const site = house({ circuit: pv, a: { ...onePhase, mode: 'solar' }, policy: { solar: { startA: 4, importA: 0 } } });
    const result = live(site, 300, [-40, 0, 0], one);
    expect(offersOf(result)[0]).toBe(25);
  });

  it('goes to one phase when three get too little, never under load, and says so in its setpoint', () => {
    const site = house({ circuit: pv, a: { mode: 'solar', phaseSwitching: 'auto' }, policy: { solar: { startA: 4, stopAfterS: 60 } } });
    let wasLoadedOnChange = false;
    let before = 3;
    const result = live(site, 900, [-10, 0, 0], all, undefined, ({ setpoints }) => {
      const phases = setpoints[0]?.phases.length ?? 0;
      if (phases !== before && (setpoints[0]?.offeredCurrentA ?? 0) > 0) wasLoadedOnChange = true;
      before = phases;
    });
    expect(wasLoadedOnChange).toBe(false);
    expect(result.setpoints[0]?.phases).toEqual([0]);
    expect(offersOf(result)[0]).toBeGreaterThanOrEqual(6);
  });
});

describe('limits that change by themselves in the loop', () => {
  const offered = (result: StepResult): number | undefined => offersOf(result)[0];

  it('14a: one device dimmed to 4.2 kW has 18 A on one phase of 230 V, and 6 A on three', () => {
    const dimmed = () => ({ signals: { ...NO_SIGNALS, isDimmed: true } });
    const policy = { dimmingW: 4200 };
    // Two EVSEs behind one controller: 4.2 kW + 0.8 x 4.2 kW = 7.56 kW (electrical.md).
    expect(offered(live(house({ ratingA: 63, a: onePhase, policy }), 200, [0, 0, 0], one, dimmed))).toBe(32);
    expect(offered(live(house({ ratingA: 63, policy }), 200, [0, 0, 0], all, dimmed))).toBe(10);
  });

  it('a person limits an EVSE until its end', () => {
    const wishes = (second: number) => ({ wallMs: second * 1000, wishes: { ...NO_WISHES, limits: [{ evseId: A, currentA: 10, untilWallMs: 150_000 }] } });
    const seen: number[] = [];
    live(house(), 260, [0, 0, 0], all, wishes, (result, second) => {
      if (second === 140 || second === 250) seen.push(offered(result) ?? NaN);
    });
    expect(seen).toEqual([10, 25]);
  });

  it('too hot: stops at 65 degrees and charges again below 55', () => {
    const site = house({ a: { temperature: { stopC: 65, resumeC: 55 } } });
    const heat = (second: number) => ({ signals: { ...NO_SIGNALS, temperatures: [{ evseId: A, temperatureC: second < 100 ? 50 : second < 200 ? 66 : second < 300 ? 60 : 54, timeMs: second * 1000 }] } });
    const seen: number[] = [];
    live(site, 400, [0, 0, 0], all, heat, (result, second) => {
      if ([90, 150, 290, 390].includes(second)) seen.push(offered(result) ?? NaN);
    });
    expect(seen).toEqual([25, 0, 0, 25]);
  });

  it('mode Off offers nothing', () => {
    const result = live(house({ a: { mode: 'off' } }), 60, [0, 0, 0], all);
    expect(offered(result)).toBe(0);
    expect(result.setpoints[0]?.reason.kind).toBe('mode-off');
  });
});
