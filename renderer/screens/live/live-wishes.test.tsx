// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostApi, HostState } from '../../../core/host-api/contract.ts';
import { circuitId, evseId } from '../../../core/quantities.ts';
import { App } from '../../app.tsx';
import { fakeFrame } from '../../host/fake-frames.ts';
import { fakeHost, refuse, type FakeHost } from '../../host/fake-host.ts';
import { FAKE_STATES } from '../../host/fake-states.ts';

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

async function open(options: { readonly state?: Partial<HostState>; readonly api?: Partial<HostApi> } = {}): Promise<FakeHost> {
  location.hash = '#/live';
  const host = fakeHost(options);
  render(<App connection={host} />);
  await screen.findByRole('article', { name: 'Primary' });
  return host;
}

const asked = (host: FakeHost, name: string): readonly unknown[] => host.calls.filter((call) => call.name === name).map(({ args }) => args[0]);
const card = () => screen.getByRole('article', { name: 'Primary' });
const MADE_MS = Date.UTC(2026, 10, 20, 12, 40);

describe('what a person can ask of one EVSE', () => {
  it('is a pause, a boost and a mode, each with one click', async () => {
    const host = await open();
    fireEvent.click(within(card()).getByRole('button', { name: 'Pause Primary' }));
    fireEvent.click(await within(card()).findByRole('button', { name: 'Boost Primary' }));
    fireEvent.click(await within(card()).findByRole('button', { name: /^Mode of Primary/ }));
    fireEvent.click(await screen.findByRole('menuitem', { name: /^Solar/ }));
    await waitFor(() => expect(asked(host, 'setMode')).toHaveLength(3));
    const request = { evseId: 'primary', untilWallMs: null };
    expect(asked(host, 'setMode')).toEqual([{ ...request, mode: 'pause' }, { ...request, mode: 'boost' }, { ...request, mode: 'solar' }]);
  });

  it('is a limit with an end that stands on the button before it is asked for', async () => {
    const host = await open();
    fireEvent.click(within(card()).getByRole('button', { name: 'Limit Primary' }));
    const form = within(card()).getByRole('form', { name: 'Limit for Primary' });
    fireEvent.change(within(form).getByLabelText('Not above'), { target: { value: '10 A' } });
    fireEvent.change(within(form).getByLabelText('For'), { target: { value: '1h' } });
    // The frame of the written host is of 12:41:00 UTC, the zone of its site.
    fireEvent.click(within(form).getByRole('button', { name: 'Limit to 10\u2009A until 13:41' }));
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Limit for Primary' })).toBeNull());
    expect(asked(host, 'setLimit')).toEqual([{ about: 'primary', currentA: 10, untilWallMs: Date.UTC(2026, 10, 20, 13, 41) }]);
    expect(document.activeElement?.textContent).toContain('Limit');
  });

  it('can be left with Escape, and nothing was asked for', async () => {
    const host = await open();
    fireEvent.click(within(card()).getByRole('button', { name: 'Limit Primary' }));
    fireEvent.keyDown(within(card()).getByLabelText('Not above'), { key: 'Escape' });
    expect(screen.queryByRole('form', { name: 'Limit for Primary' })).toBeNull();
    expect(asked(host, 'setLimit')).toEqual([]);
  });

  it('stands there with who, since when and until when, and is taken back from there', async () => {
    const host = await open({
      state: {
        wishes: [
          { id: 'pause/primary', kind: 'mode', evseId: evseId('primary'), mode: 'pause', madeWallMs: MADE_MS, untilWallMs: null },
          { id: 'limit/primary', kind: 'limit', about: evseId('primary'), currentA: 10, madeWallMs: MADE_MS, untilWallMs: MADE_MS + 3_600_000 },
        ],
      },
    });
    expect(card().textContent).toContain('Paused, by a person at 12:40, until resumed');
    expect(card().textContent).toContain('Not above 10\u2009A, by a person at 12:40, until 13:40');
    fireEvent.click(within(card()).getByRole('button', { name: 'Resume Primary' }));
    fireEvent.click(await within(card()).findByRole('button', { name: /^Take back for Primary: Not above/ }));
    await waitFor(() => expect(asked(host, 'takeBackWish')).toEqual(['pause/primary', 'limit/primary']));
  });

  it('is nothing while another window leads, or while everything is paused', async () => {
    await open({ state: { control: { kind: 'paused' } } });
    expect(within(card()).getByRole<HTMLButtonElement>('button', { name: 'Pause Primary' }).disabled).toBe(true);
    expect(within(card()).getByRole('toolbar').title).toBe('Every EVSE is paused: take control first');
    cleanup();
    await open({ state: { leads: false } });
    expect(within(card()).getByRole<HTMLButtonElement>('button', { name: 'Pause Primary' }).disabled).toBe(true);
  });

  it('that is refused says so at the EVSE', async () => {
    await open({ api: { setMode: () => refuse({ code: 'not-found', context: { evse: 'primary' } }) } });
    fireEvent.click(within(card()).getByRole('button', { name: 'Pause Primary' }));
    expect((await within(card()).findByRole('alert')).textContent).toContain('Primary was not found');
  });
});

