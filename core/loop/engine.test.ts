import { describe, expect, it } from 'vitest';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';
import type { EvseReport } from '../site/readings.ts';
import { createLoopEngine, type LoopEngine, type Turn } from './engine.ts';

interface Said {
  readonly primary?: Partial<EvseReport>;
  readonly secondary?: Partial<EvseReport>;
}

/** One second of the life of two idle EVSEs, with what differs from that. */
function second(engine: LoopEngine, atS: number, said: Said = {}, wallMs = atS * 1000): Turn {
  const timeMs = atS * 1000;
  engine.acceptReading(reading(timeMs, 0));
  engine.acceptReport(report(PRIMARY, timeMs, 'idle', 34, 0, said.primary));
  engine.acceptReport(report(SECONDARY, timeMs, 'idle', 34, 0, said.secondary));
  return engine.turn(timeMs, wallMs);
}

const asked = ({ offers }: Turn): readonly string[] => offers.map(({ evseId, currentA }) => `${evseId} ${currentA}`);

describe('the engine of the loop', () => {
  it('asks nothing of any device while it only watches, and starts anew when it takes control', () => {
    const engine = createLoopEngine(twoEvses());
    expect(asked(second(engine, 1))).toEqual([]);
    engine.setControlling(true);
    expect(asked(second(engine, 2))).toEqual(['primary 6', 'secondary 6']);
  });

  it('blames no device for ignoring what was never asked while it only watches', () => {
    const engine = createLoopEngine(twoEvses());
    for (let atS = 1; atS <= 20; atS += 1) {
      const { frame } = second(engine, atS);
      expect(frame.notices.map(({ code }) => code)).not.toContain('evse-ignores-setpoint');
    }
  });

  it('asks a device for nothing before it has told its present offer', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    expect(asked(second(engine, 1, { primary: { offeredCurrentA: null } }))).toEqual(['secondary 6']);
  });

  it('asks nothing of a device that somebody else commands, and names who', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    const turn = second(engine, 1, { primary: { otherCommander: 'manual override' } });
    expect(asked(turn)).toEqual(['secondary 6']);
    expect(turn.frame.notices.map(({ code }) => code)).toContain('evse-other-commander');
  });

  it('sends an offer once, and again with growing pauses while the device does not show it', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    const sentAtS: number[] = [];
    for (let atS = 1; atS <= 60; atS += 1) {
      // 10 A that it may go on to offer leave the other its 6 A.
      const turn = second(engine, atS, { primary: { offeredCurrentA: 10 }, secondary: { offeredCurrentA: 6 } });
      if (asked(turn).includes('primary 6')) sentAtS.push(atS);
      expect(asked(turn).filter((each) => each.startsWith('secondary')).length).toBeLessThanOrEqual(atS === 1 ? 1 : 0);
    }
    // 3 s, 6 s, 12 s, 24 s after the one before.
    expect(sentAtS).toEqual([1, 4, 10, 22, 46]);
  });

  it('sends again at once after the device has restarted', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    second(engine, 1);
    const settled = { offeredCurrentA: 6 };
    expect(asked(second(engine, 2, { primary: settled, secondary: settled }))).toEqual([]);
    expect(asked(second(engine, 3, { primary: { restartCount: 1 }, secondary: settled }))).toEqual(['primary 6']);
  });

  it('sends everything again after the link was away', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    second(engine, 1);
    const settled = { offeredCurrentA: 6 };
    second(engine, 2, { primary: settled, secondary: settled });
    engine.linkRestored();
    expect(asked(second(engine, 3, { primary: settled, secondary: settled }))).toEqual(['primary 6', 'secondary 6']);
  });

  it('sends decreases before increases', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    const turn = second(engine, 1, { primary: { offeredCurrentA: 0, state: 'paused', isVehicleConnected: true } });
    expect(asked(turn)).toEqual(['secondary 6', 'primary 6']);
  });

  it.each([
    ['a gap of more than three periods', 5, 5000],
    ['a clock set forward', 2, 2000 + 2500],
    ['a clock set back', 2, 2000 - 2500],
  ])('forgets all it knew after %s', (_, atS, wallMs) => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    second(engine, 1);
    const turn = engine.turn(atS * 1000, wallMs);
    expect(turn.frame.notices.map(({ code }) => code)).toContain('clock-jump');
    expect(turn.frame.reports).toEqual([]);
    expect(turn.frame.readings).toEqual([]);
    expect(turn.offers).toEqual([]);
  });

  it('names an offer that could not be sent', () => {
    const engine = createLoopEngine(twoEvses());
    engine.setControlling(true);
    second(engine, 1);
    engine.offerFailed(PRIMARY, { code: 'link-lost', context: {} });
    const { frame } = second(engine, 2);
    expect(frame.notices).toContainEqual({ code: 'offer-not-sent', severity: 'danger', about: 'primary', context: { requestedA: 6, error: 'link-lost' } });
    expect(frame.confirmations.find(({ evseId }) => evseId === PRIMARY)?.state).toBe('not-sent');
  });
});
