import type { ScanState, SerialPortSummary, SettingLook, TrafficEntry } from '../../core/host-api/bench-devices.ts';
import type { HostApi } from '../../core/host-api/contract.ts';
import type { Result } from '../../core/errors.ts';
import { evseId, meterId } from '../../core/quantities.ts';

/** Written answers of everything the Devices screen asks for. Nothing here decides anything. */
export const FAKE_PORTS: readonly SerialPortSummary[] = [
  { path: '/dev/ttyUSB0', adapter: 'FTDI FT232R', serialNumber: 'A50285BI', usbId: '0403:6001', isUsedBySite: false },
  { path: '/dev/ttyUSB1', adapter: 'WCH CH340', serialNumber: null, usbId: '1a86:7523', isUsedBySite: true },
  { path: '/dev/ttyS0', adapter: null, serialNumber: null, usbId: null, isUsedBySite: false },
];

const LINE = { baud: 9600, parity: 'none', stopBits: 1 } as const;

export const FAKE_RUNNING_SCAN: ScanState = {
  kind: 'running',
  target: 'serial:/dev/ttyUSB0',
  progress: { act: 'asking', line: LINE, unitId: 11, asked: 10, total: 459, found: [{ line: LINE, unitId: 10, candidates: [{ kind: 'meter', model: 'eastron-sdm630', name: 'Eastron SDM630', score: 5, isUnproven: false }] }] },
};

export const FAKE_ENDED_SCAN: ScanState = {
  kind: 'ended',
  target: 'serial:/dev/ttyUSB0',
  found: [
    { line: LINE, unitId: 2, candidates: [{ kind: 'evse', model: 'smartevse', name: 'SmartEVSE as a node', score: 6, isUnproven: false }] },
    {
      line: LINE,
      unitId: 10,
      candidates: [
        { kind: 'meter', model: 'eastron-sdm630', name: 'Eastron SDM630', score: 5, isUnproven: false },
        { kind: 'meter', model: 'orno-or-we-517', name: 'Orno OR-WE-517', score: 2, isUnproven: true },
      ],
    },
    { line: LINE, unitId: 44, candidates: [] },
  ],
  lines: [{ line: LINE, hints: [], hearsMaster: false, hasLatencyTimer: true }],
  hearsMaster: false,
  isComplete: true,
  failure: null,
};

/** Bytes without a frame: what to look at, in order. */
export const FAKE_NOISY_SCAN: ScanState = {
  kind: 'ended',
  target: 'serial:/dev/ttyUSB0',
  found: [],
  lines: [
    {
      line: LINE,
      hints: (['a-b-exchanged', 'baud', 'parity', 'termination', 'two-masters', 'address-clash'] as const).map((kind) => ({ kind, isLikely: kind === 'a-b-exchanged' })),
      hearsMaster: false,
      hasLatencyTimer: false,
    },
  ],
  hearsMaster: false,
  isComplete: true,
  failure: null,
};

const WALL_MS = Date.UTC(2026, 10, 20, 9, 31, 12);
const common = { linkId: 'serial:/dev/ttyUSB0', protocol: 'modbus-rtu', isOurs: true, unitId: 10, deviceId: 'feed', fields: [], latencyMs: null, fault: null } as const;

/** As an Eastron answers for its three currents, and one answer whose CRC is wrong. */
export const FAKE_TRAFFIC: readonly TrafficEntry[] = [
  { ...common, id: 1, wallMs: WALL_MS, direction: 'out', title: 'read input 0x0006 x 6', hex: '0A 04 00 06 00 06 91 72' },
  {
    ...common,
    id: 2,
    wallMs: WALL_MS + 78,
    direction: 'in',
    title: 'input x 6',
    fields: [
      { name: 'current phase 1', place: 'input 0x0006', value: 9.25, unit: 'A' },
      { name: 'current phase 2', place: 'input 0x0008', value: 0.5, unit: 'A' },
      { name: 'current phase 3', place: 'input 0x000A', value: 4.75, unit: 'A' },
    ],
    latencyMs: 78,
    hex: '0A 04 0C 41 14 00 00 3F 00 00 00 40 98 00 00 6B 1E',
  },
  { ...common, id: 3, wallMs: WALL_MS + 1000, direction: 'out', title: 'read input 0x0006 x 6', hex: '0A 04 00 06 00 06 91 72' },
  { ...common, id: 4, wallMs: WALL_MS + 1081, direction: 'in', title: '17 bytes', fault: 'checksum', hex: '0A 04 0C 41 14 00 00 3F 00 00 00 40 98 00 00 6B FF' },
];

export const FAKE_SETTINGS: readonly SettingLook[] = [
  { key: 'max_current_soft', name: 'Maximum current', unit: 'A', value: 34, failure: null, lockedBecause: null, onlyUncharged: null, wears: 'Kept in flash memory: written only when the value changes' },
  { key: 'service_level', name: 'Service level', unit: null, value: 2, failure: null, lockedBecause: null, onlyUncharged: 'The relay test of level detection must not meet a vehicle', wears: null },
  { key: 'wifi_ssid', name: 'Network', unit: null, value: null, failure: { code: 'timeout', context: { setting: 'wifi_ssid' } }, lockedBecause: 'A wrong name takes the device off the network', onlyUncharged: null, wears: null },
];

const ok = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });

type BenchCalls = 'listSerialPorts' | 'startScan' | 'stopScan' | 'getScan' | 'readDevice' | 'readSettings' | 'writeSetting' | 'offerByHand' | 'watchTraffic' | 'saveTraffic';

export function fakeBench(): Pick<HostApi, BenchCalls> {
  return {
    listSerialPorts: () => ok(FAKE_PORTS),
    startScan: () => ok(null),
    stopScan: () => ok(null),
    getScan: () => ok<ScanState>({ kind: 'none' }),
    readDevice: (deviceId) =>
      ok({
        deviceId,
        reading: deviceId === 'feed' ? { meterId: meterId('feed'), timeMs: 900_000, currentA: [9.25, 0.5, null], voltageV: [240, 240, null], powerW: [2220, 120, null], isLive: true } : null,
        report: null,
        identity: { model: deviceId === 'feed' ? 'SHEM' : 'OpenEVSE', firmware: '5.1.2', serial: null },
        latencyMs: 42,
      }),
    readSettings: (deviceId) => ok(deviceId === 'feed' ? [] : FAKE_SETTINGS),
    writeSetting: ({ key, value }) => {
      const [first] = FAKE_SETTINGS;
      const setting = FAKE_SETTINGS.find((known) => known.key === key) ?? first;
      return setting === undefined ? Promise.resolve({ ok: false, error: { code: 'not-found', context: { setting: key } } }) : ok({ ...setting, value, failure: null });
    },
    offerByHand: ({ evseId: id, currentA }) => ok({ evseId: evseId(id), requestedA: currentA, readBackA: currentA }),
    watchTraffic: ({ linkId }) => ok(linkId === null ? [] : FAKE_TRAFFIC.map((entry) => ({ ...entry, linkId }))),
    saveTraffic: ({ linkId }) => ok(`/home/installer/two-evses/traffic/${linkId.replace(/[^A-Za-z0-9]+/g, '-')}.txt`),
  };
}
