import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import { FAKE_BUS_STATE, FAKE_FOREIGN, FAKE_LINKS, FAKE_SCANNED, FAKE_SCANNED_MASTER, FAKE_SCANNED_NOISE, FAKE_SCANNING, FAKE_TRAFFIC, fakeBusFrame, FAKE_DEVICES } from './fake-devices.ts';
import { fakeFrame } from './fake-frames.ts';
import type { fakeHost, FakeHost } from './fake-host.ts';
import { refuse } from './fake-host.ts';
import { FAKE_SITE, FAKE_STATE } from './fake-site.ts';

/** A state of the screen by name: what the host answers, and what happens once the screen stands. */
export interface FakeState {
  readonly options?: Parameters<typeof fakeHost>[0];
  readonly then?: (host: FakeHost) => void;
}

const NOON_MS = Date.UTC(2026, 10, 20, 12, 10, 0);

const frame = (timeMs: number) => ({ timeMs, otherA: 3.6, primaryA: 17.4, secondaryA: 17.3, primaryOfferA: 18, secondaryOfferA: 18 });

function sendFrame(host: FakeHost, moment: Parameters<typeof fakeFrame>[0]): void {
  setTimeout(() => {
    host.emit('frame', fakeFrame(moment));
  }, 50);
}

export const FAKE_STATES: Readonly<Record<string, FakeState | undefined>> = {
  usual: {},
  silent: { then: (host) => sendFrame(host, { ...frame(901_000), secondaryA: 0, secondaryAgeMs: 14_000 }) },
  above: {
    then: (host) =>
      sendFrame(host, {
        ...frame(901_000),
        otherA: 22,
        notices: [{ code: 'above-rating', severity: 'danger', about: 'ev' as never, context: { ratingA: 50, currentA: 57.3 } }],
      }),
  },
  stale: { then: (host) => sendFrame(host, { ...frame(901_000), meterAgeMs: 134_000 }) },
  paused: { options: { state: { control: { kind: 'paused' } } }, then: (host) => sendFrame(host, { ...frame(901_000), primaryA: 0, secondaryA: 0, primaryOfferA: 0, secondaryOfferA: 0 }) },
  watching: { options: { state: { control: { kind: 'watching' } } } },
  none: { options: { state: { site: null, project: null, control: { kind: 'none' }, devices: [], recording: null }, api: { getLiveHistory: () => Promise.resolve({ ok: true, value: [] }) } } },
  second: { options: { state: { leads: false } } },
  lost: {
    then: (host) => {
      setTimeout(() => host.setConnection({ isConnected: false, sinceMs: Date.now() - 12_000, nextAttemptMs: Date.now() + 8000 }), 50);
    },
  },
  broken: { options: { api: { playScenario: () => refuse({ code: 'invalid-file', context: { file: 'feed-dies.scenario.json', path: 'faults/0/device', rule: 'unknown-device', found: 'meter-2' } }) } } },
  wishes: {
    options: {
      state: {
        wishes: [
          { id: 'mode/all', kind: 'mode', evseId: null, mode: 'smart', madeWallMs: NOON_MS, untilWallMs: null },
          { id: 'pause/secondary', kind: 'mode', evseId: evseId('secondary'), mode: 'pause', madeWallMs: NOON_MS + 300_000, untilWallMs: null },
          { id: 'limit/primary', kind: 'limit', about: evseId('primary'), currentA: 16, madeWallMs: NOON_MS + 600_000, untilWallMs: NOON_MS + 7_800_000 },
        ],
        endedWishes: [{ notice: { code: 'override-ended', severity: 'info', about: circuitId('ev'), context: { limitA: 25 } }, wallMs: NOON_MS + 900_000 }],
      },
    },
    then: (host) =>
      setTimeout(() => {
        const shown = fakeFrame({ ...frame(901_000), primaryA: 7, primaryOfferA: 8, secondaryA: 0, secondaryOfferA: 0 });
        const ceiling = { currentA: 8, reason: { kind: 'draws-less' as const, measuredA: 7 } };
        host.emit('frame', {
          ...shown,
          setpoints: shown.setpoints.map((setpoint) =>
            setpoint.evseId === 'primary'
              ? { ...setpoint, reason: ceiling.reason, limits: [ceiling, { currentA: 16, reason: { kind: 'operator-limit', limitA: 16, untilWallMs: NOON_MS + 7_800_000 } }, ...setpoint.limits.slice(1)] }
              : { ...setpoint, reason: { kind: 'paused-by-person' }, limits: [{ currentA: 0, reason: { kind: 'paused-by-person' } }] },
          ),
          modes: [
            { evseId: evseId('primary'), mode: 'smart', by: 'person' },
            { evseId: evseId('secondary'), mode: 'pause', by: 'person' },
          ],
        });
      }, 50),
  },
  signals: {
    options: {
      state: {
        signals: [
          { id: 'grid-relay', signal: { kind: 'grid-relay', gridRelay: 'open' }, toldWallMs: NOON_MS },
          { id: 'dimming', signal: { kind: 'dimming', isDimmed: null }, toldWallMs: null },
          { id: 'battery', signal: { kind: 'battery', currentA: [3, 0, 0] }, toldWallMs: NOON_MS },
          { id: 'pv', signal: { kind: 'pv', powerW: null }, toldWallMs: null },
          { id: 'temperature/primary', signal: { kind: 'temperature', evseId: evseId('primary'), temperatureC: 61 }, toldWallMs: NOON_MS },
        ],
      },
    },
  },
  findings: {
    options: {
      state: {
        source: 'hardware',
        control: { kind: 'watching' },
        site: { ...FAKE_SITE, policy: { ...FAKE_SITE.policy, acceptances: [{ finding: 'meter-age-too-long', reason: 'The meter sends every ten seconds; a slower one is not to be had.' }] } },
        findings: [
          { rule: 'power-up-sum', severity: 'attention', path: 'circuits/0', about: circuitId('ev'), context: { sumA: 68, limitA: 40, phase: 0, evses: 2, setting: 'max_current_soft', fittingA: 20 }, cure: 'lower-configured-max', isAccepted: false },
          { rule: 'meter-age-too-long', severity: 'attention', path: 'meters/0/allowedAgeMs', about: meterId('feed'), context: { allowedAgeMs: 120_000, longestMs: 30_000 }, cure: 'lower-allowed-age', isAccepted: true },
        ],
      },
      api: { takeControl: () => refuse({ code: 'refused', context: { rule: 'power-up-sum', path: 'circuits/0', about: 'ev' } }) },
    },
  },
  resting: {
    options: {
      state: {
        control: { kind: 'none' },
        recording: null,
        devices: FAKE_STATE.devices.map((device) => ({
          ...device,
          answers: false,
          ageMs: null,
          unreachable: device.kind === 'meter' ? null : { code: 'not-supported', context: { device: device.name, model: 'smartevse', link: 'modbus' } },
        })),
      },
      api: { getLiveHistory: () => Promise.resolve({ ok: true, value: [] }) },
    },
  },
  ...benchStates(),
  hardware: { options: { state: { ...FAKE_STATE, source: 'hardware' } } },
};

