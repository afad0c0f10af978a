import { describe, expect, it } from 'vitest';
import type { HostApi } from '../../core/host-api/contract.ts';
import { fakeFrame } from '../host/fake-frames.ts';
import { fakeHost, refuse } from '../host/fake-host.ts';
import { fakeRun } from '../host/fake-run.ts';
import { openBench } from './bench-store.ts';
import { HISTORY_MS, withFrame } from './live-history.ts';
import type { Frame } from '../../core/runs/frame.ts';

const frameAt = (timeMs: number): Frame => fakeFrame({ timeMs, otherA: 4, primaryA: 10, secondaryA: 10 });
const REQUEST = { scenarioId: 'primary-starts-second', controller: 'device', mode: 'loopback' } as const;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the live history', () => {
  it('keeps 15 min at one frame a second, whatever comes in', () => {
    let history: readonly Frame[] = [];
    for (let timeMs = 0; timeMs <= HISTORY_MS + 120_000; timeMs += 200) history = withFrame(history, frameAt(timeMs));
    expect(history.length).toBeGreaterThan(895);
    expect(history.length).toBeLessThanOrEqual(902);
    expect(history.at(-1)?.timeMs).toBe(HISTORY_MS + 120_000);
    expect(history[0]?.timeMs).toBeGreaterThanOrEqual(120_000);
  });

  it('always has the newest frame, however close it is to the one before', () => {
    const history = [0, 1000, 1200, 1300].reduce<readonly Frame[]>((all, timeMs) => withFrame(all, frameAt(timeMs)), []);
    expect(history.map(({ timeMs }) => timeMs)).toEqual([0, 1000, 1300]);
  });

  it('starts again when the clock of the frames goes back: that is another run', () => {
    expect(withFrame([frameAt(5000), frameAt(6000)], frameAt(10)).map(({ timeMs }) => timeMs)).toEqual([10]);
  });
});

describe('the store', () => {
  it('asks for everything as soon as it is connected, and again after the link was lost', async () => {
    const host = fakeHost();
    const bench = openBench(host);
    await settled();
    expect(bench.getState().host?.site?.name).toBe('Two EVSEs, one breaker');
    expect(bench.getState().scenarios?.length).toBe(9);
    expect(bench.getState().history.length).toBeGreaterThan(800);
    host.setConnection({ isConnected: false, sinceMs: 1, nextAttemptMs: 2 });
    host.setConnection({ isConnected: true, sinceMs: 3, nextAttemptMs: null });
    await settled();
    expect(host.calls.filter(({ name }) => name === 'getState')).toHaveLength(2);
  });

  it('puts frames that came before the history behind it', async () => {
    const host = fakeHost({ api: { getLiveHistory: () => Promise.resolve({ ok: true, value: [frameAt(1000), frameAt(2000), frameAt(3000)] }) } });
    const bench = openBench(host);
    host.emit('frame', frameAt(2500));
    await settled();
    expect(bench.getState().history.map(({ timeMs }) => timeMs)).toEqual([1000, 2000, 2500]);
    expect(bench.getState().frame?.timeMs).toBe(2500);
  });

  it('keeps what it holds when a call fails, and says why', async () => {
    const host = fakeHost({ api: { getState: () => refuse({ code: 'timeout', context: {} }) } });
    const bench = openBench(host);
    await settled();
    expect(bench.getState().hostFailure?.code).toBe('timeout');
    expect(bench.getState().scenarios?.length).toBe(9);
  });

  it('stops listening when it is closed', async () => {
    const host = fakeHost();
    const bench = openBench(host);
    await settled();
    bench.close();
    host.emit('frame', frameAt(9_000_000));
    expect(bench.getState().frame?.timeMs).not.toBe(9_000_000);
  });
});

