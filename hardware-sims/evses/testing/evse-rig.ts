import { evseId } from '../../../core/quantities.ts';
import type { SiteTime } from '../../device-sink.ts';
import type { DeviceHttpResponse, TopicMessage, TopicValue } from '../../simulated-device.ts';
import { createOpenEvse, type SimulatedOpenEvse } from '../openevse.ts';
import type { DivertQuirks } from '../../firmware/openevse-divert.ts';
import type { Config } from '../openevse-config.ts';

/** One simulated OpenEVSE with a vehicle that follows its pilot at once, and all that it publishes. */
export interface EvseRig {
  readonly device: SimulatedOpenEvse;
  readonly messages: TopicMessage[];
  isPluggedIn: boolean;
  /** Runs whole seconds up to this time. */
  readonly runTo: (timeS: number) => void;
  readonly send: (field: string, value: TopicValue) => void;
  readonly http: (method: string, path: string, body?: unknown, query?: Readonly<Record<string, string>>) => DeviceHttpResponse;
  readonly httpJson: (method: string, path: string, body?: unknown) => unknown;
  /** Newest value of a field, undefined before the first. */
  readonly newest: (field: string) => TopicValue | undefined;
  readonly offeredA: () => number;
}

export const BASE = 'openevse-7b2c';

export function createEvseRig(settings: Readonly<Config> = {}, divertQuirks: Partial<DivertQuirks> = {}): EvseRig {
  const time: SiteTime = { nowMs: 0 };
  const device = createOpenEvse({
    id: evseId('primary'),
    baseTopic: BASE,
    serial: '020000007b2c',
    ratingA: 48,
    configuredMaxA: 34,
    settings,
    divertQuirks,
    time,
    startWallMs: 1_735_689_600_000,
  });
  const messages: TopicMessage[] = [];
  device.mqtt.attach((message) => messages.push(message));
  device.mqtt.connected();
  let nextS = 0;
  const rig: EvseRig = {
    device,
    messages,
    isPluggedIn: false,
    runTo(timeS) {
      for (; nextS <= timeS; nextS += 1) {
        time.nowMs = nextS * 1000;
        device.outlet.step(time.nowMs, rig.isPluggedIn, rig.isPluggedIn);
        device.outlet.measure(device.outlet.isRelayClosed ? device.outlet.pilotA : 0);
        device.advanceTo(time.nowMs);
      }
    },
    send(field, value) {
      device.mqtt.receive({ topic: `${BASE}/${field}`, value, isRetained: false });
    },
    http: (method, path, body, query = {}) => device.http({ method, path, query, body }),
    httpJson: (method, path, body) => JSON.parse(device.http({ method, path, query: {}, body }).body) as unknown,
    newest: (field) => messages.findLast(({ topic }) => topic === `${BASE}/${field}`)?.value,
    offeredA: () => device.outlet.pilotA,
  };
  return rig;
}
