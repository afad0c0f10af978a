import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { success } from '../core/errors.ts';
import type { ControlState, EvseAnswer } from '../core/host-api/contract.ts';
import { evseId } from '../core/quantities.ts';
import { createVirtualClock, type VirtualClock } from '../core/time/virtual-clock.ts';
import { createLifecycle, type Controlled, type Lifecycle } from './lifecycle.ts';
import { createSignalPowerEvents } from './power-events.ts';

const FAIL_SAFE: readonly EvseAnswer[] = [{ evseId: evseId('primary'), name: 'Primary', ok: true, offeredCurrentA: 6, failure: null }];
const SILENT: readonly EvseAnswer[] = [
  { evseId: evseId('secondary'), name: 'Secondary', ok: false, offeredCurrentA: null, failure: { code: 'timeout', context: {} } },
];

let clock: VirtualClock;
let did: string[];
let logged: string[];
let kind: ControlState['kind'];
let tell: (control: ControlState) => void;
let signals: EventEmitter;
let lifecycle: Lifecycle;
let answers: () => Promise<readonly EvseAnswer[]>;

beforeEach(() => {
  clock = createVirtualClock();
  did = [];
  logged = [];
  kind = 'controlling';
  answers = () => Promise.resolve(FAIL_SAFE);
  const controlled: Controlled = {
    control: () => ({ kind }),
    onControl: (listener) => (tell = listener),
    takeControl() {
      did.push('take control');
      kind = 'controlling';
      return success(null);
    },
    async leave() {
      did.push('leave');
      const given = await answers();
      kind = 'watching';
      did.push('left');
      return given;
    },
    async pauseAll() {
      did.push('pause all');
      return answers();
    },
  };
  signals = new EventEmitter();
  lifecycle = createLifecycle({
    controlled,
    clock,
    power: createSignalPowerEvents(signals, () => did.push('stop')),
    powerSave: { hold: () => did.push('awake'), release: () => did.push('may sleep') },
    close: () => Promise.resolve(void did.push('close')),
    exit: (code) => did.push(`exit ${code}`),
    log: (line) => logged.push(line),
  });
});

/** Lets everything run that waits for nothing but promises. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('quitting', () => {
  test('while controlling, rule 11 comes first, then the answer, then the end', async () => {
    const answer = await lifecycle.quit();
    expect(answer).toEqual(success(FAIL_SAFE));
    expect(did).toEqual(['leave', 'left']);
    clock.advanceTo(1000);
    await settle();
    expect(did).toEqual(['leave', 'left', 'may sleep', 'close', 'exit 0']);
  });

  test('while only watching, nothing is asked of any EVSE', async () => {
    kind = 'watching';
    expect(await lifecycle.quit()).toEqual(success([]));
    clock.advanceTo(1000);
    await settle();
    expect(did).toEqual(['may sleep', 'close', 'exit 0']);
  });

  test('twice is refused', async () => {
    await lifecycle.quit();
    expect(await lifecycle.quit()).toMatchObject({ ok: false, error: { code: 'refused' } });
  });
});

describe('a signal', () => {
  test('leaves, says of each EVSE what came of it, and ends', async () => {
    answers = () => Promise.resolve([...FAIL_SAFE, ...SILENT]);
    await lifecycle.end('SIGTERM');
    expect(did).toEqual(['leave', 'left', 'may sleep', 'close', 'exit 0']);
    expect(logged.join('\n')).toMatch(/Primary: now at 6 A, confirmed/);
    expect(logged.join('\n')).toMatch(/Secondary: NOT confirmed \(timeout\)/);
  });

  test('ends after a time limit when an EVSE never answers', async () => {
    answers = () => new Promise(() => undefined);
    const ended = lifecycle.end('SIGTERM');
    await settle();
    expect(did).toEqual(['leave']);
    clock.advanceTo(15_000);
    await ended;
    expect(did).toEqual(['leave', 'may sleep', 'close', 'exit 0']);
    expect(logged.join('\n')).toMatch(/Look at them/);
  });

  test('given again after a while ends without waiting', async () => {
    answers = () => new Promise(() => undefined);
    void lifecycle.end('SIGINT');
    clock.advanceTo(3000);
    await lifecycle.end('SIGINT');
    expect(did).toEqual(['leave', 'exit 1']);
  });

  test('passed on by npm to a program that has got it already is one signal', async () => {
    answers = () => new Promise(() => undefined);
    void lifecycle.end('SIGTERM');
    clock.advanceTo(500);
    await lifecycle.end('SIGTERM');
    expect(did).toEqual(['leave']);
  });

  test('while the program ends by itself is no reason to hurry', async () => {
    void lifecycle.quit();
    await lifecycle.end('SIGTERM');
    expect(did).not.toContain('exit 1');
  });
});

test('an error that nobody caught pauses what can be paused, closes, and ends with code 70', async () => {
  await lifecycle.endAfterError(new RangeError('unknown circuit x'));
  expect(did).toEqual(['pause all', 'may sleep', 'close', 'exit 70']);
  const said = logged.join('\n');
  expect(said).toMatch(/unknown circuit x/);
  expect(said).toMatch(/What to do/);
});

test('an error while pausing does not keep the program from ending', async () => {
  answers = () => Promise.reject(new Error('again'));
  await lifecycle.endAfterError(new Error('first'));
  expect(did).toEqual(['pause all', 'may sleep', 'close', 'exit 70']);
});

test('a pausing that never ends is given up after 5 s', async () => {
  answers = () => new Promise(() => undefined);
  const ended = lifecycle.endAfterError(new Error('first'));
  await settle();
  clock.advanceTo(5000);
  await ended;
  expect(did).toEqual(['pause all', 'may sleep', 'close', 'exit 70']);
});

describe.skipIf(process.platform === 'win32')('sleep (not on Windows: it has no such signals)', () => {
  test('runs rule 11 before the process stops, and control begins anew after', async () => {
    signals.emit('SIGTSTP');
    expect(did).toEqual(['leave']);
    await settle();
    expect(did).toEqual(['leave', 'left', 'stop']);
    signals.emit('SIGCONT');
    expect(did).toEqual(['leave', 'left', 'stop', 'take control']);
    signals.emit('SIGCONT');
    expect(did.length).toBe(4);
  });

  test('of a program that only watches changes nothing', async () => {
    kind = 'watching';
    signals.emit('SIGTSTP');
    await settle();
    signals.emit('SIGCONT');
    expect(did).toEqual(['stop']);
  });
});

test('the machine is kept awake while, and only while, something is controlled', () => {
  for (const next of ['watching', 'controlling', 'leaving', 'paused', 'none'] as const) tell({ kind: next });
  expect(did).toEqual(['may sleep', 'awake', 'awake', 'may sleep', 'may sleep']);
});
