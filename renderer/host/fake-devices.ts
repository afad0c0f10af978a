/** A written bench: a pair of wires with a meter and three SmartEVSE nodes, a broker, a scan and the traffic of the pair. */
import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import type { FoundUnit } from '../../core/commissioning/bus-scan.ts';
import type { DeviceLook, LinkSummary, ScanState, SerialPortSummary, SettingLook, TrafficEntry } from '../../core/host-api/bench-devices.ts';
import type { DeviceConnection, HostApi, HostState } from '../../core/host-api/contract.ts';
import type { Frame } from '../../core/runs/frame.ts';
import type { Evse, Meter, Site } from '../../core/site/site.ts';
import type { ModbusCounters, ModbusUnitCounters } from '../../core/transport/modbus-bus.ts';
import { FAKE_SITE } from './fake-site.ts';

export const FAKE_BUS = 'serial:/dev/ttyUSB0';
export const FAKE_BROKER = 'mqtt:192.168.10.5';
const START_WALL_MS = Date.UTC(2026, 10, 20, 12, 41, 21);

const [someMeter] = FAKE_SITE.meters;
const [someEvse] = FAKE_SITE.evses;
if (someMeter === undefined || someEvse === undefined) throw new Error('the written site has a meter and an EVSE');

const busMeter: Meter = {
  ...someMeter,
  id: meterId('house'),
  name: 'House meter',
  model: 'eastron-sdm630',
  link: { kind: 'modbus', transport: FAKE_BUS, unitId: 10 },
  clamp: 'each-phase',
  periodMs: 500,
  allowedAgeMs: 5000,
};
const brokerMeter: Meter = { ...someMeter, id: meterId('pv'), name: 'Shelly 3EM', model: 'shelly-3em', link: { kind: 'mqtt', baseTopic: 'shellies/shellyem3-4b12', channel: 0 }, clamp: 'each-phase' };
const onBus = (id: string, name: string, unitId: number): Evse => ({
  ...someEvse,
  id: evseId(id),
  name,
  circuitId: circuitId('house'),
  model: 'smartevse',
  link: { kind: 'modbus', transport: FAKE_BUS, unitId },
  phaseCount: 3,
  ratingA: 16,
  configuredMaxA: 16,
  stepA: 0.1,
  allowedAgeMs: { charging: 5000, idle: 10_000 },
});

export const FAKE_BUS_SITE: Site = {
  ...FAKE_SITE,
  name: 'Corner house, 3 × 25 A',
  supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
  circuits: FAKE_SITE.circuits.map((circuit) => ({ ...circuit, id: circuitId('house'), name: 'House', breaker: { curve: 'ul-489', ratingA: 25 }, meterId: meterId('house') })),
  meters: [busMeter, brokerMeter],
  evses: [onBus('driveway', 'Driveway', 1), onBus('carport', 'Carport', 2), onBus('guest', 'Guest', 3)],
};

const device = (deviceId: string, name: string, kind: DeviceConnection['kind'], more: Partial<DeviceConnection>): DeviceConnection => ({
  deviceId,
  name,
  kind,
  model: kind === 'evse' ? 'smartevse' : 'eastron-sdm630',
  linkId: FAKE_BUS,
  address: '',
  origin: 'hardware',
  isUnproven: false,
  answers: true,
  ageMs: 400,
  rejected: 0,
  lastRejection: null,
  unreachable: null,
  ...more,
});

export const FAKE_DEVICES: readonly DeviceConnection[] = [
  device('house', 'House meter', 'meter', { address: 'unit 10' }),
  device('driveway', 'Driveway', 'evse', { address: 'unit 1', ageMs: 600 }),
  device('carport', 'Carport', 'evse', { address: 'unit 2', ageMs: 700, origin: 'simulated' }),
  device('guest', 'Guest', 'evse', { address: 'unit 3', answers: false, ageMs: 14_000, lastRejection: { code: 'timeout', context: { device: 'Guest', limitMs: 200 } } }),
  device('pv', 'Shelly 3EM', 'meter', { model: 'shelly-3em', linkId: FAKE_BROKER, address: 'shellies/shellyem3-4b12', ageMs: 1200 }),
];

const counters = (requests: number, more: Partial<ModbusCounters> = {}): ModbusCounters => ({ requests, answers: requests, timeouts: 0, checksumFailures: 0, exceptions: 0, unexpected: 0, ...more });
const unit = (unitId: number, of: ModbusCounters, latencyMs: number | null, lastFailure: ModbusUnitCounters['lastFailure'] = null): ModbusUnitCounters => ({ ...of, unitId, latencyMs, lastFailure });

