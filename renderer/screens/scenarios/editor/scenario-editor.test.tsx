// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, type Result } from '../../../../core/errors.ts';
import type { HostApi, ScenarioCheck } from '../../../../core/host-api/contract.ts';
import { restoreScenario } from '../../../../core/scenarios/restore-scenario.ts';
import { siteFileOf } from '../../../../core/site/write-site.ts';
import { App } from '../../../app.tsx';
import { fakeHost, type FakeHost } from '../../../host/fake-host.ts';
import { fakeScenarios } from '../../../host/fake-scenarios.ts';

/** The rules of the file are those of the host, not written ones. */
function checkScenario(text: string): Promise<Result<ScenarioCheck>> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return Promise.resolve(failure('invalid-file', { path: '', rule: 'json', message: String(error) }));
  }
  const restored = restoreScenario(file);
  if (!restored.ok) return Promise.resolve(restored);
  const { scenario, site } = restored.value;
  const { id, title, about, group, tags, durationS, controllers } = scenario;
  const summary = { id, title, about, group, tags, durationS, controllers: Object.keys(controllers), setup: '', isOwn: true, failure: null };
  return Promise.resolve({ ok: true, value: { summary, site, siteFile: siteFileOf(site).site } });
}

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/scenarios';
});
afterEach(cleanup);

async function openEditor(api: Partial<HostApi> = {}): Promise<FakeHost> {
  const host = fakeHost({ api: { ...fakeScenarios(), checkScenario, ...api } });
  render(<App connection={host} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Edit a copy' }));
  await screen.findByText('Nothing is wrong with this file.');
  return host;
}

const area = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'File text' });
const file = (): { readonly vehicles?: readonly object[] } => JSON.parse(area().value) as { readonly vehicles?: readonly object[] };
const type = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } });
const entry = (name: string) => within(screen.getByRole('group', { name }));
const section = (name: string) => within(screen.getByRole('region', { name }));
const status = async (text: RegExp): Promise<HTMLElement> => screen.findByText(text);

