import { expect, test } from 'vitest';
import type { EvseDriver } from '../core/drivers/driver.ts';
import { failure, success } from '../core/errors.ts';
import { evseId } from '../core/quantities.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createByHand } from './by-hand.ts';
import { siteOfTemplate } from './open-project.ts';

const SITE = siteOfTemplate('two-evses-one-breaker');

/** Only what is asked by hand; every other part of a driver is missing on purpose. */
function bench(isControlling = false) {
  const did: string[] = [];
  const driver = (id: string): EvseDriver => {
    const own: Partial<EvseDriver> = {
      evseId: evseId(id),
      offer(currentA) {
        did.push(`${id} offers ${String(currentA)}`);
        return Promise.resolve(success({ requestedA: currentA, readBackA: currentA }));
      },
      release() {
        did.push(`${id} released`);
        return Promise.resolve(success(null));
      },
      readSetting(key) {
        did.push(`${id} reads ${key}`);
        return Promise.resolve(failure('timeout', { setting: key }));
      },
    };
    return own as EvseDriver;
  };
  const byHand = createByHand({ site: SITE, meters: [], evses: [driver('primary'), driver('secondary')], clock: createVirtualClock(0), isControlling: () => isControlling });
  return { byHand, did };
}

test('what was offered by hand is taken back at the end, and nothing else', async () => {
  const { byHand, did } = bench();
  expect(await byHand.offer({ evseId: evseId('primary'), currentA: 12 })).toEqual({ ok: true, value: { evseId: 'primary', requestedA: 12, readBackA: 12 } });
  await byHand.takeBack();
  await byHand.takeBack();
  expect(did).toEqual(['primary offers 12', 'primary released']);
});

test('once the loop decides, its end is not ours', async () => {
  const { byHand, did } = bench();
  await byHand.offer({ evseId: evseId('primary'), currentA: 12 });
  byHand.forget();
  await byHand.takeBack();
  expect(did).toEqual(['primary offers 12']);
});

test('while this program controls nothing goes out by hand', async () => {
  const { byHand, did } = bench(true);
  expect(await byHand.offer({ evseId: evseId('primary'), currentA: 0 })).toMatchObject({ ok: false, error: { code: 'refused' } });
  expect(did).toEqual([]);
});

test('never above what the EVSE is configured for: 34 A in the template, on a circuit that carries 40 A', async () => {
  const { byHand, did } = bench();
  expect(await byHand.offer({ evseId: evseId('primary'), currentA: 34.5 })).toMatchObject({ ok: false, error: { code: 'out-of-range', context: { limitA: 34 } } });
  expect(did).toEqual([]);
});

test('a silent device is asked for its first setting only; all say why', async () => {
  const { byHand, did } = bench();
  const looks = await byHand.readSettings('primary');
  if (!looks.ok) throw new Error(looks.error.code);
  expect(looks.value.length).toBeGreaterThan(3);
  expect(looks.value.filter(({ lockedBecause }) => !(lockedBecause?.startsWith('only at the device') ?? false)).every(({ failure: why }) => why?.code === 'timeout')).toBe(true);
  expect(did).toHaveLength(1);
});