export const FAKE_LINKS: readonly LinkSummary[] = [
  {
    id: FAKE_BUS,
    protocol: 'modbus-rtu',
    origin: 'hardware',
    state: 'connected',
    sinceWallMs: START_WALL_MS - 8_100_000,
    failure: null,
    line: { baud: 9600, parity: 'none', stopBits: 1 },
    load: {
      total: counters(30_112, { answers: 29_870, timeouts: 240, checksumFailures: 1, unexpected: 1 }),
      units: [
        unit(10, counters(16_204, { answers: 16_203, checksumFailures: 1 }), 27, { code: 'checksum', context: { unitId: 10 } }),
        unit(1, counters(6830), 24),
        unit(2, counters(6829), 25),
        unit(3, counters(249, { answers: 8, timeouts: 240, unexpected: 1 }), 282, { code: 'timeout', context: { unitId: 3, limitMs: 200 } }),
      ],
      busyRatio: 0.41,
      waiting: 0,
    },
  },
  { id: FAKE_BROKER, protocol: 'mqtt', origin: 'hardware', state: 'connected', sinceWallMs: START_WALL_MS - 8_100_000, failure: null, line: null, load: null },
];

export const FAKE_PORTS: readonly SerialPortSummary[] = [
  { path: '/dev/ttyUSB0', adapter: 'FTDI FT232R', serialNumber: 'A50285BI', usbId: '0403:6001', isUsedBySite: true },
  { path: '/dev/ttyUSB1', adapter: 'WCH CH340', serialNumber: null, usbId: '1a86:7523', isUsedBySite: false },
  { path: '/dev/ttyS0', adapter: null, serialNumber: null, usbId: null, isUsedBySite: false },
];

const FAKE_FOUND: readonly FoundUnit[] = [
  {
    line: { baud: 9600, parity: 'none', stopBits: 1 },
    unitId: 12,
    candidates: [
      { kind: 'meter', model: 'eastron-sdm630', name: 'Eastron SDM630', score: 9, isUnproven: false },
      { kind: 'meter', model: 'wago-879-30x0', name: 'WAGO 879-30x0', score: 2, isUnproven: true },
    ],
  },
  { line: { baud: 9600, parity: 'none', stopBits: 1 }, unitId: 40, candidates: [] },
];

export const FAKE_SCANNING: ScanState = {
  kind: 'running',
  target: 'serial:/dev/ttyUSB1',
  progress: { act: 'asking', line: { baud: 9600, parity: 'none', stopBits: 1 }, unitId: 21, asked: 20, total: 571, found: FAKE_FOUND.slice(0, 1) },
};

export const FAKE_SCANNED: ScanState = {
  kind: 'ended',
  target: 'serial:/dev/ttyUSB1',
  found: FAKE_FOUND,
  lines: [{ line: { baud: 9600, parity: 'none', stopBits: 1 }, hints: [], hearsMaster: false, hasLatencyTimer: true }],
  hearsMaster: false,
  isComplete: true,
  failure: null,
};

const hints = (['a-b-exchanged', 'baud', 'parity', 'termination', 'two-masters', 'address-clash'] as const).map((kind) => ({ kind, isLikely: kind === 'a-b-exchanged' || kind === 'parity' }));
export const FAKE_SCANNED_NOISE: ScanState = {
  ...FAKE_SCANNED,
  found: [],
  lines: [{ line: { baud: 9600, parity: 'none', stopBits: 1 }, hints, hearsMaster: false, hasLatencyTimer: false }],
};
export const FAKE_SCANNED_MASTER: ScanState = {
  ...FAKE_SCANNED,
  found: [],
  lines: [{ line: { baud: 9600, parity: 'none', stopBits: 1 }, hints: [], hearsMaster: true, hasLatencyTimer: false }],
  hearsMaster: true,
};

const entry = (id: number, afterMs: number, more: Partial<TrafficEntry>): TrafficEntry => ({
  id,
  linkId: FAKE_BUS,
  protocol: 'modbus-rtu',
  wallMs: START_WALL_MS + afterMs,
  direction: 'out',
  isOurs: true,
  unitId: 10,
  deviceId: 'house',
  title: '',
  fields: [],
  latencyMs: null,
  fault: null,
  hex: '',
  ...more,
});

