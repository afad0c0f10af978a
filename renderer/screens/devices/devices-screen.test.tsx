// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, type Failure } from '../../../core/errors.ts';
import type { ScanState } from '../../../core/host-api/bench-devices.ts';
import type { HostApi, HostState } from '../../../core/host-api/contract.ts';
import { App } from '../../app.tsx';
import {
  FAKE_BUS,
  FAKE_BUS_STATE,
  FAKE_DEVICES,
  FAKE_FOREIGN,
  FAKE_LINKS,
  FAKE_SCANNED,
  FAKE_SCANNED_MASTER,
  FAKE_SCANNED_NOISE,
  FAKE_SCANNING,
  FAKE_TRAFFIC,
  fakeBusFrame,
} from '../../host/fake-devices.ts';
import { fakeHost, refuse, type FakeHost } from '../../host/fake-host.ts';

beforeEach(() => {
  localStorage.clear();
  location.hash = '#/devices';
});
afterEach(cleanup);

const ok = <T,>(value: T) => Promise.resolve({ ok: true as const, value });

async function open(state: Partial<HostState> = {}, api: Partial<HostApi> = {}): Promise<FakeHost> {
  const host = fakeHost({ state: { ...FAKE_BUS_STATE, ...state }, api: { getLiveHistory: () => ok([fakeBusFrame()]), ...api } });
  render(<App connection={host} />);
  await screen.findByRole('complementary', { name: 'Devices by link' });
  return host;
}

const column = (): HTMLElement => screen.getByRole('complementary', { name: 'Devices by link' });
const choose = async (name: string): Promise<void> => {
  fireEvent.click(within(column()).getByRole('button', { name: new RegExp(`^${name}`) }));
  await screen.findByRole('heading', { level: 1, name });
};
const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });
const called = (host: FakeHost, name: string): readonly unknown[] => host.calls.filter((call) => call.name === name).flatMap(({ args }) => args);
const text = (element: Element | null): string => element?.textContent.replaceAll('\u2009', ' ').replaceAll('\u00a0', ' ') ?? '';
const work = (): HTMLElement => screen.getByRole('main');

const [bus, broker] = FAKE_LINKS;
if (bus === undefined || broker === undefined) throw new Error('the written bench has a bus and a broker');
const lostBus = (reason: Failure) => ({ links: [{ ...bus, state: 'lost' as const, failure: reason }, broker] });
const PORT = { port: '/dev/ttyUSB0', platform: 'linux' };

describe('devices by link', () => {
  it('lists who answers and who does not under the port named by its adapter, with address, age, origin and bus load', async () => {
    await open();
    const section = await within(column()).findByRole('region', { name: /FTDI FT232R, ttyUSB0/ });
    expect(text(section)).toContain('bus load 41 %');
    expect(text(within(section).getByRole('button', { name: /^House meter/ }))).toBe('House meterHardwareEastron SDM630, unit 100.4 s');
    expect(text(within(section).getByRole('button', { name: /^Carport/ }))).toContain('Simulated');
    expect(text(within(section).getByRole('button', { name: /^Guest/ }))).toContain('silent 14 s');
    expect(text(within(column()).getByRole('region', { name: 'MQTT, 192.168.10.5' }))).toContain('shellies/shellyem3-4b12');
  });

  it('opens with the device that does not answer', async () => {
    await open();
    expect(screen.getByRole('heading', { level: 1, name: 'Guest' })).toBeTruthy();
    expect(text(work())).toContain('Silent for 14 s');
    expect(screen.getByText('no value')).toBeTruthy();
  });

  it('is reached by G and D and by the connection in the top bar', async () => {
    location.hash = '#/live';
    const host = fakeHost({ state: FAKE_BUS_STATE });
    render(<App connection={host} />);
    fireEvent.click(await screen.findByTitle('Open Devices'));
    expect(await screen.findByRole('complementary', { name: 'Devices by link' })).toBeTruthy();
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'l' });
    await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Devices by link' })).toBeNull());
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 'd' });
    expect(await screen.findByRole('complementary', { name: 'Devices by link' })).toBeTruthy();
  });
});

