import type { DeviceConnection, HostState, SiteFinding, SourceKind } from '../core/host-api/contract.ts';
import type { Failure } from '../core/errors.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { devicePlace, type DevicePlace } from './device-place.ts';
import type { KeptMemoryFile } from './files/kept-memory-file.ts';
import type { SettingRecordFile } from './files/setting-record-file.ts';
import type { HandSignals } from './hand-signals.ts';
import type { LiveSite } from './live-site.ts';
import type { Recording } from './recording.ts';
import type { SiteLinks } from './site-links.ts';
import type { RunningSimulation } from './simulated-site.ts';

/** What makes the devices of an open site reachable. */
export interface OpenedLive {
  readonly live: LiveSite;
  readonly links: SiteLinks;
  readonly stopFollowing: readonly (() => void)[];
  readonly simulation: RunningSimulation | null;
  readonly recording: Recording | null;
  readonly signals: HandSignals;
  readonly memory: KeptMemoryFile;
  /** Of real devices; null where all forget with the program. */
  readonly settings: SettingRecordFile | null;
}

/** The site of a host. Where nothing speaks with one of its devices it is shown and judged, and rests otherwise. */
export interface OpenedSite {
  readonly site: Site;
  readonly source: Exclude<SourceKind, 'replay'>;
  readonly findings: readonly SiteFinding[];
  /** By device id. */
  readonly missing: ReadonlyMap<string, Failure>;
  readonly open: OpenedLive | null;
}

export type SiteView = Pick<HostState, 'site' | 'source' | 'control' | 'link' | 'links' | 'devices' | 'recording' | 'findings' | 'wishes' | 'endedWishes' | 'signals'>;

const NOT_LIVE = {
  control: { kind: 'none' },
  link: { text: '', state: 'closed', sinceMs: 0, failure: null },
  links: [],
  recording: null,
  wishes: [],
  endedWishes: [],
  signals: [],
} as const satisfies Partial<SiteView>;

/** Only what a screen is shown: a state crosses process borders as data. */
export function viewOf(opened: OpenedSite | null, projectSource: OpenedSite['source'], meterModels: MeterDescriptions): SiteView {
  if (opened === null) return { ...NOT_LIVE, site: null, source: projectSource, devices: [], findings: [] };
  const { site, source, findings, open } = opened;
  if (open === null) return { ...NOT_LIVE, site, source, findings, devices: restingDevices(opened, meterModels) };
  const { live, recording, signals } = open;
  return {
    site,
    source,
    findings,
    control: live.control(),
    link: live.link(),
    links: live.links(),
    devices: live.devices(),
    recording: recording === null ? null : { runId: recording.runId, sinceWallMs: recording.sinceWallMs },
    wishes: live.wishes.held(),
    endedWishes: live.wishes.ended(),
    signals: signals.held(),
  };
}

function restingDevices({ site, source, missing }: OpenedSite, meterModels: MeterDescriptions): readonly DeviceConnection[] {
  const resting = { answers: false, ageMs: null, rejected: 0, lastRejection: null } as const;
  const placeOf = (device: Meter | Evse): DevicePlace => devicePlace(device, source, meterModels);
  return [
    ...site.meters.map((meter): DeviceConnection => ({ deviceId: meter.id, name: meter.name, kind: 'meter', ...placeOf(meter), ...resting, unreachable: missing.get(meter.id) ?? null })),
    ...site.evses.map((evse): DeviceConnection => ({ deviceId: evse.id, name: evse.name, kind: 'evse', ...placeOf(evse), ...resting, unreachable: missing.get(evse.id) ?? null })),
  ];
}