describe('the editor of a scenario', () => {
  it('opens one of the library as a copy with an id of its own', async () => {
    await openEditor();
    expect(file()).toMatchObject({ id: 'my-primary-starts-second', group: 'Own scenarios', title: 'Primary starts while secondary charges, my copy' });
    expect(screen.getByText('not saved yet')).toBeTruthy();
  });

  it('writes every field of the form into the one text', async () => {
    await openEditor();
    type(entry('EV circuit').getByLabelText(/Breaker rating/), '60');
    expect(file()).toMatchObject({ siteChanges: { circuits: { ev: { breaker: { ratingA: 60 } } } } });
    type(entry('car-primary').getByLabelText(/Plugs in at/), '300');
    type(entry('car-primary').getByLabelText(/Leaves at/), '');
    expect(file()).toMatchObject({ vehicles: [{ id: 'car-secondary' }, { id: 'car-primary', evse: 'primary', plugInS: 300 }] });
    expect(file().vehicles?.[1]).not.toHaveProperty('unplugS');
    type(entry('Load 1').getByLabelText(/Power/), '3600');
    type(entry('Fault 1').getByLabelText('Kind'), 'meter-frozen');
    fireEvent.click(section('Vehicles').getByRole('button', { name: 'Add a vehicle' }));
    type(screen.getByLabelText('Add a controller'), 'static-split');
    const text = file();
    expect(text).toMatchObject({ otherLoads: [{ powerW: 3600 }], faults: [{ kind: 'meter-frozen', device: 'feed', fromS: 590 }], vehicles: [{}, {}, { id: 'vehicle-3' }], controllers: { 'static-split': { expect: [] } } });
  });

  it('shows the text in the form when the text is what is changed', async () => {
    await openEditor();
    type(area(), area().value.replace('"plugInS": 60', '"plugInS": 75'));
    expect(entry('car-secondary').getByLabelText<HTMLInputElement>(/Plugs in at/).value).toBe('75');
    type(area(), '{ "format": ');
    expect(screen.getByText(/The form comes back/)).toBeTruthy();
    expect(await status(/This is no JSON/)).toBeTruthy();
  });

  it('says at the field, above and in the text what the host refuses, and will not save it', async () => {
    await openEditor();
    const field = entry('car-primary').getByLabelText(/Plugs in at/);
    type(field, '4000');
    expect((await screen.findByRole('alert')).textContent).toContain('vehicles/1/plugInS: This is after the end of the run.');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(entry('car-primary').getByText('This is after the end of the run.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save as own' }).hasAttribute('disabled')).toBe(true);
    const line = area().value.split('\n').findIndex((text) => text.includes('4000')) + 1;
    fireEvent.click(screen.getByRole('button', { name: `Show line ${line}` }));
    await waitFor(() => expect(area().value.slice(area().selectionStart, area().selectionEnd)).toBe('4000'));
  });

  it('puts a refusal of the site at the field that caused it, whether template or own site', async () => {
    await openEditor();
    type(entry('Primary').getByLabelText(/Rating/), 'much');
    expect(await entry('Primary').findByText(/A value of another kind/)).toBeTruthy();
    type(entry('Primary').getByLabelText(/Rating/), '40');
    await status(/Nothing is wrong/);
    fireEvent.click(section('EVSEs').getByRole('button', { name: 'Add an EVSE' }));
    await screen.findByRole('group', { name: 'EVSE 3' });
    expect(file()).toMatchObject({ site: { evses: [{ ratingA: 40 }, {}, { id: 'evse-3' }] } });
    expect(file()).not.toHaveProperty('siteChanges');
    type(entry('EVSE 3').getByLabelText(/Configured limit/), '-3');
    expect(await waitFor(() => entry('EVSE 3').getByText(/>0/))).toBeTruthy();
  });

  it('says what an expectation without bounds lacks at that expectation', async () => {
    await openEditor();
    const controller = entry('Chargebench');
    const expectation = within(controller.getByRole('group', { name: 'Expectation 2' }));
    type(expectation.getByLabelText(/At most/), '');
    expect(await expectation.findByText('It needs a lower or an upper bound.')).toBeTruthy();
    fireEvent.click(controller.getByRole('button', { name: 'Remove Expectation 2' }));
    await status(/Nothing is wrong/);
    expect(file()).toMatchObject({ controllers: { chargebench: { expect: [{ kind: 'never-trips' }] } } });
  });

  it('takes changes back and makes them again, by button and key', async () => {
    await openEditor();
    const before = area().value;
    fireEvent.click(section('Faults').getByRole('button', { name: 'Remove Fault 1' }));
    type(entry('Load 1').getByLabelText(/Power/), '1');
    type(entry('Load 1').getByLabelText(/Power/), '12');
    fireEvent.keyDown(entry('Load 1').getByLabelText(/Power/), { key: 'z', ctrlKey: true });
    expect(file()).toMatchObject({ otherLoads: [{ powerW: 2400 }], faults: [] });
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(area().value).toBe(before);
    fireEvent.keyDown(area(), { key: 'Z', ctrlKey: true, shiftKey: true });
    fireEvent.click(screen.getByRole('button', { name: 'Redo' }));
    expect(file()).toMatchObject({ otherLoads: [{ powerW: 12 }], faults: [] });
    expect(screen.getByRole('button', { name: 'Redo' }).hasAttribute('disabled')).toBe(true);
  });

  it('saves it as an own scenario and plays it', async () => {
    const host = await openEditor();
    type(screen.getByLabelText('Title'), 'Mine');
    fireEvent.click(screen.getByRole('button', { name: 'Save and play' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Mine' })).toBeTruthy();
    await screen.findByText(/Setpoints at/);
    expect(host.calls.find(({ name }) => name === 'playScenario')?.args).toEqual([{ scenarioId: 'my-primary-starts-second', controller: 'chargebench', mode: 'loopback' }]);
    expect(within(screen.getByRole('complementary', { name: 'Library' })).getByRole('button', { name: /Mine.*own/s })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
    expect(await screen.findByText('saved')).toBeTruthy();
  });

  it('keeps what is written while another scenario is looked at', async () => {
    await openEditor();
    type(screen.getByLabelText('Title'), 'Half way');
    fireEvent.click(within(screen.getByRole('complementary', { name: 'Library' })).getByRole('button', { name: /Meter frozen/ }));
    expect(screen.queryByRole('textbox', { name: 'File text' })).toBeNull();
    fireEvent.click(within(screen.getByRole('complementary', { name: 'Library' })).getByRole('button', { name: /Primary starts/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Edit a copy' }));
    expect(file()).toMatchObject({ title: 'Half way' });
  });

  it('keeps the text when saving is refused, and says why at the place', async () => {
    await openEditor({ saveScenario: () => Promise.resolve(failure('invalid-file', { path: 'id', rule: 'id-of-the-library' })) });
    fireEvent.click(screen.getByRole('button', { name: 'Save as own' }));
    expect((await screen.findByRole('alert')).textContent).toContain('choose another');
    expect(screen.getByLabelText('Id').getAttribute('aria-invalid')).toBe('true');
    type(screen.getByLabelText('Id'), 'my-other');
    await status(/Nothing is wrong/);
  });

  it('opens a file from the disk as it is, errors and all', async () => {
    await openEditor();
    const chosen = new File(['{ "format": "something-else" }'], 'theirs.json', { type: 'application/json' });
    fireEvent.change(screen.getByLabelText('Scenario file'), { target: { files: [chosen] } });
    expect((await screen.findByRole('alert')).textContent).toContain('This is not a scenario file.');
    expect(area().value).toBe('{ "format": "something-else" }');
  });

  it('offers to mend an own file that cannot be played', async () => {
    const broken = { id: 'mine', title: 'mine', about: '', group: 'Own scenarios', tags: [], controllers: [], durationS: 0, setup: '', isOwn: true, failure: { code: 'invalid-file', context: { file: 'mine.scenario.json', path: 'durationS', rule: 'invalid-type' } } } as const;
    const host = fakeHost({ api: { checkScenario, listScenarios: () => Promise.resolve({ ok: true, value: [broken] }), readScenario: () => Promise.resolve({ ok: true, value: '{ "format": "chargebench-scenario", "version": 1 }' }) } });
    render(<App connection={host} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Mend it in the editor' }));
    await screen.findByRole('textbox', { name: 'File text' });
    await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/id: A value of another kind.*more after it/));
  });
});
