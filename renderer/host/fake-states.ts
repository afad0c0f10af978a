import { fakeFrame } from './fake-frames.ts';
import type { fakeHost, FakeHost } from './fake-host.ts';
import { refuse } from './fake-host.ts';
import { FAKE_STATE } from './fake-site.ts';

/** A state of the screen by name: what the host answers, and what happens once the screen stands. */
export interface FakeState {
  readonly options?: Parameters<typeof fakeHost>[0];
  readonly then?: (host: FakeHost) => void;
}

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
  hardware: { options: { state: { ...FAKE_STATE, source: 'hardware' } } },
};
