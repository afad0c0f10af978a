// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostApi, HostState } from '../../../core/host-api/contract.ts';
import { App } from '../../app.tsx';
import { fakeHost, type FakeHost } from '../../host/fake-host.ts';
import { FAKE_FILE } from '../../host/fake-scenarios.ts';

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/scenarios';
});
afterEach(cleanup);

const TITLE = 'An evening of mine';

/** With an own scenario in the library, chosen. */
async function open(options: { readonly api?: Partial<HostApi>; readonly state?: Partial<HostState> } = {}): Promise<FakeHost> {
  const host = fakeHost(options);
  await host.api.saveScenario(JSON.stringify({ ...FAKE_FILE, id: 'my-evening', title: TITLE }));
  render(<App connection={host} />);
  fireEvent.click(await within(await screen.findByRole('complementary', { name: 'Library' })).findByRole('button', { name: new RegExp(TITLE) }));
  await screen.findByRole('heading', { level: 1, name: TITLE });
  return host;
}

const remove = () => screen.queryByRole('button', { name: 'Delete this scenario' });
const entry = () => within(screen.getByRole('complementary', { name: 'Library' })).queryByRole('button', { name: new RegExp(TITLE) });

it('deletes an own scenario at once, and brings it back', async () => {
  const host = await open();
  fireEvent.click(remove() as HTMLElement);
  await screen.findByText(`“${TITLE}” is deleted.`);
  expect(entry()).toBeNull();
  // Focus goes to the way back: the button that was pressed is gone.
  const undo = screen.getByRole('button', { name: 'Undo' });
  expect(document.activeElement).toBe(undo);
  fireEvent.click(undo);
  await screen.findByRole('heading', { level: 1, name: TITLE });
  expect(entry()).not.toBeNull();
  expect(screen.queryByText(/is deleted/)).toBeNull();
  expect(host.calls.map(({ name }) => name).filter((name) => name.endsWith('eleteScenario'))).toEqual(['deleteScenario', 'undoDeleteScenario']);
});

it('offers it for own scenarios only, and not in a window that does not lead', async () => {
  await open({ state: { leads: false } });
  expect(remove()).toHaveProperty('disabled', true);
  fireEvent.click(screen.getByRole('button', { name: /Primary starts while secondary charges/ }));
  await screen.findByRole('heading', { level: 1, name: 'Primary starts while secondary charges' });
  expect(remove()).toBeNull();
});

it('says why one could not be deleted, and leaves it', async () => {
  await open({ api: { deleteScenario: () => Promise.resolve({ ok: false, error: { code: 'not-writable', context: { file: 'my-evening.scenario.json', cause: 'EACCES' } } }) } });
  fireEvent.click(remove() as HTMLElement);
  await screen.findByText(/is not deleted\. my-evening\.scenario\.json cannot be written/i);
  expect(entry()).not.toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Put this line away' }));
  await waitFor(() => expect(screen.queryByText(/is not deleted/)).toBeNull());
});
