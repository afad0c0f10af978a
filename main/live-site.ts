import type { DeviceSettings } from '../core/devices/kept-settings.ts';
import { failure, success, type Failure, type Result } from '../core/errors.ts';
import type { ControlState, DeviceConnection, EvseAnswer, HandBackPreview, HostState, SiteFinding, SourceKind } from '../core/host-api/contract.ts';
import type { EvseDriver, MeterDriver, Rejection } from '../core/drivers/driver.ts';
import { createEvseDriver, createMeterDriver } from '../core/drivers/list.ts';
import type { EvseId } from '../core/quantities.ts';
import type { KeptMemory } from '../core/loop/kept-memory.ts';
import { createLiveLoop, type LiveLoop } from '../core/loop/live-loop.ts';
import type { Signal } from '../core/loop/signals.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { blockingFindings, validateSite } from '../core/site/validate-site.ts';
import type { Clock } from '../core/time/clock.ts';
import type { MqttLink } from '../core/transport/mqtt-link.ts';
import { createFrameHistory } from './frame-history.ts';
import { createPersonWishes, type PersonWishes } from './person-wishes.ts';

export interface LiveSiteOptions {
  readonly site: Site;
  readonly source: Exclude<SourceKind, 'replay'>;
  readonly link: MqttLink;
  /** Where the link leads, without secrets: "mqtt://127.0.0.1:1883". */
  readonly linkText: string;
  readonly clock: Clock;
  /** What an earlier life of the program has kept of this site. */
  readonly kept?: KeptMemory;
  readonly onFrame: (frame: Frame) => void;
  /** What an EVSE itself is set to, once it is known and whenever it changes. */
  readonly onSettings?: (evseId: EvseId, settings: DeviceSettings) => void;
  /** Control, link or devices changed otherwise than by a frame. */
  readonly onChange: () => void;
  /** The loop has failed; every EVSE has been asked to pause. */
  readonly onError: (failure: Failure) => void;
}

/** One open site: its link, drivers and loop, and what a screen is shown of them. */
export interface LiveSite {
  readonly wishes: PersonWishes;
  control(): ControlState;
  link(): HostState['link'];
  devices(): readonly DeviceConnection[];
  history(): readonly Frame[];
  kept(): KeptMemory;
  acceptSignal(signal: Signal): void;
  /** Findings have been accepted, or are open again. */
  judge(findings: readonly SiteFinding[]): void;
  /** `refused` while findings of a real site stand that nobody has accepted. */
  takeControl(): Result<null>;
  pauseAll(): Promise<readonly EvseAnswer[]>;
  /** Rule 11. */
  leave(): Promise<readonly EvseAnswer[]>;
  previewHandBack(): HandBackPreview;
  handBack(): Promise<Result<readonly EvseAnswer[]>>;
  /** Stops looking; what the EVSEs do is what they were last told. */
  close(): Promise<void>;
}

export function openLiveSite(options: LiveSiteOptions): LiveSite {
  const { site, source, link, clock } = options;
  const ports = { links: { mqtt: link }, clock };
  const meters = site.meters.map((meter) => createMeterDriver(meter, ports));
  const evses = site.evses.map((evse) => createEvseDriver(evse, site.supply, ports));
  const rejections = countRejections([...meters, ...evses]);
  const history = createFrameHistory();
  let findings = validateSite(site);
  const wishes = createPersonWishes(site, () => loop, clock);

  const loop: LiveLoop = createLiveLoop({
    site,
    meters,
    evses,
    clock,
    link,
    ...(options.kept === undefined ? {} : { kept: options.kept }),
    onFrame(frame) {
      wishes.note(frame);
      history.add(frame);
      options.onFrame(frame);
    },
    onError: options.onError,
  });
  const stopSettings = evses.map((driver) =>
    driver.onSettings((settings) => {
      options.onSettings?.(driver.evseId, settings);
    }),
  );
  const stopWatchingLink = link.onState(options.onChange);
  const changing = async <T>(work: Promise<T>): Promise<T> => {
    options.onChange();
    const value = await work;
    options.onChange();
    return value;
  };

  return {
    wishes,
    control: () => ({ kind: loop.mode() }),
    link: () => linkStateOf(link, options.linkText),
    devices: () => connectionsOf(site, loop.latestFrame(), rejections, clock.monotonicMs()),
    history: () => history.frames(),
    kept: () => loop.kept(),
    acceptSignal: (signal) => {
      loop.acceptSignal(signal);
    },
    judge(now) {
      findings = now;
    },
    takeControl() {
      const [first] = source === 'hardware' ? blockingFindings(findings) : findings.filter(({ severity }) => severity === 'error');
      if (first !== undefined) return failure('refused', { rule: first.rule, path: first.path, about: first.about });
      loop.takeControl();
      options.onChange();
      return success(null);
    },
    pauseAll: () => changing(loop.pauseAll()),
    leave: () => changing(loop.leave()),
    previewHandBack: () => loop.previewHandBack(),
    handBack: () => changing(loop.handBack()),
    async close() {
      stopWatchingLink();
      for (const stop of stopSettings) stop();
      loop.close();
      for (const driver of [...meters, ...evses]) driver.close();
      await link.close();
    },
  };
}

interface Rejections {
  readonly count: number;
  readonly last: Rejection | null;
}

const NO_REJECTIONS: Rejections = { count: 0, last: null };

/** Payloads that a driver refused, by device. */
function countRejections(drivers: readonly (MeterDriver | EvseDriver)[]): ReadonlyMap<string, Rejections> {
  const counted = new Map<string, Rejections>();
  for (const driver of drivers) {
    const id = 'meterId' in driver ? driver.meterId : driver.evseId;
    driver.onRejection((last) => {
      counted.set(id, { count: (counted.get(id)?.count ?? 0) + 1, last });
    });
  }
  return counted;
}

function linkStateOf(link: MqttLink, text: string): HostState['link'] {
  const state = link.state();
  return {
    text,
    state: state.kind,
    sinceMs: 'sinceMs' in state ? state.sinceMs : 0,
    failure: state.kind === 'lost' ? state.error : null,
  };
}

function connectionsOf(
  site: Site,
  frame: Frame | null,
  rejections: ReadonlyMap<string, Rejections>,
  nowMs: number,
): readonly DeviceConnection[] {
  const connection = (kind: 'meter' | 'evse', device: Meter | Evse, timeMs: number | undefined, allowedAgeMs: number): DeviceConnection => {
    const { count, last } = rejections.get(device.id) ?? NO_REJECTIONS;
    const ageMs = timeMs === undefined ? null : nowMs - timeMs;
    const answers = ageMs !== null && ageMs <= allowedAgeMs;
    return { deviceId: device.id, name: device.name, kind, answers, ageMs, rejected: count, lastRejection: last?.failure ?? null, unreachable: null };
  };
  return [
    ...site.meters.map((meter) => {
      const reading = frame?.readings.find(({ meterId }) => meterId === meter.id);
      return connection('meter', meter, reading?.timeMs, meter.allowedAgeMs);
    }),
    ...site.evses.map((evse) => {
      const report = frame?.reports.find(({ evseId }) => evseId === evse.id);
      const { charging, idle } = evse.allowedAgeMs;
      return connection('evse', evse, report?.timeMs, report?.state === 'charging' ? charging : idle);
    }),
  ];
}
