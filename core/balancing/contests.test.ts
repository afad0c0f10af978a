import { describe, expect, it } from 'vitest';
import { createLoopEngine, type LoopEngine } from '../loop/engine.ts';
import type { EvseId } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import type { Frame } from '../runs/frame.ts';
import { isForeignChange } from './contests.ts';
import { planOf } from './plan.ts';
import { unknownEvse } from './state.ts';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from './testing/two-evses.ts';

/** Who else sets an EVSE, and when. */
interface Other {
  readonly atS: number;
  readonly currentA: number;
}

interface Told {
  readonly atS: number;
  readonly evseId: EvseId;
  readonly currentA: number;
}

interface Story {
  readonly frames: readonly Frame[];
  readonly told: readonly Told[];
  frame(atS: number): Frame;
}

/**
 * Two vehicles that take what they are offered at once behind a 40 A limit; each EVSE does what it was told last, by us or by
 * the other. `fights`: the other sets its current again a second after each of our offers.
 */
function lead(others: readonly Other[], seconds: number, { site = twoEvses(), fights = false, says = (said: EvseReport) => said }: { readonly site?: Site; readonly fights?: boolean; readonly says?: (said: EvseReport) => EvseReport } = {}): Story {
  const engine: LoopEngine = createLoopEngine(site);
  engine.setControlling(true);
  const offered = new Map<EvseId, number>([PRIMARY, SECONDARY].map((id) => [id, 6]));
  const frames: Frame[] = [];
  const told: Told[] = [];
  let returnsAtS = Infinity;
  let theirsA = 0;
  let totalA = 12;
  for (let atS = 1; atS <= seconds; atS += 1) {
    const other = others.find((each) => each.atS === atS);
    if (other !== undefined) theirsA = other.currentA;
    if (other !== undefined || atS === returnsAtS) offered.set(SECONDARY, theirsA);
    const timeMs = atS * 1000;
    engine.acceptReading(reading(timeMs, totalA));
    for (const [id, currentA] of offered) engine.acceptReport(says(report(id, timeMs, currentA > 0 ? 'charging' : 'paused', currentA, currentA)));
    totalA = [...offered.values()].reduce((sum, currentA) => sum + currentA, 0);
    const { frame, offers } = engine.turn(timeMs, timeMs);
    frames.push(frame);
    for (const { evseId, currentA } of offers) {
      told.push({ atS, evseId, currentA });
      offered.set(evseId, currentA);
      // Long enough for our offer to be seen as taken.
      if (fights && evseId === SECONDARY && theirsA > 0) returnsAtS = atS + 2;
    }
  }
  return { frames, told, frame: (atS) => frames[atS - 1] ?? fail(atS) };
}

function fail(atS: number): never {
  throw new RangeError(String(atS));
}

const codesAt = (story: Story, atS: number): readonly string[] => story.frame(atS).notices.map(({ code }) => code);
const toldBetween = (story: Story, evseId: EvseId, fromS: number, untilS: number): readonly number[] =>
  story.told.filter((each) => each.evseId === evseId && each.atS >= fromS && each.atS < untilS).map(({ currentA }) => currentA);
const setpointA = (frame: Frame, id: EvseId): number => frame.setpoints.find(({ evseId }) => evseId === id)?.offeredCurrentA ?? NaN;

/** Both have settled at about 19 A each after this time. */
const SETTLED_S = 100;

