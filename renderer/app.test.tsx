// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostApi, HostState } from '../core/host-api/contract.ts';
import { evseId } from '../core/quantities.ts';
import { App } from './app.tsx';
import { fakeFrame } from './host/fake-frames.ts';
import { FAKE_HAND_BACK, fakeHost, refuse, type FakeHost } from './host/fake-host.ts';

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

async function open(where: string, options: { readonly state?: Partial<HostState>; readonly api?: Partial<HostApi> } = {}): Promise<FakeHost> {
  location.hash = `#/${where}`;
  const host = fakeHost(options);
  render(<App connection={host} />);
  await screen.findByRole('navigation', { name: 'Screens' });
  return host;
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const called = (host: FakeHost, name: string): readonly unknown[] => host.calls.filter((call) => call.name === name).flatMap(({ args }) => args);

describe('the shell', () => {
  it('shows site, source, connection, host delay and both ways out of control', async () => {
    await open('live');
    expect(await screen.findByRole('button', { name: 'Two EVSEs, one breaker' })).toBeTruthy();
    expect(screen.getByText('Simulated')).toBeTruthy();
    expect(screen.getByText(/MQTT 127\.0\.0\.1:1883/).closest('button')?.textContent).toContain('3 devices');
    expect(screen.getByText(/^host delay 1\.4\sms$/)).toBeTruthy();
    expect((button('Pause all') as HTMLButtonElement).disabled).toBe(false);
    expect((button('Hand back control') as HTMLButtonElement).disabled).toBe(false);
  });

  it('pauses all without a question and names what did not confirm, with Again', async () => {
    const answers = [
      { evseId: evseId('primary'), name: 'Primary', ok: true, offeredCurrentA: 0, failure: null },
      { evseId: evseId('secondary'), name: 'Secondary', ok: false, offeredCurrentA: 34, failure: { code: 'timeout' as const, context: { device: 'Secondary' } } },
    ];
    const host = await open('live', { api: { pauseAll: () => Promise.resolve({ ok: true, value: answers }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Pause all' }));
    expect(await screen.findByText('1 EVSE did not confirm')).toBeTruthy();
    const failed = screen.getByText('not confirmed').closest('li');
    expect(failed?.textContent).toContain('Secondary did not answer in time. It still offers 34\u2009A.');
    fireEvent.click(button('Again'));
    await waitFor(() => expect(host.calls.filter(({ name }) => name === 'pauseAll')).toHaveLength(2));
  });

  it('pauses all with one key from everywhere, even while typing', async () => {
    const host = await open('scenarios');
    const search = await screen.findByRole('searchbox', { name: 'Search scenarios' });
    fireEvent.keyDown(search, { key: 'X', ctrlKey: true, shiftKey: true });
    expect(await screen.findByText('Every EVSE has stopped')).toBeTruthy();
    expect(host.calls.some(({ name }) => name === 'pauseAll')).toBe(true);
  });

  it('refuses to hand back while a sum does not fit, and makes Pause all the primary button', async () => {
    const host = await open('live');
    fireEvent.click(await screen.findByRole('button', { name: 'Hand back control' }));
    const dialog = await screen.findByRole('dialog', { name: 'Hand back control' });
    expect(await within(dialog).findByText('does not fit')).toBeTruthy();
    expect(dialog.textContent).toContain('68\u2009A');
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Hand back control' }).disabled).toBe(true);
    const pause = within(dialog).getByRole('button', { name: 'Pause all' });
    expect(pause.className).toContain('primary');
    expect(document.activeElement).toBe(pause);
    expect(called(host, 'handBackControl')).toEqual([]);
  });

  it('hands back what fits and shows what each device answered', async () => {
    const fits = { ...FAKE_HAND_BACK, isAllowed: true, circuits: FAKE_HAND_BACK.circuits.map((circuit) => ({ ...circuit, sumA: 12, fits: true })) };
    const host = await open('live', { api: { previewHandBack: () => Promise.resolve({ ok: true, value: fits }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Hand back control' }));
    const dialog = await screen.findByRole('dialog', { name: 'Hand back control' });
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Hand back control' }));
    expect(await within(dialog).findByText('Control is with the devices')).toBeTruthy();
    expect(host.calls.some(({ name }) => name === 'handBackControl')).toBe(true);
  });

  it('asks before it closes, with what closing does', async () => {
    const host = await open('live');
    fireEvent.click(await screen.findByRole('button', { name: 'Two EVSEs, one breaker' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: /Close Chargebench/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Pause all and close' }));
    expect(await screen.findByText('Chargebench has closed')).toBeTruthy();
    expect(host.calls.map(({ name }) => name)).toEqual(expect.arrayContaining(['previewQuit', 'quit']));
  });

  it('says since when it is disconnected and tries at once when told', async () => {
    const host = await open('live');
    host.setConnection({ isConnected: false, sinceMs: Date.UTC(2026, 10, 20, 12, 0, 0), nextAttemptMs: Date.now() + 9000 });
    expect(await screen.findByText(/No connection to the host since \d\d:00:00/)).toBeTruthy();
    expect(await screen.findByRole('heading', { name: 'No fresh values' })).toBeTruthy();
    fireEvent.click(button('Try now'));
    expect(host.calls.some(({ name }) => name === 'retry')).toBe(true);
    host.setConnection({ isConnected: true, sinceMs: Date.now(), nextAttemptMs: null });
    await waitFor(() => expect(screen.queryByText(/No connection to the host/)).toBeNull());
  });

  it('only shows in a second window', async () => {
    await open('live', { state: { leads: false } });
    expect(await screen.findByText(/Another window on the same host leads/)).toBeTruthy();
    expect((button('Pause all') as HTMLButtonElement).disabled).toBe(true);
    expect((button('Hand back control') as HTMLButtonElement).disabled).toBe(true);
  });

  it.each(['site', 'commissioning', 'export', 'report'])('says on %s what will be there and what can be done now', async (where) => {
    await open(where);
    const title = await screen.findByRole('heading', { level: 1 });
    expect(title.parentElement?.textContent).toMatch(/Here .*will be.*Until then/s);
  });

  it('goes to a screen by G and its letter, unless letters are switched off', async () => {
    await open('live');
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'p' });
    expect(await screen.findByRole('complementary', { name: 'Library' })).toBeTruthy();
    cleanup();
    localStorage.setItem('chargebench-letter-keys', 'off');
    await open('live');
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'p' });
    expect(screen.queryByRole('complementary', { name: 'Library' })).toBeNull();
  });

  it('finds screens, scenarios and devices by a part of their name', async () => {
    await open('live');
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    const field = await screen.findByRole('combobox');
    fireEvent.change(field, { target: { value: 'frozen' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByRole('heading', { level: 1, name: 'Meter frozen' })).toBeTruthy();
  });
});

describe('Live', () => {
  it('says in one sentence that all is well, what is tightest, and why each EVSE has what it has', async () => {
    await open('live');
    expect(await screen.findByRole('heading', { level: 1, name: 'All circuits within their limits' })).toBeTruthy();
    expect(screen.getByText(/^Tightest: EV circuit, L1,/).textContent).toContain('headroom');
    const card = screen.getByRole('article', { name: 'Primary' });
    expect(card.textContent).toContain('18\u2009Aoffered');
    expect(card.textContent).toContain('18\u2009A: EV circuit, L1, 40\u2009A continuous limit, 3.6\u2009A other load, 17.3\u2009A other EVSEs, shared by 2.');
    fireEvent.click(within(card).getByRole('button', { name: /A: EV circuit/ }));
    expect(within(card).getByRole('table').textContent).toContain('EVSE rating');
  });

  it('shows no value and what is reserved for an EVSE that does not answer', async () => {
    const host = await open('live');
    await screen.findByRole('heading', { level: 1, name: 'All circuits within their limits' });
    host.emit('frame', fakeFrame({ timeMs: 901_000, otherA: 4.1, primaryA: 17.7, secondaryA: 0, secondaryAgeMs: 14_000 }));
    const card = screen.getByRole('article', { name: 'Secondary' });
    await waitFor(() => expect(card.textContent).toContain('Silent 14\u2009s'));
    expect(within(card).getAllByText('no value')).toHaveLength(2);
    expect(card.textContent).toContain('6.0\u2009A reserved on L1 and L2');
    expect(screen.getByText(/Secondary is silent/)).toBeTruthy();
  });

  it('is loud when a circuit is above its rating', async () => {
    const host = await open('live');
    await screen.findByRole('article', { name: 'Primary' });
    host.emit('frame', fakeFrame({ timeMs: 901_000, otherA: 22, primaryA: 17.7, secondaryA: 17.6, notices: [{ code: 'above-rating', severity: 'danger', about: 'ev' as never, context: { limitA: 50, currentA: 57.3 } }] }));
    expect(await screen.findByRole('heading', { level: 1, name: /EV circuit is above its rating/ })).toBeTruthy();
    expect(screen.getByText('EV circuit is above its breaker rating of', { exact: false }).textContent).toBe('EV circuit is above its breaker rating of 50\u2009A: 57.3\u2009A.');
  });

  it('takes the value of a stale meter away', async () => {
    const host = await open('live');
    await screen.findByRole('article', { name: 'Primary' });
    host.emit('frame', fakeFrame({ timeMs: 901_000, otherA: 4.1, primaryA: 17.7, secondaryA: 17.6, meterAgeMs: 134_000 }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Shelly EM gives no value' })).toBeTruthy();
    expect(screen.getByText(/^Shelly EM: stale 2\smin$/)).toBeTruthy();
  });

  it('offers to take control back when paused, and asks the host', async () => {
    const host = await open('live', { state: { control: { kind: 'paused' } } });
    expect(await screen.findByRole('heading', { level: 1, name: 'Every EVSE is paused' })).toBeTruthy();
    fireEvent.click(button('Take control'));
    await waitFor(() => expect(host.calls.some(({ name }) => name === 'takeControl')).toBe(true));
  });

  it('shows why control could not be taken', async () => {
    await open('live', { state: { control: { kind: 'watching' } }, api: { takeControl: () => refuse({ code: 'refused', context: { message: 'a finding is open' } }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Take control' }));
    expect((await screen.findByRole('alert')).textContent).toContain('a finding is open');
  });

  it('plugs simulated vehicles in and out and sets other load, on simulated sites only', async () => {
    const host = await open('live');
    fireEvent.click(await screen.findByRole('button', { name: 'Unplug Primary' }));
    fireEvent.change(screen.getByLabelText('Other load on EV circuit'), { target: { value: '2400 W' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Set 2400\u2009W' }));
    expect(called(host, 'setSimulatedVehicle')).toEqual([{ evseId: 'primary', isPluggedIn: false }]);
    expect(called(host, 'setSimulatedLoad')).toEqual([{ circuitId: 'ev', powerW: 2400 }]);
    cleanup();
    await open('live', { state: { source: 'hardware' } });
    await screen.findByRole('article', { name: 'Primary' });
    expect(screen.queryByRole('button', { name: 'Unplug Primary' })).toBeNull();
  });

  it('without a site offers to try without hardware', async () => {
    const host = await open('live', { state: { site: null, project: null, control: { kind: 'none' }, devices: [] }, api: { getLiveHistory: () => Promise.resolve({ ok: true, value: [] }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Try without hardware' }));
    await waitFor(() => expect(called(host, 'openSimulatedSite')).toEqual(['two-evses-one-breaker']));
    expect(screen.queryByRole('button', { name: 'Pause all' })).toBeNull();
  });
});
