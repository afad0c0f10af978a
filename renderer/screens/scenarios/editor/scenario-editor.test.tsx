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
  await status(/Nothing is wrong with this file/);
  return host;
}

const area = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'File text' });
const file = (): { readonly vehicles?: readonly object[] } => JSON.parse(area().value) as { readonly vehicles?: readonly object[] };
const type = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } });
const entry = (name: string) => within(screen.getByRole('group', { name }));
const section = (name: string) => within(screen.getByRole('region', { name }));
/** The first reading of a scenario takes long where many tests run at once. */
const status = async (text: RegExp): Promise<HTMLElement> => screen.findByText(text, {}, { timeout: 10_000 });

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
    type(entry('Load 1').getByLabelText(/^PowerW$/), '3600');
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

  it('duplicates, moves and removes entries by button and key, with the focus on the result, and takes it back', async () => {
    await openEditor();
    const ids = (): readonly unknown[] => (file().vehicles ?? []).map((vehicle) => (vehicle as { readonly id: string }).id);
    const before = area().value;
    fireEvent.click(section('Vehicles').getByRole('button', { name: 'Duplicate car-primary' }));
    // Both EVSEs are taken: the copy comes after the original has left at 1500 s.
    expect(file()).toMatchObject({ vehicles: [{}, { id: 'car-primary' }, { id: 'car-primary-2', evse: 'primary', plugInS: 1560, unplugS: 2460 }] });
    await waitFor(() => expect(entry('car-primary-2').getByLabelText('Vehicle id')).toBe(document.activeElement));
    fireEvent.keyDown(entry('car-primary-2').getByLabelText(/Plugs in at/), { key: 'ArrowUp', altKey: true });
    expect(ids()).toEqual(['car-secondary', 'car-primary-2', 'car-primary']);
    fireEvent.click(section('Vehicles').getByRole('button', { name: 'Move down car-secondary' }));
    expect(ids()).toEqual(['car-primary-2', 'car-secondary', 'car-primary']);
    await waitFor(() => expect(section('Vehicles').getByRole('button', { name: 'Move down car-secondary' })).toBe(document.activeElement));
    fireEvent.keyDown(entry('car-primary-2').getByLabelText('Vehicle id'), { key: 'Delete', altKey: true });
    expect(ids()).toEqual(['car-secondary', 'car-primary']);
    for (let count = 0; count < 4; count += 1) fireEvent.keyDown(area(), { key: 'z', ctrlKey: true });
    expect(area().value).toBe(before);
  });

  it('adds house loads, PV, a battery, habits, signals and wishes, each with what its kind is told', async () => {
    await openEditor();
    fireEvent.click(section('House').getByRole('button', { name: 'Add a house load' }));
    type(entry('House load 1').getByLabelText('Kind'), 'kettle');
    type(entry('House load 1').getByLabelText(/Switched on at/), '60, 600 900');
    fireEvent.click(section('House').getByRole('button', { name: 'Duplicate House load 1' }));
    type(entry('House load 2').getByLabelText('Kind'), 'household');
    fireEvent.click(entry('House load 2').getByRole('button', { name: 'Another draw' }));
    fireEvent.click(section('PV').getByRole('button', { name: 'Add PV' }));
    type(entry('PV 1').getByLabelText('Phases'), '[1]');
    fireEvent.click(section('Home battery').getByRole('button', { name: 'Add a battery' }));
    type(entry('car-primary').getByLabelText(/Draws nothing below/), '10');
    fireEvent.click(entry('car-primary').getByRole('button', { name: 'Tell its battery' }));
    fireEvent.click(section('Signals').getByRole('button', { name: 'Add a signal' }));
    type(entry('Signal 1').getByLabelText('Dimming'), 'false');
    fireEvent.click(section('Wishes of a person').getByRole('button', { name: 'Add a wish' }));
    expect(file()).toMatchObject({
      seed: 2,
      houseLoads: [{ kind: 'kettle', circuit: 'ev', timesS: [60, 600, 900] }, { kind: 'household', circuit: 'ev' }],
      pv: [{ kind: 'clear', circuit: 'ev', peakW: 5000, phases: [1] }],
      homeBatteries: [{ id: 'battery', circuit: 'ev', capacityWh: 10_000 }],
      vehicles: [{}, { id: 'car-primary', stopsBelowA: 10, battery: { capacityWh: 60_000, socRatio: 0.4 } }],
      signals: [{ kind: 'dimming', atS: 60, isDimmed: false }],
      wishes: [{ kind: 'mode', atS: 60, mode: 'normal' }],
    });
    await status(/Nothing is wrong/);
    type(entry('PV 1').getByLabelText(/Peak/), '-1');
    expect(await waitFor(() => entry('PV 1').getByText(/>=0/))).toBeTruthy();
  });

  it('shows the loads as a picture with its answer in words, and what is clicked there gets the focus', async () => {
    await openEditor();
    const picture = within(await screen.findByRole('figure', { name: 'Picture of the loads' }));
    // 2400 W from 900 s to 1200 s.
    expect(picture.getByText('Other load up to 2.4 kW, 0.20 kWh; 2 vehicles.')).toBeTruthy();
    fireEvent.click(picture.getByRole('button', { name: 'Meter silent' }));
    await waitFor(() => expect(entry('Fault 1').getByLabelText('Kind')).toBe(document.activeElement));
    fireEvent.click(screen.getByRole('button', { name: /^Vehicles 2$/ }));
    await waitFor(() => expect(section('Vehicles').getByRole('button', { name: 'Add a vehicle' })).toBe(document.activeElement));
  });

  it('takes a CSV file in parts, guesses its columns, shows its rows, and says at the field what is wrong with it', async () => {
    const host = await openEditor({ previewLoads: (text) => Promise.resolve(text.includes('wrong') ? failure('invalid-file', { path: 'houseLoads/0/valueColumn', rule: 'unknown-column', value: 'wrong' }) : { ok: true, value: { stretchS: 15, house: null, pv: null } }) });
    fireEvent.click(section('House').getByRole('button', { name: 'Add a house load' }));
    type(entry('House load 1').getByLabelText('Kind'), 'recorded');
    const text = `time;power kW;note\n${Array.from({ length: 9000 }, (_, row) => `2024-01-01 00:00:${row};1,5;x`).join('\n')}`;
    fireEvent.change(screen.getByLabelText('CSV file of the load'), { target: { files: [new File([text], 'house.csv', { type: 'text/csv' })] } });
    await waitFor(() => expect(file()).toMatchObject({ houseLoads: [{ kind: 'recorded', file: 'house.csv', timeColumn: 'time', valueColumn: 'power kW', time: 'iso', unit: 'kW', decimal: ',' }] }));
    const parts = host.calls.filter(({ name }) => name === 'keepRecording').map(({ args: [part] }) => part as { readonly text: string });
    expect([parts.length > 1, parts.map((part) => part.text).join('') === text]).toEqual([true, true]);
    const rows = await screen.findByRole('region', { name: 'First rows of the file' });
    expect(within(rows).getByRole('columnheader', { name: 'power kW' }).className).toBe('chosen');
    type(entry('House load 1').getByLabelText('Power is in'), '2');
    expect(file()).toMatchObject({ houseLoads: [{ valueColumn: 'note' }] });
    type(area(), area().value.replace('"valueColumn": "note"', '"valueColumn": "wrong"').replace('"houseLoads"', '"recordings": { "house.csv": "t,p\\n0,1" }, "houseLoads"'));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The recording has no column wrong'));
    expect(entry('House load 1').getByLabelText('Power is in').getAttribute('aria-invalid')).toBe('true');
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
    type(entry('Load 1').getByLabelText(/^PowerW$/), '1');
    type(entry('Load 1').getByLabelText(/^PowerW$/), '12');
    fireEvent.keyDown(entry('Load 1').getByLabelText(/^PowerW$/), { key: 'z', ctrlKey: true });
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
