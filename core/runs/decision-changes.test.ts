import { expect, test } from 'vitest';
import type { Notice, Reason, Setpoint } from '../balancing/setpoint.ts';
import { circuitId, evseId, meterId } from '../quantities.ts';
import { createNoticeChanges, createSetpointChanges } from './decision-changes.ts';

const circuitReason = (otherA: number, changes: Partial<Extract<Reason, { kind: 'circuit' }>> = {}): Reason => ({
  kind: 'circuit', circuitId: circuitId('ev'), phase: 0, limitSource: 'continuous', limitA: 40, otherA, otherEvsesA: 6, sharers: 2, ...changes,
});

const setpoint = (reason: Reason, offeredCurrentA = 12): Setpoint => ({ evseId: evseId('primary'), offeredCurrentA, phases: [0, 1], reason, limits: [] });

const stale = (ageMs: number, isFailSafe = false): Reason => ({ kind: 'meter-stale', meterId: meterId('feed'), ageMs, isFailSafe });
const waiting = (...evses: string[]): Reason => ({ kind: 'awaits-decrease', circuitId: circuitId('ev'), evseIds: evses.map(evseId) });

/** Rows: what held before, what holds a second later, and whether that is a change. */
test.each<[string, Setpoint, Setpoint, boolean]>([
  ['the same', setpoint(circuitReason(10)), setpoint(circuitReason(10)), false],
  ['meter noise in the figures', setpoint(circuitReason(10)), setpoint(circuitReason(10.3)), false],
  ['another current', setpoint(circuitReason(10)), setpoint(circuitReason(10), 13), true],
  ['another kind of reason', setpoint(circuitReason(10)), setpoint(stale(5000)), true],
  ['another phase that binds', setpoint(circuitReason(10)), setpoint(circuitReason(10, { phase: 1 })), true],
  ['another circuit that binds', setpoint(circuitReason(10)), setpoint(circuitReason(10, { circuitId: circuitId('grid') })), true],
  ['another limit that binds', setpoint(circuitReason(10)), setpoint(circuitReason(10, { limitSource: 'operator' })), true],
  ['a meter grown older', setpoint(stale(5000)), setpoint(stale(6000)), false],
  ['the grace over', setpoint(stale(5000)), setpoint(stale(8000, true)), true],
  ['another EVSE awaited', setpoint(waiting('secondary')), setpoint(waiting('third')), true],
  ['the same EVSE awaited', setpoint(waiting('secondary')), setpoint(waiting('secondary')), false],
  ['other phases', setpoint(circuitReason(10)), { ...setpoint(circuitReason(10)), phases: [0] }, true],
])('%s', (_, before, after, isChange) => {
  const changes = createSetpointChanges();
  expect(changes(0, [before])).toEqual([before]);
  expect(changes(1000, [after])).toEqual(isChange ? [after] : []);
});

test('figures of a standing reason are taken anew once a minute, and only if they have moved', () => {
  const changes = createSetpointChanges();
  const taken: number[] = [];
  for (let timeS = 0; timeS < 300; timeS += 1) if (changes(timeS * 1000, [setpoint(circuitReason(10 + Math.min(timeS, 150)))]).length > 0) taken.push(timeS);
  expect(taken).toEqual([0, 60, 120, 180]);
});

const notice = (code: Notice['code'], about: string | null = null, ageMs = 0): Notice => ({
  code, severity: 'attention', about: about === null ? null : meterId(about), context: { ageMs },
});

test('notices come once and pass once, whatever their figures do meanwhile', () => {
  const changes = createNoticeChanges();
  const seen = [[], [notice('meter-stale', 'feed')], [notice('meter-stale', 'feed', 1000), notice('starting')], [notice('starting')], []].map((standing) =>
    changes(standing).map(({ notice: { code }, isOn }) => `${code} ${isOn ? 'on' : 'off'}`),
  );
  expect(seen).toEqual([[], ['meter-stale on'], ['starting on'], ['meter-stale off'], ['starting off']]);
});

test('the same notice about two meters is two notices', () => {
  expect(createNoticeChanges()([notice('meter-stale', 'feed'), notice('meter-stale', 'grid')])).toHaveLength(2);
});