describe('one device', () => {
  it('shows each value with its register, its origin and its age', async () => {
    await open();
    await choose('House meter');
    const table = within(await screen.findByRole('region', { name: 'Values of House meter' }));
    await waitFor(() => expect(text(table.getByRole('row', { name: /^Current/ }))).toContain('input 0x0006, 3 values'));
    expect(text(table.getByRole('row', { name: /^Current/ }))).toMatch(/^Current4\.1 A13\.0 A6\.2 AHardwareinput 0x0006/);
    expect(text(table.getByRole('row', { name: /^Power/ }))).toContain('5352 W');
    expect(text(table.getByRole('row', { name: /^Energy/ }))).toContain('8412.37 kWhHardwareinput 0x0048');
  });

  it('is read by hand, and says who it is and how long it took', async () => {
    const host = await open();
    await choose('House meter');
    fireEvent.click(button('Read now'));
    expect(await screen.findByText(/by hand: it answered in 27/)).toBeTruthy();
    expect(called(host, 'readDevice')).toEqual(['house']);
    expect(text(screen.getByRole('complementary', { name: 'About House meter' }))).toContain('Serial21 087 553');
  });

  it('says why a reading by hand failed', async () => {
    await open({}, { readDevice: () => refuse({ code: 'timeout', context: { device: 'House meter', limitMs: 200 } }) });
    await choose('House meter');
    fireEvent.click(button('Read now'));
    expect(text(await screen.findByRole('alert'))).toContain('House meter did not answer in time (200 ms)');
  });

  it('offers by hand only after what moves was ticked, and shows what it answered', async () => {
    const host = await open({}, { offerByHand: ({ evseId, currentA }) => ok({ evseId, requestedA: currentA, readBackA: 8 }) });
    await choose('Driveway');
    fireEvent.click(button('Offer'));
    const form = within(screen.getByRole('region', { name: 'Offer to Driveway by hand' }));
    fireEvent.change(form.getByLabelText('Current per phase'), { target: { value: '10' } });
    const act = form.getByRole<HTMLButtonElement>('button', { name: /^Offer 10\.0.A to Driveway$/ });
    expect(act.disabled).toBe(true);
    fireEvent.click(form.getByLabelText(/may start, or change what it draws/));
    expect(act.disabled).toBe(false);
    fireEvent.click(act);
    expect(text(await form.findByText(/was asked for/))).toBe('Driveway was asked for 10.0 A and offers 8.0 A. A limit of its own, or somebody else, decides.');
    expect(called(host, 'offerByHand')).toEqual([{ evseId: 'driveway', currentA: 10 }]);
  });

  it('never asks for a current between nothing and the minimum', async () => {
    const host = await open();
    await choose('Driveway');
    fireEvent.click(button('Offer'));
    const form = within(screen.getByRole('region', { name: 'Offer to Driveway by hand' }));
    fireEvent.change(form.getByLabelText('Current per phase'), { target: { value: '3' } });
    fireEvent.click(form.getByLabelText(/may start/));
    fireEvent.click(form.getByRole('button', { name: /^Offer 6\.0/ }));
    await form.findByText(/confirms/);
    expect(called(host, 'offerByHand')).toEqual([{ evseId: 'driveway', currentA: 6 }]);
  });

  it('refuses an offer by hand while Chargebench controls, and says why', async () => {
    const host = await open({ control: { kind: 'controlling' } });
    await choose('Driveway');
    fireEvent.click(button('Offer'));
    const form = screen.getByRole('region', { name: 'Offer to Driveway by hand' });
    expect(text(form)).toContain('Chargebench controls and would take an offer by hand back within a second: hand back control first.');
    expect(within(form).queryByRole('button')).toBeNull();
    expect(called(host, 'offerByHand')).toEqual([]);
  });

  it('writes a setting only with a reason and a ticked warning, and says which ones it may not write', async () => {
    const host = await open();
    await choose('Driveway');
    fireEvent.click(button('Settings'));
    const panel = within(await screen.findByRole('region', { name: 'Settings of Driveway' }));
    expect(await panel.findByText('Only at the device’s own display: menu PWR SHARE')).toBeTruthy();
    expect(panel.getByText(/did not answer in time/)).toBeTruthy();
    fireEvent.click(panel.getByRole('button', { name: 'Change MAX' }));
    const form = within(panel.getByRole('form', { name: 'Write MAX' }));
    fireEvent.change(form.getByLabelText('New value'), { target: { value: '13' } });
    const write = form.getByRole<HTMLButtonElement>('button', { name: 'Write 13 A to MAX' });
    expect(write.disabled).toBe(true);
    fireEvent.change(form.getByLabelText('Why'), { target: { value: 'fuse is 16 A' } });
    expect(write.disabled).toBe(true);
    fireEvent.click(form.getByRole('checkbox', { name: /flash memory/ }));
    fireEvent.click(write);
    await waitFor(() => expect(called(host, 'writeSetting')).toEqual([{ deviceId: 'driveway', key: 'max', value: 13, reason: 'fuse is 16 A' }]));
    expect(text(await panel.findByText(/^13/))).toBe('13 A');
  });

  it('only looks in a second window', async () => {
    const host = await open({ leads: false });
    await choose('House meter');
    expect(called(host, 'watchTraffic')).toEqual([]);
    expect(button('Read now').disabled).toBe(true);
    expect(screen.getByText('This window only shows: another one leads.')).toBeTruthy();
  });

  it('asks nothing of a site that rests, and names who keeps it from starting', async () => {
    const devices = FAKE_DEVICES.map((device) => ({ ...device, answers: false, ageMs: null, unreachable: device.deviceId === 'pv' ? { code: 'not-supported' as const, context: { device: 'Shelly 3EM', model: 'shelly-3em', link: 'mqtt' } } : null }));
    await open({ control: { kind: 'none' }, devices, links: [] }, { getLiveHistory: () => ok([]) });
    await choose('House meter');
    expect(screen.getByText('The whole site rests, because Shelly 3EM cannot be reached.')).toBeTruthy();
    expect(button('Read now').disabled).toBe(true);
  });

  it('claims no frames for what is described by none', async () => {
    await open();
    expect(text(screen.getByRole('complementary', { name: 'About Guest' }))).not.toContain('Checked against frames');
  });

  it('counts errors with what they come from, and says how far its description is proven', async () => {
    await open({ devices: FAKE_DEVICES.map((device) => ({ ...device, isUnproven: device.deviceId === 'guest' })) });
    const side = screen.getByRole('complementary', { name: 'About Guest' });
    expect(text(side)).toContain('Register table only: nobody here has seen such a device answer. Verify on site.');
    expect(text(side)).toMatch(/No answer in time240Silent: no power, another address/);
    await choose('House meter');
    const other = screen.getByRole('complementary', { name: 'About House meter' });
    expect(text(other)).toContain('Checked against frames from its maker or from the field.');
    expect(text(other)).toMatch(/Checksum wrong1Bytes arrive damaged: termination/);
    expect(within(other).getByRole('meter', { name: 'Bus load' }).getAttribute('aria-valuenow')).toBe('41');
  });
});

