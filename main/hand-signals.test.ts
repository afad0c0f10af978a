import { expect, test } from 'vitest';
import type { Signal } from '../core/loop/signals.ts';
import { evseId } from '../core/quantities.ts';
import type { Site } from '../core/site/site.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createHandSignals } from './hand-signals.ts';
import { siteOfTemplate } from './open-project.ts';

const plain = siteOfTemplate('two-evses-one-breaker');
const dimmed: Site = { ...plain, policy: { ...plain.policy, dimmingW: 4200, batteryMaxAgeMs: 60_000 } };

function bench(site: Site, isRepeated: boolean) {
  const clock = createVirtualClock(1_000_000);
  const accepted: Signal[] = [];
  const signals = createHandSignals({ site, isRepeated, clock, accept: (signal) => accepted.push(signal) });
  return { clock, accepted, signals };
}

test('a site lists the signals that its settings use, untold at first', () => {
  expect(bench(plain, true).signals.held()).toEqual([]);
  expect(bench(dimmed, true).signals.held()).toEqual([
    { id: 'dimming', signal: { kind: 'dimming', isDimmed: null }, toldWallMs: null },
    { id: 'battery', signal: { kind: 'battery', currentA: null }, toldWallMs: null },
  ]);
});

test('a told one has its time, and goes back to untold when it is taken back', () => {
  const { signals, accepted } = bench(dimmed, false);
  expect(signals.set({ kind: 'dimming', isDimmed: true })).toEqual({ ok: true, value: null });
  expect(signals.held()[0]).toEqual({ id: 'dimming', signal: { kind: 'dimming', isDimmed: true }, toldWallMs: 1_000_000 });
  signals.set({ kind: 'dimming', isDimmed: null });
  expect(signals.held()[0]?.toldWallMs).toBeNull();
  expect(accepted).toEqual([{ kind: 'dimming', isDimmed: true }, { kind: 'dimming', isDimmed: null }]);
});

test('one that the site does not use is refused, the temperature of an unknown EVSE among them', () => {
  const { signals, accepted } = bench(dimmed, false);
  expect(signals.set({ kind: 'pv', powerW: 4000 })).toMatchObject({ ok: false, error: { code: 'not-supported' } });
  expect(signals.set({ kind: 'temperature', evseId: evseId('third'), temperatureC: 60 })).toMatchObject({ ok: false, error: { code: 'not-supported' } });
  expect(accepted).toEqual([]);
});

test.each([
  [true, 7],
  [false, 1],
])('repeated: %s, a value is told %i times in three seconds', (isRepeated, times) => {
  const { clock, signals, accepted } = bench(dimmed, isRepeated);
  signals.set({ kind: 'battery', currentA: [3, 0, 0] });
  clock.advanceTo(3000);
  expect(accepted).toHaveLength(times);
  signals.close();
  clock.advanceTo(9000);
  expect(accepted).toHaveLength(times);
});
