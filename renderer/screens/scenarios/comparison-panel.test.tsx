// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../../core/errors.ts';
import type { HostApi, RunResult } from '../../../core/host-api/contract.ts';
import { App } from '../../app.tsx';
import { fakeHost, refuse, type FakeHost } from '../../host/fake-host.ts';
import { fakeRun } from '../../host/fake-run.ts';

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/scenarios';
});
afterEach(cleanup);

async function open(api: Partial<HostApi> = {}): Promise<FakeHost> {
  const host = fakeHost({ api: { listVerdicts: () => Promise.resolve({ ok: true, value: [] }), ...api } });
  render(<App connection={host} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Controllers' }));
  return host;
}

const table = () => within(screen.getByRole('region', { name: 'Figures by controller' }));
const rowOf = (name: RegExp) => table().getByRole('row', { name });
const cells = (name: RegExp): readonly string[] => within(rowOf(name)).getAllByRole('cell').map((cell) => cell.textContent.trim());
const played = (host: FakeHost): readonly unknown[] => host.calls.filter(({ name }) => name === 'playScenario').map(({ args }) => (args[0] as { controller: string }).controller);

describe('controllers against outcomes', () => {
  it('says what is not played, plays it, and shows every figure with its unit in the heading', async () => {
    const host = await open();
    expect(cells(/Chargebench/)[0]).toBe('not played');
    fireEvent.click(screen.getByRole('button', { name: 'Play 2 missing' }));
    await screen.findByRole('button', { name: 'All are played' });
    expect(played(host)).toEqual(['chargebench', 'device']);
    const headings = table().getAllByRole('columnheader').map(({ textContent }) => textContent);
    expect(headings).toEqual(['Controller', 'Breaker', 'Peak, A', 'Above 40\u2009A, s', 'Above 50\u2009A, s', 'Thermal load, %', 'Energy, kWh', 'Starts', 'Must hold', 'Over the chart']);
    expect(cells(/The devices themselves/).slice(0, 8)).toEqual(['Holds', '52.0', '19', '4', '< 1', '4.26', '2', '4 of 4']);
    expect(cells(/Chargebench/).slice(0, 4)).toEqual(['Holds', '40.0', '0', '0']);
  });

  it('takes in controllers that the file does not list, and lets them go again', async () => {
    const host = await open();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Fixed equal parts' }));
    expect(rowOf(/Fixed equal parts/).textContent).toContain('not in the file');
    fireEvent.click(screen.getByRole('button', { name: 'Play 3 missing' }));
    await screen.findByRole('button', { name: 'All are played' });
    expect(played(host)).toEqual(['chargebench', 'device', 'static-split']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Fixed equal parts' }));
    expect(table().queryByRole('row', { name: /Fixed equal parts/ })).toBeNull();
  });

  it('opens the run of a cell in the chart, and lays another one over it', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Play 2 missing' }));
    await screen.findByRole('button', { name: 'All are played' });
    fireEvent.click(within(rowOf(/The devices themselves/)).getByText('52.0'));
    expect(await screen.findByRole('slider', { name: 'Cursor in the run' })).toBeTruthy();
    expect(screen.getByRole('slider', { name: 'Cursor in the run' }).getAttribute('aria-valuetext')).toContain('52.0');
    fireEvent.click(screen.getByRole('button', { name: 'Controllers' }));
    fireEvent.click(screen.getByRole('button', { name: /Lay over.*Chargebench/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Back to the chart' }));
    const lines = within(screen.getByRole('list', { name: 'Lines in the chart' })).getAllByRole('listitem');
    expect(lines.map(({ textContent }) => textContent)).toEqual(['solid: Devices', 'dotted: Chargebench']);
  });

  it('tells in its line why a controller cannot play, and plays the others', async () => {
    const host: FakeHost = await open({
      playScenario: (request): Promise<Result<RunResult>> => {
        if (request.controller === 'chargebench') return refuse({ code: 'not-supported', context: { controller: 'chargebench', why: 'only one phase' } });
        const run = fakeRun(request);
        host.emit('runColumns', run.columns);
        return Promise.resolve({ ok: true, value: run.result });
      },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Play 2 missing' }));
    await waitFor(() => expect(cells(/Chargebench/)[0]).toContain('only one phase'));
    expect(cells(/The devices themselves/)[1]).toBe('52.0');
    expect(await screen.findByRole('button', { name: 'All are played' })).toBeTruthy();
  });

  it('shows how far it is and stops where it was started', async () => {
    let answer: (result: Result<RunResult>) => void = () => undefined;
    const host = await open({ playScenario: () => new Promise((resolve) => (answer = resolve)) });
    fireEvent.click(screen.getByRole('button', { name: 'Play 2 missing' }));
    host.emit('runProgress', { runId: 'r1', playedS: 900, durationS: 1800 });
    await waitFor(() => expect(cells(/Chargebench/)[0]).toBe('playing, 15:00 of 30:00'));
    fireEvent.click(screen.getByRole('button', { name: 'Stop, 1 of 2' }));
    expect(host.calls.find(({ name }) => name === 'cancelRun')?.args).toEqual(['r1']);
    answer({ ok: false, error: { code: 'cancelled', context: {} } });
    expect(await screen.findByRole('button', { name: 'Play 2 missing' })).toBeTruthy();
    expect(played(host)).toEqual(['chargebench']);
  });
});