describe('an EVSE', () => {
  it('whose vehicle draws less than it could have says so', async () => {
    const { options, then } = FAKE_STATES['wishes'] ?? {};
    const host = await open(options);
    then?.(host);
    await waitFor(() => expect(card().textContent).toContain('The vehicle takes 7.0\u2009A of 16\u2009A.'));
  });

  it('says by whom its mode is, where that is neither a person nor the site', async () => {
    const host = await open();
    const modes = [{ evseId: evseId('primary'), mode: 'normal' as const, by: 'unplugged' as const }, { evseId: evseId('secondary'), mode: 'solar' as const, by: 'schedule' as const }];
    host.emit('frame', { ...fakeFrame({ timeMs: 901_000, otherA: 4, primaryA: 17, secondaryA: 17 }), modes });
    await waitFor(() => expect(card().textContent).toContain('Normal, since its vehicle left; solar again when asked for'));
    expect(screen.getByRole('article', { name: 'Secondary' }).textContent).toContain('Solar, by the schedule');
  });
});

describe('the site', () => {
  it('has a mode that a person changes for all', async () => {
    const host = await open();
    fireEvent.click(screen.getByRole('button', { name: 'Change the mode of the site' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: /^Smart/ }));
    await waitFor(() => expect(asked(host, 'setMode')).toEqual([{ evseId: null, mode: 'smart', untilWallMs: null }]));
  });

  it('says what was asked for all, by whom and until when, and goes back to its own mode', async () => {
    const host = await open({ state: { wishes: [{ id: 'mode/all', kind: 'mode', evseId: null, mode: 'smart', madeWallMs: MADE_MS, untilWallMs: null }] } });
    expect(screen.getByRole('region', { name: 'Asked for the site' }).textContent).toContain('All EVSEs: Smart, by a person at 12:40, until taken back');
    fireEvent.click(screen.getByRole('button', { name: 'Change the mode of the site' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Back to the site’s own: Normal' }));
    await waitFor(() => expect(asked(host, 'setMode')).toEqual([{ evseId: null, mode: null, untilWallMs: null }]));
  });

  it('tells of a wish that came to its end while nobody looked', async () => {
    await open({ state: { endedWishes: [{ notice: { code: 'override-ended', severity: 'info', about: circuitId('ev'), context: { limitA: 25 } }, wallMs: MADE_MS }] } });
    expect(screen.getByText(/^12:40: The limit that a person set for EV circuit has ended/).textContent).toContain('25\u2009A');
  });

  it('shows signals only where its settings use some, and sets them by hand', async () => {
    await open();
    expect(screen.queryByRole('region', { name: 'Signals' })).toBeNull();
    cleanup();
    const host = await open(FAKE_STATES['signals']?.options);
    const panel = screen.getByRole('region', { name: 'Signals' });
    expect(panel.textContent).toContain('open, set by hand at 12:10');
    fireEvent.click(within(panel).getByRole('radio', { name: 'Dimmed' }));
    fireEvent.change(within(panel).getByLabelText('PV power, W'), { target: { value: '4200 W' } });
    fireEvent.click(within(panel).getByRole('button', { name: 'Set PV power' }));
    fireEvent.click(within(panel).getByRole('button', { name: 'Not told any more: Temperature of Primary' }));
    await waitFor(() => expect(asked(host, 'setSignal')).toHaveLength(3));
    expect(asked(host, 'setSignal')).toEqual([
      { kind: 'dimming', isDimmed: true },
      { kind: 'pv', powerW: 4200 },
      { kind: 'temperature', evseId: 'primary', temperatureC: null },
    ]);
  });

  it('that rests because of a device without a driver says which, and keeps no picture of another', async () => {
    const host = await open();
    host.emit('state', { ...(await stateOf(host)), ...FAKE_STATES['resting']?.options?.state });
    expect((await screen.findByText(/no driver for Primary, model smartevse over modbus/)).textContent).toBeTruthy();
    expect(screen.queryByRole('article', { name: 'Primary' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Pause all' })).toBeNull();
  });
});

async function stateOf(host: FakeHost): Promise<HostState> {
  const state = await host.api.getState();
  if (!state.ok) throw new Error(state.error.code);
  return state.value;
}