describe('what is wrong is said at the thing it concerns', () => {
  it.each<readonly [string, Failure, RegExp]>([
    ['a busy port, and by whom', { code: 'port-in-use', context: { ...PORT, holder: 'minicom (4711)' } }, /\/dev\/ttyUSB0 is held by minicom \(4711\)\..*Close that program/],
    ['ModemManager', { code: 'port-in-use', context: { ...PORT, holder: 'ModemManager (812)' } }, /ModemManager \(812\).*systemctl disable --now ModemManager/],
    ['a group and the command to join it', { code: 'unauthorized', context: { ...PORT, group: 'dialout', user: 'anna' } }, /members of "dialout", and anna is none.*sudo usermod -aG dialout anna/],
    ['an unplugged adapter', { code: 'link-lost', context: { ...PORT, cause: 'No such device' } }, /was unplugged or fell silent.*found by its serial number/],
    ['ModemManager, suspected where the system hides who holds the port', { code: 'port-in-use', context: { ...PORT, holder: null, suspect: 'ModemManager (812)' } }, /held by another program, perhaps ModemManager \(812\).*systemctl disable --now ModemManager/],
    ['an adapter that a program took', { code: 'not-found', context: { ...PORT, usbId: '1a86:7523', adapter: 'WCH CH340', driver: 'ch341', takenBy: 'brltty' } }, /WCH CH340 \(1a86:7523\) is plugged in without a port: brltty has taken it/],
    ['the other name of a port on macOS', { code: 'port-in-use', context: { port: '/dev/tty.usbserial-A1', platform: 'darwin', holder: null, cuName: '/dev/cu.usbserial-A1' } }, /Write it as \/dev\/cu\.usbserial-A1/],
    ['a missing driver', { code: 'not-found', context: { port: 'COM3', platform: 'win32' } }, /COM3 is not there.*driver is missing.*CH340 \(1a86\)/],
  ])('%s', async (_name, reason, words) => {
    await open(lostBus(reason));
    const panels = await screen.findAllByRole('alert');
    expect(panels.map(text).join('\n')).toMatch(words);
    expect(text(column())).toContain('lost');
  });

  it('a description with an error: file and path inside it', async () => {
    const broken: Failure = { code: 'invalid-file', context: { file: 'my-meter.json', path: 'modbus/registers/current/address', rule: 'too-big', found: 70_000 } };
    await open({ devices: FAKE_DEVICES.map((device) => (device.deviceId === 'house' ? { ...device, answers: false, unreachable: broken } : device)) });
    await choose('House meter');
    expect(text(screen.getByRole('alert'))).toContain('The file my-meter.json breaks the rule "too-big" at modbus/registers/current/address, found 70000.');
    expect(button('Read now').disabled).toBe(true);
  });

  it('a unit that never answered: its address is the first suspect, with who else answers', async () => {
    const units = (bus.load?.units ?? []).map((unit) => (unit.unitId === 3 ? { ...unit, answers: 0 } : unit));
    const links = [{ ...bus, load: bus.load === null ? null : { ...bus.load, units } }, broker];
    await open({ links }, { getScan: () => ok<ScanState>({ ...FAKE_SCANNED, kind: 'ended', target: FAKE_BUS } as ScanState) });
    expect(await screen.findByText(/Nothing has ever answered as unit 3: perhaps it has another address\. Unit 12, unit 40 answer on this link and are not in the site\./)).toBeTruthy();
    fireEvent.click(button('Scan this link'));
    expect(await screen.findByRole('heading', { level: 1, name: 'Scan' })).toBeTruthy();
  });

  it('two masters on one pair, and a link that only listens', async () => {
    await open({}, { watchTraffic: () => ok([...FAKE_TRAFFIC, ...FAKE_FOREIGN]) });
    expect(await screen.findByText(/Another master asks on this pair of wires/)).toBeTruthy();
    cleanup();
    const silent = { requests: 0, answers: 0, timeouts: 0, checksumFailures: 0, exceptions: 0, unexpected: 0 };
    await open({ links: [{ ...bus, load: { total: silent, units: [], busyRatio: 0.1, waiting: 0 } }, broker] }, { watchTraffic: () => ok(FAKE_FOREIGN) });
    expect(await screen.findByText(/Only listening here/)).toBeTruthy();
  });
});