const ok = <T>(value: T) => Promise.resolve({ ok: true as const, value });

/** States of the Devices screen: `fake.html?state=bus#/devices`. */
function benchStates(): Readonly<Record<string, FakeState>> {
  const bench = (more: FakeState['options'] = {}): FakeState => ({ options: { state: { ...FAKE_BUS_STATE, ...more.state }, api: { getLiveHistory: () => ok([fakeBusFrame()]), ...more.api } } });
  const [bus, broker] = FAKE_LINKS;
  if (bus === undefined || broker === undefined) throw new Error('the written bench has a bus and a broker');
  const busFails = (failure: NonNullable<(typeof bus)['failure']>): FakeState =>
    bench({ state: { links: [{ ...bus, state: 'lost', failure }, broker], devices: FAKE_DEVICES.map((device) => (device.linkId === bus.id ? { ...device, answers: false, ageMs: 14_000 } : device)) }, api: { getLiveHistory: () => ok([]) } });
  const port = { port: '/dev/ttyUSB0', platform: 'linux' };
  return {
    bus: bench(),
    busy: busFails({ code: 'port-in-use', context: { ...port, holder: 'ModemManager (812)' } }),
    forbidden: busFails({ code: 'unauthorized', context: { ...port, group: 'dialout', user: 'anna' } }),
    unplugged: busFails({ code: 'link-lost', context: { ...port, cause: 'No such device' } }),
    scanning: bench({ api: { getScan: () => ok(FAKE_SCANNING) } }),
    scanned: bench({ state: { devices: [] }, api: { getScan: () => ok(FAKE_SCANNED) } }),
    noise: bench({ state: { devices: [] }, api: { getScan: () => ok(FAKE_SCANNED_NOISE) } }),
    master: bench({ state: { devices: [] }, api: { getScan: () => ok(FAKE_SCANNED_MASTER) } }),
    foreign: bench({ api: { watchTraffic: () => ok([...FAKE_TRAFFIC, ...FAKE_FOREIGN]) } }),
    'no-port': { options: { state: { site: null, project: null, control: { kind: 'none' }, devices: [], links: [], recording: null }, api: { getLiveHistory: () => ok([]), listSerialPorts: () => ok([]) } } },
    'bad-description': bench({
      state: {
        devices: FAKE_DEVICES.map((device) =>
          device.deviceId === 'guest' ? { ...device, unreachable: { code: 'invalid-file', context: { file: 'my-meter.json', path: 'modbus/registers/current/address', rule: 'too-big', found: 70_000 } } } : device,
        ),
      },
    }),
  };
}
