import { failure, failureOf, success, type Result } from '../core/errors.ts';
import type { UnitNames } from '../core/commissioning/traffic/traffic-frame.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import type { ScanRequest, ScanState } from '../core/host-api/bench-devices.ts';
import type { HostApi } from '../core/host-api/contract.ts';
import type { Clock } from '../core/time/clock.ts';
import { runScan } from './run-scan.ts';
import type { SiteLinks } from './site-links.ts';
import { throttled } from './throttled.ts';
import type { TrafficMonitor } from './traffic-monitor.ts';
import { parseLinkAddress } from './transports/bus-address.ts';

export interface ScansOptions {
  readonly clock: Clock;
  readonly descriptions: MeterDescriptions;
  readonly monitor: TrafficMonitor;
  /** What the open site says of the units on a link. */
  readonly namesOf: (linkId: string) => UnitNames;
  readonly emit: (state: ScanState) => void;
  /** Those of the open site; null where none is open. */
  readonly siteLinks: () => Pick<SiteLinks, 'linkAt' | 'simulatedAddress' | 'lend'> | null;
  /** Why a link of the open site may not be taken away now; null where it may. */
  readonly whyInUse: () => string | null;
}

export interface Scans extends Pick<HostApi, 'startScan' | 'stopScan' | 'getScan'> {
  /** The open site's port is with the scan, so that nobody can control by it. */
  holdsSiteLink(): boolean;
  /** Ends what runs and waits for it. */
  close(): Promise<void>;
}

/** Before the link id of a simulated site: a port of the same name in this machine is another thing. */
const SIMULATED = 'simulated:';
const TELL_PERIOD_MS = 200;

/** One scan at a time. A port that the open site uses is lent to it, unless this program controls by it. */
export function createScans({ clock, descriptions, monitor, namesOf, emit, siteLinks, whyInUse }: ScansOptions): Scans {
  let state: ScanState = { kind: 'none' };
  let running: { readonly cancel: AbortController; readonly done: Promise<void> } | null = null;
  let isSiteLinkLent = false;
  const tell = throttled<null>(clock, TELL_PERIOD_MS, () => {
    emit(state);
  });
  const become = (next: ScanState): void => {
    state = next;
    tell(null);
  };

  const addressOf = (target: string): Result<string> => {
    if (!target.startsWith(SIMULATED)) {
      const address = parseLinkAddress(target);
      return address.ok ? success(target) : address;
    }
    const address = siteLinks()?.simulatedAddress(target.slice(SIMULATED.length)) ?? null;
    return address === null ? failure('not-found', { what: 'simulated link', link: target }) : success(address);
  };

  const scan = async (target: string, address: string, signal: AbortSignal): Promise<void> => {
    const links = siteLinks();
    const linkId = links?.linkAt(target) ?? null;
    let giveBack = (): void => undefined;
    isSiteLinkLent = linkId !== null;
    try {
      if (links !== null && linkId !== null) giveBack = await links.lend(linkId, 'scan');
      const end = await runScan({
        target,
        address,
        descriptions,
        clock,
        signal,
        watch: (tap) => monitor.follow(target, tap, namesOf(linkId ?? (target.startsWith(SIMULATED) ? target.slice(SIMULATED.length) : target))),
        onProgress: (progress) => {
          become({ kind: 'running', target, progress });
        },
      });
      become(end);
    } catch (error) {
      const { code, context } = failureOf(error);
      become({ kind: 'ended', target, found: [], lines: [], hearsMaster: false, isComplete: false, failure: { code, context } });
    } finally {
      giveBack();
      isSiteLinkLent = false;
      running = null;
    }
  };

  const stop = async (): Promise<void> => {
    const scanning = running;
    scanning?.cancel.abort();
    await scanning?.done;
  };

  return {
    holdsSiteLink: () => isSiteLinkLent,
    startScan({ target }: ScanRequest): Promise<Result<null>> {
      const address = addressOf(target);
      if (!address.ok) return Promise.resolve(address);
      if (running !== null) return Promise.resolve(failure('refused', { target, why: 'another-scan-runs' }));
      const why = siteLinks()?.linkAt(target) == null ? null : whyInUse();
      if (why !== null) return Promise.resolve(failure('refused', { target, why }));
      const cancel = new AbortController();
      become({ kind: 'running', target, progress: { act: 'listening', line: null, unitId: null, asked: 0, total: 0, found: [] } });
      const done = scan(target, address.value, cancel.signal);
      running = { cancel, done };
      return Promise.resolve(success(null));
    },
    async stopScan() {
      await stop();
      return success(null);
    },
    getScan: () => Promise.resolve(success(state)),
    close: stop,
  };
}