describe('playing', () => {
  it('keeps the run with its columns and its outcome', async () => {
    const bench = openBench(fakeHost());
    const [result] = await bench.play([REQUEST]);
    expect(result?.outcome.peakCurrentA).toBe(52);
    expect(bench.getState().runs.get('primary-starts-second/device')?.columns.timeS.length).toBe(1801);
    expect(bench.getState().outcomes.get('primary-starts-second/device')?.verdict).toBe('holds');
    expect(bench.getState().computing).toBeNull();
  });

  it('refuses a run whose columns did not come', async () => {
    const bench = openBench(fakeHost({ api: { playScenario: (request) => Promise.resolve({ ok: true, value: fakeRun(request).result }) } }));
    await bench.play([REQUEST]);
    expect(bench.getState().playFailures.get('primary-starts-second/device')?.code).toBe('unexpected-reply');
    expect(bench.getState().runs.size).toBe(0);
  });

  it('ends a sequence at the first failure, which the next good run removes', async () => {
    let isBroken = true;
    const playScenario: HostApi['playScenario'] = (request) => {
      if (isBroken) return refuse({ code: 'internal', context: {} });
      const run = fakeRun(request);
      host.emit('runColumns', run.columns);
      return Promise.resolve({ ok: true, value: run.result });
    };
    const host = fakeHost({ api: { playScenario } });
    const bench = openBench(host);
    expect(await bench.play([REQUEST, { ...REQUEST, controller: 'chargebench' }])).toEqual([]);
    expect(host.calls.filter(({ name }) => name === 'playScenario')).toHaveLength(1);
    isBroken = false;
    await bench.play([REQUEST]);
    expect(bench.getState().playFailures.size).toBe(0);
  });

  it('goes on with the next controller where one cannot control the site', async () => {
    const playScenario: HostApi['playScenario'] = (request) => {
      if (request.controller === 'smartevse') return refuse({ code: 'not-supported', context: { controller: 'smartevse' } });
      const run = fakeRun(request);
      host.emit('runColumns', run.columns);
      return Promise.resolve({ ok: true, value: run.result });
    };
    const host = fakeHost({ api: { playScenario } });
    const bench = openBench(host);
    expect(await bench.play([{ ...REQUEST, controller: 'smartevse' }, REQUEST])).toHaveLength(1);
    expect([...bench.getState().playFailures.keys()]).toEqual(['primary-starts-second/smartevse']);
  });

  it('forgets what was played of a scenario that was saved anew, and of no other', async () => {
    const bench = openBench(fakeHost());
    await bench.play([REQUEST, { ...REQUEST, scenarioId: 'primary-starts-second-2' }]);
    bench.keepScenario({ id: 'primary-starts-second', title: 'New', about: '', group: 'g', tags: [], controllers: ['device'], durationS: 60, setup: '', isOwn: true, failure: null });
    expect([...bench.getState().runs.keys()]).toEqual(['primary-starts-second-2/device']);
    expect(bench.getState().scenarios?.map(({ title }) => title)).toContain('New');
  });

  it('remembers the wish to stop until the run has its name', () => {
    const host = fakeHost({ api: { playScenario: () => new Promise<never>(() => undefined) } });
    const bench = openBench(host);
    void bench.play([REQUEST]);
    bench.stopPlaying();
    expect(host.calls.some(({ name }) => name === 'cancelRun')).toBe(false);
    host.emit('runProgress', { runId: 'r7', playedS: 1, durationS: 10 });
    expect(host.calls.find(({ name }) => name === 'cancelRun')?.args).toEqual(['r7']);
  });

  it('holds no more than twelve runs', async () => {
    const bench = openBench(fakeHost());
    await bench.play(Array.from({ length: 15 }, (_, index) => ({ ...REQUEST, scenarioId: `s${index}` })));
    expect(bench.getState().runs.size).toBe(12);
    expect(bench.getState().runs.has('s0/device')).toBe(false);
    expect(bench.getState().outcomes.size).toBeGreaterThanOrEqual(15);
  });
});
