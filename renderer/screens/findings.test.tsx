// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { App } from '../app.tsx';
import { fakeHost, type FakeHost } from '../host/fake-host.ts';
import { FAKE_STATES } from '../host/fake-states.ts';

beforeEach(() => {
  localStorage.clear();
});
afterEach(cleanup);

async function open(where: string): Promise<FakeHost> {
  location.hash = `#/${where}`;
  const host = fakeHost(FAKE_STATES['findings']?.options);
  render(<App connection={host} />);
  await screen.findByRole('heading', { level: 1 });
  return host;
}

const asked = (host: FakeHost, name: string): readonly unknown[] => host.calls.filter((call) => call.name === name).map(({ args }) => args[0]);

it('control that is refused because of a finding leads to where the finding stands', async () => {
  await open('live');
  fireEvent.click(await screen.findByRole('button', { name: 'Take control' }));
  expect((await screen.findByRole('alert')).textContent).toContain('the EVSEs on EV circuit come to 68');
  fireEvent.click(screen.getByRole('button', { name: 'See the finding' }));
  expect(await screen.findByRole('region', { name: 'Findings' })).toBeTruthy();
});

it('a finding is accepted only with a reason in words', async () => {
  const host = await open('site');
  const [finding] = within(screen.getByRole('region', { name: 'Findings' })).getAllByRole('listitem');
  if (finding === undefined) throw new Error('no finding');
  fireEvent.click(within(finding).getByRole('button', { name: /^Accept/ }));
  const accept = within(finding).getByRole<HTMLButtonElement>('button', { name: 'Accept in writing' });
  expect(accept.disabled).toBe(true);
  fireEvent.change(within(finding).getByRole('textbox'), { target: { value: '  Lowered at the next visit ' } });
  fireEvent.click(accept);
  await waitFor(() => expect(asked(host, 'acceptFinding')).toEqual([{ finding: 'power-up-sum', circuitId: 'ev', reason: 'Lowered at the next visit' }]));
});

it('an accepted finding shows its reason and can be opened again', async () => {
  const host = await open('site');
  const [, accepted] = within(screen.getByRole('region', { name: 'Findings' })).getAllByRole('listitem');
  if (accepted === undefined) throw new Error('no finding');
  expect(accepted.textContent).toContain('The meter sends every ten seconds');
  fireEvent.click(within(accepted).getByRole('button', { name: /^Withdraw/ }));
  await waitFor(() => expect(asked(host, 'withdrawAcceptance')).toEqual([{ finding: 'meter-age-too-long', circuitId: null }]));
});
