import type { DeviceSettings } from '../core/devices/kept-settings.ts';
import { failure, success, type Failure, type Result } from '../core/errors.ts';
import type { ControlState, DeviceConnection, EvseAnswer, HandBackPreview, HostState, SiteFinding, SourceKind } from '../core/host-api/contract.ts';
import type { EvseDriver, MeterDriver, Rejection } from '../core/drivers/driver.ts';
import { createEvseDriver, createMeterDriver } from '../core/drivers/list.ts';
import { openWrites, restoreSettings, type RestoreOutcome, type SettingRecord } from '../core/drivers/setting-record.ts';
import type { EvseId } from '../core/quantities.ts';
import type { KeptMemory } from '../core/loop/kept-memory.ts';
import { createLiveLoop, type LiveLoop } from '../core/loop/live-loop.ts';
import type { P1Decrypt } from '../core/protocols/p1-encrypted.ts';
import type { Signal } from '../core/loop/signals.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { blockingFindings, validateSite } from '../core/site/validate-site.ts';
import type { Clock } from '../core/time/clock.ts';
import type { LinkSummary } from '../core/host-api/bench-devices.ts';
import { createByHand, type ByHand } from './by-hand.ts';
import { devicePlace, type DevicePlace } from './device-place.ts';
import type { OwnDescriptions } from './files/own-descriptions.ts';
import { createFrameHistory } from './frame-history.ts';
import type { SiteLinks } from './site-links.ts';
import { createPersonWishes, type PersonWishes } from './person-wishes.ts';

export interface LiveSiteOptions {
  readonly site: Site;
  readonly source: Exclude<SourceKind, 'replay'>;
  /** Closed with the site. */
  readonly links: SiteLinks;
  readonly clock: Clock;
  /** Device models and breakers that are read, judged and heated by. */
  readonly descriptions: OwnDescriptions;
  /** What an earlier life of the program has kept of this site. */
  readonly kept?: KeptMemory;
  /** Where writes to stored settings of devices are put down first; simulated devices forget with the program. */
  readonly settingRecord?: SettingRecord;
  /** By the port of meters that encrypt. */
  readonly p1Keys?: ReadonlyMap<string, P1Decrypt>;
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
  links(): readonly LinkSummary[];
  readonly byHand: ByHand;
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
  /** Puts back what an earlier life of the program had written for a while, or was writing when it died; once the devices answer. */
  restoreSettings(): Promise<readonly RestoreOutcome[]>;
  /** Stops looking; what the EVSEs do is what they were last told. */
  close(): Promise<void>;
}

export function openLiveSite(options: LiveSiteOptions): LiveSite {
  const { site, source, links, clock, descriptions } = options;
  const { settingRecord } = options;
  const ports = { links: links.links, clock, meterModels: descriptions.meterModels, ...(settingRecord === undefined ? {} : { settingRecord }), ...(options.p1Keys === undefined ? {} : { p1Keys: options.p1Keys }) };
  const meters = site.meters.map((meter) => createMeterDriver(meter, ports));
  const evses = site.evses.map((evse) => createEvseDriver(evse, site.supply, ports));
  const rejections = countRejections([...meters, ...evses]);
  const history = createFrameHistory();
  let findings = validateSite(site, descriptions.site);
  const wishes = createPersonWishes(site, () => loop, clock);

  const loop: LiveLoop = createLiveLoop({
    site,
    meters,
    evses,
    clock,
    link: links,
    knowledge: descriptions,
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
  const stopWatchingLink = links.onState(options.onChange);
  const byHand = createByHand({ site, meters, evses, clock, isControlling: () => loop.mode() !== 'watching' });
  const changing = async <T>(work: Promise<T>): Promise<T> => {
    options.onChange();
    const value = await work;
    options.onChange();
    return value;
  };

  return {
    wishes,
    control: () => ({ kind: loop.mode() }),
    link: () => links.foremost(),
    links: () => links.summaries(),
    byHand,
    devices: () => connectionsOf(site, loop.latestFrame(), rejections, clock.monotonicMs(), (device) => devicePlace(device, source, descriptions.meterModels)),
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
      byHand.forget();
      loop.takeControl();
      options.onChange();
      return success(null);
    },
    pauseAll: () => changing(loop.pauseAll()),
    leave: () => changing(loop.leave()),
    previewHandBack: () => loop.previewHandBack(),
    handBack: () => changing(loop.handBack()),
    restoreSettings: () => (settingRecord === undefined ? Promise.resolve([]) : putBackSettings(settingRecord, evses)),
    async close() {
      stopWatchingLink();
      for (const stop of stopSettings) stop();
      loop.close();
      await byHand.takeBack();
      for (const driver of [...meters, ...evses]) driver.close();
      await links.close();
    },
  };
}

/** A device that has not said whether a vehicle is there is not told anything that needs it uncharged. */
async function putBackSettings(record: SettingRecord, evses: readonly EvseDriver[]): Promise<readonly RestoreOutcome[]> {
  const open = new Set(openWrites(record.writes()).map(({ deviceId }) => deviceId));
  if (open.size === 0) return [];
  await Promise.allSettled(evses.filter(({ evseId }) => open.has(evseId)).map((driver) => driver.read()));
  return restoreSettings(record, ({ id, deviceId, key, oldValue }) => {
    const driver = evses.find(({ evseId }) => evseId === deviceId);
    return driver === undefined ? Promise.resolve(failure('not-found', { device: deviceId })) : driver.writeSetting(key, oldValue, undefined, { restores: id });
  });
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

function connectionsOf(
  site: Site,
  frame: Frame | null,
  rejections: ReadonlyMap<string, Rejections>,
  nowMs: number,
  placeOf: (device: Meter | Evse) => DevicePlace,
): readonly DeviceConnection[] {
  const connection = (kind: 'meter' | 'evse', device: Meter | Evse, timeMs: number | undefined, allowedAgeMs: number): DeviceConnection => {
    const { count, last } = rejections.get(device.id) ?? NO_REJECTIONS;
    const ageMs = timeMs === undefined ? null : nowMs - timeMs;
    const answers = ageMs !== null && ageMs <= allowedAgeMs;
    return { deviceId: device.id, name: device.name, kind, ...placeOf(device), answers, ageMs, rejected: count, lastRejection: last?.failure ?? null, unreachable: null };
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
