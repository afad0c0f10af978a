/** What the Devices screen asks of a host, put together: ports, scans, devices by hand, traffic. */
import { failure, success, type Result } from '../core/errors.ts';
import type { HostApi, HostEvents } from '../core/host-api/contract.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import type { Clock } from '../core/time/clock.ts';
import type { ByHand } from './by-hand.ts';
import { writeTrafficFile } from './files/traffic-file.ts';
import { serialPortSummaries } from './serial-port-summaries.ts';
import { createScans, type Scans, type ScansOptions } from './scans.ts';
import type { TrafficMonitor } from './traffic-monitor.ts';

export type BenchApi = Pick<HostApi, 'listSerialPorts' | 'startScan' | 'stopScan' | 'getScan' | 'readDevice' | 'readSettings' | 'writeSetting' | 'offerByHand' | 'watchTraffic' | 'saveTraffic'>;

export interface BenchCallsOptions extends Pick<ScansOptions, 'siteLinks' | 'whyInUse' | 'namesOf'> {
  readonly clock: Clock;
  readonly descriptions: MeterDescriptions;
  readonly monitor: TrafficMonitor;
  readonly emitScan: (state: HostEvents['scan']) => void;
  /** Of the open project. */
  readonly projectFolder: () => string;
  /** The devices of the open site; null where none is reached. */
  readonly byHand: () => ByHand | null;
}

export interface BenchCalls {
  readonly api: BenchApi;
  readonly scans: Scans;
}

const NO_SITE: Result<never> = failure('not-found', { what: 'an open site' });

export function createBenchCalls(options: BenchCallsOptions): BenchCalls {
  const { clock, monitor, byHand, projectFolder, siteLinks } = options;
  const scans = createScans({ ...options, emit: options.emitScan });
  const ofSite = <T>(ask: (devices: ByHand) => Promise<Result<T>>): Promise<Result<T>> => {
    const devices = byHand();
    return devices === null ? Promise.resolve(NO_SITE) : ask(devices);
  };
  return {
    scans,
    api: {
      listSerialPorts: async () => success(await serialPortSummaries((path) => (siteLinks()?.linkAt(`serial:${path}`) ?? null) !== null)),
      startScan: (request) => scans.startScan(request),
      stopScan: () => scans.stopScan(),
      getScan: () => scans.getScan(),
      readDevice: (deviceId) => ofSite((devices) => devices.read(deviceId)),
      readSettings: (deviceId) => ofSite((devices) => devices.readSettings(deviceId)),
      writeSetting: (write) => ofSite((devices) => devices.writeSetting(write)),
      offerByHand: (offer) => ofSite((devices) => devices.offer(offer)),
      watchTraffic: ({ linkId }) => Promise.resolve(success(monitor.watch(linkId))),
      saveTraffic({ linkId }) {
        const entries = monitor.kept(linkId);
        if (entries.length === 0) return Promise.resolve(failure('not-found', { what: 'traffic', link: linkId }));
        return Promise.resolve(success(writeTrafficFile(projectFolder(), linkId, entries, clock.wallMs())));
      },
    },
  };
}