describe('an EVSE that somebody else sets as well', () => {
  it('is told its offer once more after the first change, with a notice', () => {
    const story = lead([{ atS: SETTLED_S, currentA: 30 }], SETTLED_S + 60);
    expect(codesAt(story, SETTLED_S)).toContain('evse-offer-changed');
    const [first = NaN, ...later] = toldBetween(story, SECONDARY, SETTLED_S, SETTLED_S + 60);
    // 30 A beside 19 A are more than 40 A: both are cut to what that leaves, and raised again once it is over.
    expect(first).toBeLessThan(20);
    expect(later).toEqual([setpointA(story.frame(SETTLED_S - 1), SECONDARY)]);
    expect(codesAt(story, SETTLED_S + 59)).not.toContain('evse-contested');
  });

  it('has the larger of both kept free: the other EVSE gives way to 30 A on 40 A', () => {
    const story = lead([{ atS: SETTLED_S, currentA: 30 }, { atS: SETTLED_S + 20, currentA: 30 }], SETTLED_S + 60);
    // 40 A - 0.5 A - 30 A leave 9.5 A.
    expect(setpointA(story.frame(SETTLED_S + 59), PRIMARY)).toBeLessThanOrEqual(9);
    expect(setpointA(story.frame(SETTLED_S + 59), PRIMARY)).toBeGreaterThanOrEqual(6);
  });

  it('is left alone after the second change: no more offers, a notice instead', () => {
    const story = lead([{ atS: SETTLED_S, currentA: 30 }, { atS: SETTLED_S + 20, currentA: 30 }], SETTLED_S + 300);
    expect(codesAt(story, SETTLED_S + 20)).toContain('evse-contested');
    expect(toldBetween(story, SECONDARY, SETTLED_S + 20, SETTLED_S + 300)).toEqual([]);
    expect(story.frame(SETTLED_S + 200).setpoints.find(({ evseId }) => evseId === SECONDARY)?.reason).toMatchObject({ kind: 'contested', theirsA: 30 });
    expect(codesAt(story, SETTLED_S + 200)).not.toContain('evse-ignores-setpoint');
  });

  it('is not fought: whoever writes against us makes us write a handful of times, then leave it for an hour', () => {
    const story = lead([{ atS: SETTLED_S, currentA: 25 }], 3500, { fights: true });
    expect(toldBetween(story, SECONDARY, SETTLED_S, 3500).length).toBeLessThanOrEqual(12);
    expect(toldBetween(story, SECONDARY, SETTLED_S + 300, 3500)).toEqual([]);
  });

  it('is paused all the same where what the other sets does not fit the circuit', () => {
    const site = twoEvses({ circuit: { breaker: { curve: 'ul-489', ratingA: 30 } } });
    const settled = SETTLED_S;
    // A limit of 24 A.
    const story = lead([{ atS: settled, currentA: 34 }, { atS: settled + 20, currentA: 34 }], settled + 60, { site });
    expect(toldBetween(story, SECONDARY, settled + 20, settled + 60)).toContain(0);
    expect(setpointA(story.frame(settled + 59), PRIMARY) + (story.frame(settled + 59).reports.find(({ evseId }) => evseId === SECONDARY)?.offeredCurrentA ?? NaN)).toBeLessThanOrEqual(24);
  });

  const gone = (said: EvseReport): EvseReport => (said.evseId === SECONDARY && said.timeMs === (SETTLED_S + 600) * 1000 ? { ...said, state: 'idle', isVehicleConnected: false } : said);
  const restarted = (said: EvseReport): EvseReport => (said.evseId === SECONDARY && said.timeMs >= (SETTLED_S + 600) * 1000 ? { ...said, restartCount: 1 } : said);
  it.each<[string, number, (said: EvseReport) => EvseReport]>([
    ['its offer has stood still for an hour', 3620, (said) => said],
    ['its vehicle has left', 601, gone],
    ['it has restarted', 601, restarted],
  ])('is taken back when %s', (_, afterS, says) => {
    const story = lead([{ atS: SETTLED_S, currentA: 12 }, { atS: SETTLED_S + 20, currentA: 12 }], SETTLED_S + afterS + 60, { says });
    expect(codesAt(story, SETTLED_S + afterS - 2)).toContain('evse-contested');
    expect(codesAt(story, SETTLED_S + afterS + 1)).not.toContain('evse-contested');
    expect(setpointA(story.frame(SETTLED_S + afterS + 59), SECONDARY)).toBeGreaterThanOrEqual(18);
  });
});

describe('no other controller is', () => {
  const change = { atS: SETTLED_S, currentA: 30 };
  it.each<[string, (said: EvseReport) => EvseReport]>([
    ['a device that has restarted', (said) => (said.evseId === SECONDARY && said.timeMs >= SETTLED_S * 1000 ? { ...said, restartCount: 1 } : said)],
    ['one whose commander is named', (said) => (said.evseId === SECONDARY && said.timeMs >= SETTLED_S * 1000 ? { ...said, otherCommander: 'manual override' } : said)],
    ['a vehicle that has gone', (said) => (said.evseId === SECONDARY && said.timeMs >= SETTLED_S * 1000 ? { ...said, state: 'idle', isVehicleConnected: false } : said)],
  ])('%s', (_, says) => {
    const story = lead([change], SETTLED_S + 5, { says });
    expect(codesAt(story, SETTLED_S)).not.toContain('evse-offer-changed');
  });
});

describe('a report with another offer than ours', () => {
  const site = twoEvses();
  const evse = planOf(site).evses[1];
  if (evse === undefined) throw new Error('no EVSE');
  const settled = report(SECONDARY, 99_000, 'charging', 16, 16);
  /** Told 16 A at 50 s, and seen offering it at 99 s. */
  const memory = { ...unknownEvse(34, 3), report: settled, offerA: 16, offerMs: 50_000 };
  const said = (more: Partial<EvseReport>): EvseReport => ({ ...report(SECONDARY, 100_000, 'charging', 20, 16), ...more });
  it.each<[string, Partial<EvseReport>, Partial<typeof memory>, boolean]>([
    ['more than ours', {}, {}, true],
    ['less than ours', { offeredCurrentA: 10 }, {}, true],
    ['a pause', { offeredCurrentA: 0, state: 'paused' }, {}, true],
    ['ours', { offeredCurrentA: 16 }, {}, false],
    ['ours, rounded by the device', { offeredCurrentA: 15.6 }, {}, false],
    ['none told', { offeredCurrentA: null }, {}, false],
    ['a former one, on its way for less than the response time of 7 s', {}, { offerMs: 94_000 }, false],
    ['one after 20 s of silence', {}, { report: { ...settled, timeMs: 80_000 } }, false],
    ['one although ours was never seen', {}, { report: { ...settled, offeredCurrentA: 20 } }, false],
    ['one after a restart', { restartCount: 1 }, {}, false],
    ['nothing, because no vehicle charges', { offeredCurrentA: 0, state: 'connected' }, {}, false],
    ['nothing, in a fault', { offeredCurrentA: 0, state: 'fault' }, {}, false],
  ])('%s', (_, more, before, isForeign) => {
    expect(isForeignChange(evse, { ...memory, ...before }, said(more))).toBe(isForeign);
  });
});
