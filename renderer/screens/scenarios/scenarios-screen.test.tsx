// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostApi, HostState, RunResult } from '../../../core/host-api/contract.ts';
import type { Result } from '../../../core/errors.ts';
import { App } from '../../app.tsx';
import { fakeHost, refuse, type FakeHost } from '../../host/fake-host.ts';
import { fakeRun } from '../../host/fake-run.ts';

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/scenarios';
});
afterEach(cleanup);

async function open(options: { readonly state?: Partial<HostState>; readonly api?: Partial<HostApi> } = {}): Promise<FakeHost> {
  const host = fakeHost(options);
  render(<App connection={host} />);
  await screen.findByRole('heading', { level: 1, name: 'Primary starts while secondary charges' });
  return host;
}

const transport = () => within(screen.getByRole('group', { name: 'Transport' }));
const play = (): void => {
  fireEvent.click(transport().getByRole('button', { name: 'Play' }));
};
const pick = (controller: string): void => {
  fireEvent.click(within(screen.getByRole('radiogroup', { name: 'Controller' })).getByLabelText(controller));
};

async function playDevices(): Promise<void> {
  pick('Devices');
  play();
  await screen.findByText(/^Holds$/);
  await screen.findByText(/Setpoints at/);
}

describe('a scenario', () => {
  it('says before it is played that it is not', async () => {
    await open();
    expect(screen.getByText('Not played')).toBeTruthy();
    expect(screen.getByText('The primary plugs in while the secondary has the whole circuit.')).toBeTruthy();
  });

  it('shows the verdict in words, the worst moment, the reasons there and what must hold', async () => {
    const host = await open();
    await playDevices();
    expect(host.calls.find(({ name }) => name === 'playScenario')?.args).toEqual([{ scenarioId: 'primary-starts-second', controller: 'device', mode: 'loopback' }]);
    const band = screen.getByText(/^Holds$/).parentElement;
    expect(band?.textContent).toContain('4\u2009s above the 50\u2009A rating, 19\u2009s above the 40\u2009A continuous limit, peak 52.0\u2009A.');
    expect(screen.getByRole('slider', { name: 'Cursor in the run' }).getAttribute('aria-valuetext')).toBe('10:13, EV circuit 52.0\u2009A');
    const setpoints = screen.getByRole('region', { name: /Setpoints at/ });
    expect(setpoints.textContent).toContain('34\u2009A: configured limit of this EVSE. It does not look at the circuit.');
    expect(setpoints.textContent).toContain('22\u2009A: its own shaper, 9600\u2009W allowed, 12480\u2009W metered, 32.0\u2009A of it its own.');
    expect(screen.getByRole('region', { name: 'Notices' }).textContent).toContain('EV circuit is above its breaker rating of 50\u2009A: 52.0\u2009A.');
    expect(within(screen.getByRole('region', { name: 'Must hold' })).getAllByText('holds')).toHaveLength(4);
  });

  it('moves the cursor by keys: steps, changes of a setpoint, events, the worst moment', async () => {
    await open();
    await playDevices();
    const cursor = () => Number(screen.getByRole('slider', { name: 'Cursor in the run' }).getAttribute('aria-valuenow'));
    const press = (key: string, more: object = {}): void => void fireEvent.keyDown(document.body, { key, ...more });
    press('ArrowRight');
    expect(cursor()).toBe(614);
    press('ArrowLeft');
    press('ArrowLeft');
    expect(cursor()).toBe(612);
    press('.');
    expect(cursor()).toBe(613);
    press(',');
    expect(cursor()).toBe(612);
    press('ArrowLeft', { shiftKey: true });
    expect(cursor()).toBe(600);
    press('w');
    expect(cursor()).toBe(613);
    press('Home');
    expect(cursor()).toBe(0);
  });

  it('steps by exactly one row of the run, wherever the focus is and wherever the cursor stands', async () => {
    const sparse = (): Promise<Result<RunResult>> => {
      const { result, columns } = fakeRun({ scenarioId: 'primary-starts-second', controller: 'chargebench', mode: 'loopback' });
      // Rows of a run on the wire need not be a second apart.
      const kept = (_: number, row: number): boolean => row % 3 !== 1;
      host.emit('runColumns', { ...columns, columns: { timeS: columns.columns.timeS.filter(kept), columns: columns.columns.columns.map((one) => ({ ...one, values: one.values.filter(kept) })) } });
      return Promise.resolve({ ok: true, value: result });
    };
    const host = await open({ api: { playScenario: sparse } });
    play();
    await screen.findByText(/^Holds$/);
    const slider = await screen.findByRole('slider', { name: 'Cursor in the run' });
    const after = (key: string, target: HTMLElement = document.body): number => {
      fireEvent.keyDown(target, { key });
      return Number(slider.getAttribute('aria-valuenow'));
    };
    expect(after('Home')).toBe(0);
    expect(['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft'].map((key) => after(key))).toEqual([2, 3, 5, 3]);
    slider.focus();
    expect(after('ArrowRight', slider)).toBe(5);
    expect(after('PageDown', slider)).toBe(65);
    expect([after('ArrowLeft'), after('PageUp'), after('PageUp'), after('ArrowLeft')]).toEqual([63, 3, 0, 0]);
    expect(after('End')).toBe(1800);
    expect(after('ArrowRight')).toBe(1800);
    expect(after('ArrowLeft')).toBe(1799);
  });

  it('draws another controller over it and compares their outcomes', async () => {
    const host = await open();
    await playDevices();
    fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Compare' }).getAttribute('aria-pressed')).toBe('true'));
    expect(host.calls.filter(({ name }) => name === 'playScenario')).toHaveLength(2);
    const rows = within(screen.getByRole('region', { name: 'Controllers on this scenario' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent).join('|')).toMatch(/Chargebench.*40\.0.*Devices.*52\.0/);
    expect(screen.getByText(/Chargebench, peak 40\.0/)).toBeTruthy();
  });

  it('shows its figures as a table', async () => {
    await open();
    await playDevices();
    fireEvent.click(screen.getByRole('button', { name: 'As table' }));
    const table = screen.getByRole('region', { name: 'Run as table' });
    expect(within(table).getByRole('row', { name: /10:13/ }).textContent).toContain('52.0');
  });

  it('keeps path and rule of a broken file in sight, at the place of the verdict', async () => {
    const error = { code: 'invalid-file', context: { file: 'feed-dies.scenario.json', path: 'faults/0/device', rule: 'unknown-device' } } as const;
    await open({ api: { playScenario: () => refuse(error) } });
    play();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The file feed-dies.scenario.json breaks the rule "unknown-device" at faults/0/device.');
    expect(within(alert).getByRole('button', { name: 'Play again' })).toBeTruthy();
  });

  it('shows how far it is and can be stopped in the place of Play', async () => {
    let answer: (result: Result<RunResult>) => void = () => undefined;
    const host = await open({
      api: {
        playScenario: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      },
    });
    play();
    host.emit('runProgress', { runId: 'r1', playedS: 900, durationS: 1800 });
    expect(await screen.findByText(/Playing under Chargebench/)).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
    fireEvent.click(transport().getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(host.calls.find(({ name }) => name === 'cancelRun')?.args).toEqual(['r1']));
    answer({ ok: false, error: { code: 'cancelled', context: {} } });
    expect(await screen.findByText('Stopped before it was finished.')).toBeTruthy();
    expect(transport().getByRole('button', { name: 'Play' })).toBeTruthy();
  });

  it('says which expectation failed beside a verdict that may still be good', async () => {
    const failing = (): Promise<Result<RunResult>> => {
      const run = fakeRun({ scenarioId: 'primary-starts-second', controller: 'chargebench', mode: 'loopback' });
      host.emit('runColumns', run.columns);
      const expectations = [{ text: 'Back below 40 A within 5 s (never)', passed: false }];
      return Promise.resolve({ ok: true, value: { ...run.result, outcome: { ...run.result.outcome, passed: false, expectations } } });
    };
    const host = await open({ api: { playScenario: failing } });
    play();
    expect(await screen.findByText('One thing that must hold does not.')).toBeTruthy();
    expect(within(screen.getByRole('region', { name: 'Must hold' })).getByText('fails')).toBeTruthy();
  });

  it('runs through the run at the chosen speed with the verdict so far, and can be paused', async () => {
    await open();
    pick('Devices');
    fireEvent.click(within(screen.getByRole('radiogroup', { name: 'Speed' })).getByLabelText('60×'));
    play();
    await waitFor(() => expect(transport().getByRole('button', { name: 'Pause' })).toBeTruthy());
    await waitFor(() => expect(screen.getByText('so far')).toBeTruthy());
    fireEvent.keyDown(document.body, { key: ' ' });
    await waitFor(() => expect(transport().getByRole('button', { name: 'Play' })).toBeTruthy());
    expect(screen.queryByText('so far')).toBeNull();
  });

  it('is found by its title, its tags and its last verdict', async () => {
    await open();
    const library = within(screen.getByRole('complementary', { name: 'Library' }));
    expect(library.getByRole('button', { name: /Meter frozen.*May trip.*68\.0/s })).toBeTruthy();
    fireEvent.change(library.getByRole('searchbox'), { target: { value: 'line' } });
    expect(library.getAllByRole('button', { name: /Line at/ })).toHaveLength(2);
    expect(library.queryByRole('button', { name: /Meter frozen/ })).toBeNull();
    fireEvent.change(library.getByRole('searchbox'), { target: { value: '' } });
    fireEvent.click(library.getByRole('button', { name: 'faults 3' }));
    expect(library.queryByRole('button', { name: /Line at/ })).toBeNull();
    expect(library.getByRole('button', { name: /Meter frozen/ })).toBeTruthy();
  });

  it('says when the library could not be read, and reads it again', async () => {
    const host = fakeHost({ api: { listScenarios: () => refuse({ code: 'invalid-file', context: { file: 'x.scenario.json', rule: 'json' } }) } });
    render(<App connection={host} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Read again' }));
    await waitFor(() => expect(host.calls.filter(({ name }) => name === 'listScenarios')).toHaveLength(2));
  });
});