const perPhaseFields = (name: string, address: number, unitName: string, values: readonly number[]) =>
  values.map((value, phase) => ({ name: `${name} phase ${String(phase + 1)}`, place: `input 0x${(address + 2 * phase).toString(16).toUpperCase().padStart(4, '0')}`, value, unit: unitName }));

/** Frames with the right CRC; the currents are those of the mockup. */
export const FAKE_TRAFFIC: readonly TrafficEntry[] = [
  entry(1, 4, { title: 'read input 0x0000 x 6', hex: '0A 04 00 00 00 06 71 73' }),
  entry(2, 12, { direction: 'in', title: 'input x 6', fields: perPhaseFields('voltage', 0, 'V', [230, 229, 231]), latencyMs: 8, hex: '0A 04 0C 43 66 00 00 43 65 00 00 43 67 00 00 EE 7A' }),
  entry(3, 20, { title: 'read input 0x0006 x 6', hex: '0A 04 00 06 00 06 91 72' }),
  entry(4, 31, { direction: 'in', title: 'input x 6', fields: perPhaseFields('current', 6, 'A', [4.1, 13, 6.2]), latencyMs: 27, hex: '0A 04 0C 40 83 33 33 41 50 00 00 40 C6 66 66 02 86' }),
  entry(5, 40, { title: 'read input 0x000C x 6', hex: '0A 04 00 0C 00 06 B1 70' }),
  entry(6, 67, { direction: 'in', title: 'input x 6', fields: perPhaseFields('power', 12, 'W', [943, 2977, 1432]), latencyMs: 27, hex: '0A 04 0C 44 6B C0 00 45 3A 10 00 44 B3 00 00 49 D2' }),
  entry(7, 72, { title: 'read input 0x0048 x 2', hex: '0A 04 00 48 00 02 F0 A6' }),
  entry(8, 78, { direction: 'in', title: 'input x 2', fields: [{ name: 'energy imported', place: 'input 0x0048', value: 8_412_370, unit: 'Wh' }], latencyMs: 6, hex: '0A 04 04 46 03 71 7B C0 7F' }),
  entry(9, 80, { unitId: 1, deviceId: 'driveway', title: 'read input 0x0000 x 12', hex: '01 04 00 00 00 0C F0 0F' }),
  entry(10, 104, {
    unitId: 1,
    deviceId: 'driveway',
    direction: 'in',
    title: 'input x 12',
    fields: [
      { name: 'state', place: '0x0000', value: 'charging', unit: null },
      { name: 'errors', place: '0x0001', value: 'none', unit: null },
      { name: 'offered current', place: '0x0002', value: 12, unit: 'A' },
      { name: 'mode', place: '0x0003', value: 'smart', unit: null },
    ],
    latencyMs: 24,
    hex: '01 04 18 00 02 00 00 00 78 00 01 00 00 00 01 00 00 00 10 00 00 00 00 00 18 04 D2 3F 13',
  }),
  entry(11, 120, { unitId: 3, deviceId: 'guest', title: 'read input 0x0000 x 12', hex: '03 04 00 00 00 0C F1 ED' }),
  entry(12, 402, { unitId: 3, deviceId: 'guest', direction: 'in', title: 'input x 12', latencyMs: 282, fault: 'unexpected', hex: '03 04 18 00 01 00 00 00 00 00 01 00 00 00 01 00 00 00 10 00 00 00 00 00 17 04 D3 DD DA' }),
  entry(13, 520, { direction: 'in', title: '17 bytes', latencyMs: null, fault: 'checksum', hex: '0A 04 0C 40 83 33 37 41 50 00 00 40 C6 66 66 02 86' }),
];

/** Another master on the same pair: what it asks and what it is told. */
export const FAKE_FOREIGN: readonly TrafficEntry[] = [
  entry(21, 700, { direction: 'in', isOurs: false, unitId: 20, deviceId: null, title: 'read input 0x0000 x 20', hex: '14 04 00 00 00 14 F2 C0' }),
  entry(22, 2700, { direction: 'in', isOurs: false, unitId: 20, deviceId: null, title: 'read input 0x0000 x 20', hex: '14 04 00 00 00 14 F2 C0' }),
];