describe('the traffic of a link', () => {
  const rows = (): readonly string[] => within(screen.getByRole('grid')).getAllByRole('row').slice(1).map(text);

  it('shows every frame with its meaning, and takes the chosen one apart', async () => {
    const host = await open();
    await choose('House meter');
    await screen.findByRole('grid');
    expect(called(host, 'watchTraffic')).toContainEqual({ linkId: FAKE_BUS });
    expect(rows()).toHaveLength(13);
    expect(rows()[3]).toMatch(/^12:41:21\.031received10Current 4\.1, 13\.0, 6\.2 A0A 04 0C .*27 ms$/);
    expect(rows().at(-1)).toContain('Checksum wrong, not used');
    fireEvent.click(within(screen.getByRole('grid')).getAllByRole('row')[4] ?? document.body);
    const parts = within(screen.getByRole('region', { name: 'Chosen frame' })).getAllByRole('listitem').map(text);
    expect(parts).toEqual(['0Aunit 10', '04input registers', '0C12 bytes', '40 83 33 33current phase 1 4.1 Ainput 0x0006', '41 50 00 00current phase 2 13.0 Ainput 0x0008', '40 C6 66 66current phase 3 6.2 Ainput 0x000A', '02 86checksum right']);
  });

  it('is chosen from by keys, one stop for all rows', async () => {
    await open();
    const grid = await screen.findByRole('grid');
    fireEvent.keyDown(grid, { key: 'Home' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(grid.getAttribute('aria-activedescendant')).toBe('frame-2');
    expect(text(screen.getByRole('region', { name: 'Chosen frame' }))).toContain('voltage phase 1 230.0 V');
  });

  it('is narrowed to a device, to faults, to words', async () => {
    await open();
    await choose('Driveway');
    await screen.findByRole('grid');
    fireEvent.click(button('This device'));
    expect(rows()).toHaveLength(2);
    fireEvent.click(button('Faults only'));
    expect(rows()).toHaveLength(2);
    fireEvent.click(button('This link'));
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter frames' }), { target: { value: 'energy' } });
    expect(rows()).toHaveLength(1);
  });

  it('goes on by itself, stands still while paused, and counts what came meanwhile', async () => {
    const host = await open();
    await choose('House meter');
    await screen.findByRole('grid');
    const more = (id: number) => host.emit('traffic', { linkId: FAKE_BUS, entries: FAKE_TRAFFIC.slice(0, 1).map((entry) => ({ ...entry, id })) });
    more(50);
    await waitFor(() => expect(rows()).toHaveLength(14));
    fireEvent.click(button('Pause'));
    more(51);
    expect(await screen.findByText('Paused; 1 more have come since.')).toBeTruthy();
    expect(rows()).toHaveLength(14);
    fireEvent.click(button('Go on'));
    await waitFor(() => expect(rows()).toHaveLength(15));
  });

  it('is saved to a file that is named, and says why when it cannot be', async () => {
    const host = await open();
    await screen.findByRole('grid');
    fireEvent.click(button('Save'));
    expect(await screen.findByText(/Saved as traffic\/2026-11-20-ttyUSB0\.jsonl/)).toBeTruthy();
    expect(called(host, 'saveTraffic')).toEqual([{ linkId: FAKE_BUS }]);
    cleanup();
    await open({}, { saveTraffic: () => Promise.resolve(failure('not-writable', { folder: 'traffic' })) });
    await screen.findByRole('grid');
    fireEvent.click(button('Save'));
    await waitFor(() => expect(screen.getAllByRole('alert').map(text).join()).toContain('Traffic cannot be written'));
  });
});

describe('a scan', () => {
  const openScan = async (scan: ScanState, api: Partial<HostApi> = {}): Promise<FakeHost> => {
    const host = await open({ devices: [] }, { getScan: () => ok(scan), ...api });
    await screen.findByRole('heading', { level: 1, name: /^Scan/ });
    return host;
  };

  it('starts on a port named by its adapter, or on a network address', async () => {
    const host = await open();
    fireEvent.click(within(column()).getByRole('button', { name: 'Scan' }));
    fireEvent.click(await screen.findByRole('radio', { name: /WCH CH340, \/dev\/ttyUSB1/ }));
    fireEvent.click(button('Scan ttyUSB1'));
    await waitFor(() => expect(called(host, 'startScan')).toEqual([{ target: 'serial:/dev/ttyUSB1' }]));
    fireEvent.click(screen.getByRole('radio', { name: /A network address/ }));
    fireEvent.change(screen.getByLabelText('Address'), { target: { value: '192.168.1.20' } });
    fireEvent.click(button('Scan 192.168.1.20'));
    await waitFor(() => expect(called(host, 'startScan')).toContainEqual({ target: 'tcp:192.168.1.20:502' }));
  });

  it('says how far it is and what it has found, and is stopped where it was started', async () => {
    const host = await openScan(FAKE_SCANNING);
    expect(await screen.findByText('20 of 571 addresses')).toBeTruthy();
    expect(text(work())).toContain('Asking address 21 at 9600 8N1');
    expect(text(work())).toContain('1 device found so far on /dev/ttyUSB1');
    fireEvent.click(button('Stop'));
    await waitFor(() => expect(host.calls.some(({ name }) => name === 'stopScan')).toBe(true));
    host.emit('scan', { ...FAKE_SCANNED, kind: 'ended' } as ScanState);
    expect(await screen.findByRole('heading', { name: /2 devices answer/ })).toBeTruthy();
  });

  it('goes on while other screens are shown: the rail says so', async () => {
    await openScan(FAKE_SCANNING);
    const link = screen.getByRole('link', { name: /^Devices.*at work/ });
    expect(link).toBeTruthy();
  });

  it('names what was found by likelihood, what is like nothing, and the latency timer with its cure', async () => {
    await openScan(FAKE_SCANNED);
    const result = within(await screen.findByRole('region', { name: /2 devices answer/ }));
    const units = result.getAllByRole('listitem').map(text);
    expect(units[0]).toMatch(/^Unit 12 9600 8N1Eastron SDM630 very likelyWAGO 879-30x0 less likely Register table only/);
    expect(text(screen.getByRole('region', { name: /2 devices answer/ }))).toContain('It answers, and is like nothing described.');
    expect(text(result.getByRole('region', { name: 'Latency timer' }))).toContain('/sys/bus/usb-serial/devices/ttyUSB1/latency_timer');
    expect(text(within(column()).getByRole('region', { name: 'Found, not in the site' }))).toContain('Unit 12 answers');
  });

  it('gives the hints in their order for bytes without a valid frame', async () => {
    await openScan(FAKE_SCANNED_NOISE);
    const hints = within(await screen.findByRole('region', { name: 'What the bytes say' })).getAllByRole('listitem').map(text);
    expect(hints.map((hint) => /^[^.,]+/.exec(hint)?.[0])).toEqual(['A and B exchanged', 'Another speed', 'Another parity or number of stop bits', 'Termination', 'Two masters', 'Two devices with one address']);
    expect(hints[0]).toContain('the bytes speak for it');
    expect(hints[1]).not.toContain('the bytes speak for it');
  });

  it('asks nothing where another master talks, and says so', async () => {
    await openScan(FAKE_SCANNED_MASTER);
    expect(await screen.findByRole('heading', { name: /Another master talks on this line/ })).toBeTruthy();
    expect(text(work())).toContain('so nothing was asked');
  });

  it('without a port says what may be missing, and looks again', async () => {
    const host = await open({ site: null, project: null, control: { kind: 'none' }, devices: [], links: [] }, { listSerialPorts: () => ok([]) });
    expect(await screen.findByText('No serial port on this computer.')).toBeTruthy();
    expect(text(work())).toContain('its driver is missing');
    const before = host.calls.filter(({ name }) => name === 'listSerialPorts').length;
    fireEvent.click(button('Look again'));
    await waitFor(() => expect(host.calls.filter(({ name }) => name === 'listSerialPorts').length).toBe(before + 1));
    fireEvent.click(button('Try it on a simulated site'));
    await waitFor(() => expect(called(host, 'openSimulatedSite')).toEqual(['two-evses-one-breaker']));
  });

  it.each([
    ['another-scan-runs', 'Another scan is running.'],
    ['this-program-controls', 'Not while Chargebench controls by these wires: no setpoint would pass.'],
  ])('is refused in words: %s', async (why, words) => {
    await open({}, { startScan: () => refuse({ code: 'refused', context: { target: 'serial:/dev/ttyUSB0', why } }) });
    fireEvent.click(within(column()).getByRole('button', { name: 'Scan' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Scan ttyUSB0' }));
    expect(text(await screen.findByRole('alert'))).toContain(words);
  });
});
