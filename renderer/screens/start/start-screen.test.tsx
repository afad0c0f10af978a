// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostApi, HostState } from '../../../core/host-api/contract.ts';
import { App } from '../../app.tsx';
import { fakeHost, refuse, type FakeHost } from '../../host/fake-host.ts';

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

async function open(options: { readonly state?: Partial<HostState>; readonly api?: Partial<HostApi> } = {}): Promise<FakeHost> {
  location.hash = '#/start';
  const host = fakeHost(options);
  render(<App connection={host} />);
  await screen.findByRole('heading', { level: 1 });
  return host;
}

const asked = (host: FakeHost, name: string): readonly unknown[] => host.calls.filter((call) => call.name === name).map(({ args }) => args[0]);

it('shows the newest project first, and leads to its live values and findings', async () => {
  await open();
  expect((await screen.findByRole('heading', { level: 1, name: 'Two EVSEs, one breaker' })).parentElement?.textContent).toContain('240\u2009V split phase, 2 EVSEs, 1 meter');
  fireEvent.click(screen.getByRole('button', { name: 'Show it live' }));
  expect(await screen.findByRole('article', { name: 'Primary' })).toBeTruthy();
});

it('without any project begins with a try without hardware', async () => {
  const host = await open({ api: { listProjects: () => Promise.resolve({ ok: true, value: [] }) } });
  fireEvent.click(await screen.findByRole('button', { name: 'Try without hardware' }));
  await waitFor(() => expect(asked(host, 'createProject')).toEqual(['two-evses-one-breaker']));
});

it('makes a new project from a template, and says which devices nothing speaks with yet', async () => {
  const host = await open();
  const tiles = await screen.findByRole('region', { name: 'New site from a template' });
  const smart = within(tiles).getByRole('button', { name: /^SmartEVSEs sharing power/ });
  expect(smart.textContent).toContain('No driver yet for Sensorbox and Node 1');
  expect(within(tiles).getByRole('button', { name: /^House with PV/ }).textContent).not.toContain('No driver');
  fireEvent.click(smart);
  await waitFor(() => expect(asked(host, 'createProject')).toEqual(['smartevse-power-share']));
  // Whatever was opened is shown next.
  expect(await screen.findByRole('article', { name: 'Primary' })).toBeTruthy();
});

it('opens another project, keeps the row of one that is gone, and says why one could not be opened', async () => {
  const host = await open({ api: { openProject: () => refuse({ code: 'already-open', context: { project: 'corner-house', pid: 4711 } }) } });
  const list = await screen.findByRole('complementary', { name: 'Projects' });
  const gone = await within(list).findByRole<HTMLButtonElement>('button', { name: /^flats/ });
  expect([gone.disabled, gone.textContent.includes('folder not found: /media/stick/flats')]).toEqual([true, true]);
  const house = within(list).getByRole('button', { name: /^Corner house/ });
  expect(house.textContent).toContain('hardware, 3 devices, 2 open findings');
  fireEvent.click(house);
  expect((await screen.findByRole('alert')).textContent).toContain('Corner-house is already open in another program (process 4711)');
  expect(asked(host, 'openProject')).toEqual(['p2']);
});

it('asks for a folder only where the host can', async () => {
  await open();
  expect(screen.queryByRole('button', { name: 'Open folder' })).toBeNull();
  cleanup();
  const host = await open({ state: { canChooseFolder: true } });
  fireEvent.click(await screen.findByRole('button', { name: 'Open folder' }));
  await waitFor(() => expect(asked(host, 'chooseProject')).toHaveLength(1));
});

it('is reached from the site menu and from the mark on every screen', async () => {
  location.hash = '#/live';
  render(<App connection={fakeHost()} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Two EVSEs, one breaker' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Projects and templates' }));
  expect(await screen.findByRole('region', { name: 'New site from a template' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Chargebench, start' }).getAttribute('href')).toBe('#/start');
});