export const FAKE_SETTINGS: readonly SettingLook[] = [
  { key: 'max', name: 'MAX', unit: 'A', value: 16, failure: null, lockedBecause: null, onlyUncharged: 'The offer may change while a vehicle charges', wears: 'The unit stores every write to its flash memory' },
  { key: 'load-balancing', name: 'PWR SHARE', unit: null, value: 'Node 1', failure: null, lockedBecause: 'Only at the device’s own display: menu PWR SHARE', onlyUncharged: null, wears: null },
  { key: 'lock', name: 'LOCK', unit: null, value: null, failure: { code: 'timeout', context: { device: 'Driveway' } }, lockedBecause: null, onlyUncharged: null, wears: null },
];

export function fakeBusFrame(timeMs = 901_000): Frame {
  const wallMs = START_WALL_MS + 600;
  const reading = (id: string, currentA: readonly [number, number, number], voltageV: readonly [number, number, number], powerW: readonly [number, number, number]) => ({
    meterId: meterId(id),
    timeMs: timeMs - 400,
    currentA,
    voltageV,
    powerW,
    isLive: true,
  });
  const report = (id: string, ageMs: number, state: 'charging' | 'idle', offeredCurrentA: number) => ({
    evseId: evseId(id),
    timeMs: timeMs - ageMs,
    state,
    isVehicleConnected: state === 'charging',
    offeredCurrentA,
    measuredCurrentA: null,
    measuredTimeMs: null,
    voltageV: null,
    energyWh: null,
    restartCount: 0,
    otherCommander: null,
  });
  return {
    timeMs,
    wallMs,
    readings: [reading('house', [4.1, 13, 6.2], [230, 229, 231], [943, 2977, 1432]), reading('pv', [1.2, 1.1, 1.3], [230, 230, 230], [276, 253, 299])],
    reports: [report('driveway', 600, 'charging', 12), report('carport', 700, 'idle', 0), report('guest', 14_000, 'idle', 0)],
    setpoints: [],
    confirmations: [],
    circuits: [],
    notices: [],
  };
}

export function fakeLook(deviceId: string): DeviceLook {
  const frame = fakeBusFrame(902_000);
  const isMeter = FAKE_DEVICES.find((known) => known.deviceId === deviceId)?.kind !== 'evse';
  return {
    deviceId,
    reading: frame.readings.find((reading) => reading.meterId === deviceId) ?? null,
    report: frame.reports.find((report) => report.evseId === deviceId) ?? null,
    identity: isMeter ? { model: 'Eastron SDM630', firmware: '1.97', serial: '21 087 553' } : { model: 'SmartEVSE v3', firmware: null, serial: '1234' },
    latencyMs: 27,
  };
}

/** What the bench answers; a host of written answers has these unless a test gives it others. */
export function fakeDeviceCalls(): Pick<HostApi, 'listSerialPorts' | 'startScan' | 'stopScan' | 'getScan' | 'readDevice' | 'readSettings' | 'writeSetting' | 'offerByHand' | 'watchTraffic' | 'saveTraffic'> {
  const ok = <T>(value: T) => Promise.resolve({ ok: true as const, value });
  return {
    listSerialPorts: () => ok(FAKE_PORTS),
    startScan: () => ok(null),
    stopScan: () => ok(null),
    getScan: () => ok({ kind: 'none' }),
    readDevice: (deviceId) => ok(fakeLook(deviceId)),
    readSettings: (deviceId) => ok(deviceId === 'house' || deviceId === 'pv' ? [] : FAKE_SETTINGS),
    writeSetting: ({ key, value }) => ok({ ...(FAKE_SETTINGS.find((setting) => setting.key === key) ?? fallback(key)), value }),
    offerByHand: ({ evseId: about, currentA }) => ok({ evseId: about, requestedA: currentA, readBackA: currentA }),
    watchTraffic: ({ linkId }) => ok(linkId === FAKE_BUS ? FAKE_TRAFFIC : []),
    saveTraffic: () => ok('traffic/2026-11-20-ttyUSB0.jsonl'),
  };
}

const fallback = (key: string): SettingLook => ({ key, name: key, unit: null, value: null, failure: null, lockedBecause: null, onlyUncharged: null, wears: null });

export const FAKE_BUS_STATE: Partial<HostState> = {
  project: { name: FAKE_BUS_SITE.name, folder: 'corner-house' },
  site: FAKE_BUS_SITE,
  source: 'hardware',
  control: { kind: 'watching' },
  link: { text: 'Serial and MQTT', state: 'connected', sinceMs: 0, failure: null },
  links: FAKE_LINKS,
  devices: FAKE_DEVICES,
  recording: null,
};
