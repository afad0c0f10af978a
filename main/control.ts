import { join } from 'node:path';
import { ChargebenchError, failure, failureOf, success, type Failure, type Result } from '../core/errors.ts';
import type { ControlState, EvseAnswer, FindingRef, HandBackPreview, HostState, LimitRequest, ModeRequest, Signal, SimulatedVehicle } from '../core/host-api/contract.ts';
import type { CircuitId } from '../core/quantities.ts';
import { createSettingRecord } from '../core/drivers/setting-record.ts';
import type { P1Decrypt } from '../core/protocols/p1-encrypted.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { Site } from '../core/site/site.ts';
import { validateSite } from '../core/site/validate-site.ts';
import type { Clock } from '../core/time/clock.ts';
import { accepted, withdrawn } from './acceptances.ts';
import { createKeptMemoryFile, type KeptMemoryFile } from './files/kept-memory-file.ts';
import type { OwnDescriptions } from './files/own-descriptions.ts';
import { openSettingRecordFile, type SettingRecordFile } from './files/setting-record-file.ts';
import type { ByHand } from './by-hand.ts';
import { usesMqtt } from './link-places.ts';
import { createHandSignals } from './hand-signals.ts';
import type { HostEventSink } from './host-events.ts';
import type { Controlled } from './lifecycle.ts';
import { openLiveSite, type LiveSite } from './live-site.ts';
import { missingDevices } from './missing-devices.ts';
import { createNoticeLog } from './notice-log.ts';
import { siteOfTemplate, type OpenedProject } from './open-project.ts';
import { viewOf, type OpenedLive, type OpenedSite, type SiteView } from './opened-site.ts';
import { startRecording, type Recording } from './recording.ts';
import { startSimulation, type RunningSimulation } from './simulated-site.ts';
import { throttled } from './throttled.ts';
import { openSiteLinks, type SiteLinks } from './site-links.ts';
import type { TrafficMonitor } from './traffic-monitor.ts';
import { unitNames } from './unit-names.ts';
import { openMqttLink, type MqttBroker } from './transports/mqtt.ts';

/** A screen needs no more frames than this; journal and history get all. */
const FRAME_PERIOD_MS = 200;

export interface ControlOptions {
  /** The project that is open now. */
  readonly project: () => OpenedProject;
  readonly broker: MqttBroker | null;
  /** Device models and breakers, those of the user among them. */
  readonly descriptions: OwnDescriptions;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly events: HostEventSink;
  readonly monitor: TrafficMonitor;
  readonly p1Keys: ReadonlyMap<string, P1Decrypt>;
  readonly onChange: () => void;
}

/** The open site of a host, its recording and its simulated devices. */
export interface Control extends Controlled {
  isOpen(): boolean;
  /** Of the open site; null where none is reached. */
  links(): SiteLinks | null;
  byHand(): ByHand | null;
  site(): Site | null;
  view(): SiteView;
  history(): readonly Frame[];
  previewHandBack(): Result<HandBackPreview>;
  handBack(): Promise<Result<readonly EvseAnswer[]>>;
  setMode(request: ModeRequest): Result<null>;
  setLimit(request: LimitRequest): Result<null>;
  takeBackWish(wishId: string): Result<null>;
  setSignal(signal: Signal): Result<null>;
  acceptFinding(acceptance: FindingRef & { readonly reason: string }): Result<null>;
  withdrawAcceptance(finding: FindingRef): Result<null>;
  /** Brings the site of the open project to life. */
  openProjectSite(): Promise<void>;
  /** Rule 11, then nothing is open. */
  leaveSite(): Promise<void>;
  openSimulatedSite(template: string): Promise<Result<null>>;
  setSimulatedVehicle(vehicle: SimulatedVehicle): Result<null>;
  setSimulatedLoad(load: { readonly circuitId: CircuitId; readonly powerW: number }): Result<null>;
  onError(listener: (error: unknown) => void): void;
  close(): Promise<void>;
}

const NO_SITE: Result<never> = failure('not-found', { what: 'an open site' });
const NOT_SIMULATED: Result<never> = failure('not-supported', { why: 'the open site is not simulated' });

export function createControl(options: ControlOptions): Control {
  const { project, clock, log, events, descriptions } = options;
  let opened: OpenedSite | null = null;
  let lastKind: ControlState['kind'] = 'none';
  let lastLink = '';
  let onControl: (control: ControlState) => void = () => undefined;
  let onError: (error: unknown) => void = () => undefined;
  const showFrame = throttled<Frame>(clock, FRAME_PERIOD_MS, (frame) => {
    events.emit('frame', frame);
  });

  const live = (): LiveSite | null => opened?.open?.live ?? null;
  const control = (): ControlState => live()?.control() ?? { kind: 'none' };
  const changed = (): void => {
    const now = control();
    if (now.kind !== lastKind) {
      lastKind = now.kind;
      log(`Control: ${now.kind}.`);
      onControl(now);
    }
    const link = linkTextOf(live()?.link());
    if (link !== lastLink && link !== '') log(link);
    lastLink = link;
    options.onChange();
  };

  const record = (site: Site): Recording | null => {
    try {
      return startRecording({
        folder: project().runsFolder,
        site,
        startMs: clock.monotonicMs(),
        startWallMs: clock.wallMs(),
        onFailure: (why) => {
          log(`The journal cannot be written any more (${textOf(why)}); control goes on without it.`);
        },
      });
    } catch (error) {
      log(`This run is not recorded: ${textOf(failureOf(error))}.`);
      return null;
    }
  };

  const memoryFile = (): KeptMemoryFile =>
    createKeptMemoryFile(project().folder, (why) => {
      log(`What is kept of the capacity tariff is not to be relied on: ${textOf(why)}.`);
    });

  /** Without its file nothing stored in a device is written; what runs goes on. */
  const settingFile = (): SettingRecordFile => {
    try {
      return openSettingRecordFile(join(project().folder, 'setting-writes.jsonl'), () => clock.wallMs());
    } catch (error) {
      log(`Device settings are not written: ${textOf(failureOf(error))}.`);
      return { ...createSettingRecord([], { append: () => Promise.reject(notWritable(error)) }, () => clock.wallMs()), close: () => undefined };
    }
  };

  const restoreSettings = async (site: LiveSite): Promise<void> => {
    for (const { write, failure: error } of await site.restoreSettings()) {
      const what = `${write.deviceId} ${write.key} = ${String(write.oldValue)} (${write.reason})`;
      log(error === null ? `Put back: ${what}.` : `Not put back: ${what}: ${textOf(error)}.`);
    }
  };

  const open = async (site: Site, source: OpenedSite['source'], memory: KeptMemoryFile): Promise<void> => {
    const missing = new Map([...missingDevices(site, source, descriptions), ...(options.broker === null && source === 'hardware' ? withoutBroker(site) : [])]);
    for (const [id, why] of missing) log(`${id} cannot be reached: ${textOf(why)}.`);
    const resting: OpenedSite = { site, source, findings: validateSite(site, descriptions.site), missing, open: null };
    if (missing.size > 0) opened = resting;
    else {
      const simulation = source === 'simulated' ? await startSimulation(site, options.broker === null ? {} : { broker: options.broker }) : null;
      try {
        opened = { ...resting, open: connect(site, source, simulation, memory) };
      } catch (error) {
        await simulation?.close();
        throw error;
      }
    }
    changed();
  };

  const connect = (site: Site, source: OpenedSite['source'], simulation: RunningSimulation | null, memory: KeptMemoryFile): OpenedLive => {
    const broker = options.broker ?? simulation?.mqtt ?? null;
    const links = openSiteLinks({
      site,
      origin: source,
      clock,
      descriptions,
      mqtt: broker === null || !usesMqtt(site) ? null : openMqttLink({ broker, clock }),
      ...(broker === null ? {} : { mqttText: `mqtt://${broker.host}:${broker.port}` }),
      ...(simulation === null ? {} : { addresses: simulation.addresses }),
      onMoved: (linkId, path) => {
        log(`${linkId} is now ${path}.`);
      },
    });
    options.monitor.forget();
    const stopFollowing = [...links.taps].map(([linkId, tap]) => options.monitor.follow(linkId, tap, unitNames(site, linkId, descriptions.meterModels)));
    const recording = record(site);
    const notices = createNoticeLog(log);
    const settings = source === 'hardware' ? settingFile() : null;
    const liveSite: LiveSite = openLiveSite({
      site,
      source,
      clock,
      descriptions,
      links,
      p1Keys: options.p1Keys,
      kept: memory.read(),
      ...(settings === null ? {} : { settingRecord: settings }),
      onFrame(frame) {
        recording?.add(frame);
        notices.add(frame.notices);
        memory.note(liveSite.kept(), clock.wallMs());
        showFrame(frame);
      },
      onSettings(evseId, settings) {
        recording?.noteSettings(evseId, settings);
      },
      onChange: changed,
      onError: (error) => {
        onError(new ChargebenchError(error.code, error.context));
      },
    });
    const accept = (signal: Signal): void => {
      liveSite.acceptSignal(signal);
    };
    restoreSettings(liveSite).catch((error: unknown) => {
      log(`What was put back could not be noted: ${textOf(failureOf(error))}.`);
    });
    return { live: liveSite, links, stopFollowing, simulation, recording, memory, settings, signals: createHandSignals({ site, isRepeated: source === 'simulated', clock, accept }) };
  };

  const shut = async (): Promise<void> => {
    const before = opened?.open ?? null;
    opened = null;
    if (before === null) return;
    before.signals.close();
    for (const stop of before.stopFollowing) stop();
    await before.live.close();
    before.memory.flush();
    before.recording?.close();
    before.settings?.close();
    await before.simulation?.close();
  };

  /** Rule 11 before another site takes its place. */
  const leaveSite = async (): Promise<void> => {
    if (!['none', 'watching'].includes(control().kind)) await live()?.leave();
    await shut();
  };

  const openProjectSite = async (): Promise<void> => {
    const { site, source } = project().current();
    await open(site, source, memoryFile());
    // Nobody is surprised by control of simulated devices; real ones wait for a person.
    if (source === 'simulated') live()?.takeControl();
  };

  /** What a call does with the live site, and that the screens are told of it at once. */
  const ask = (act: (site: LiveSite) => Result<null>): Result<null> => {
    const site = live();
    if (site === null) return NO_SITE;
    const result = act(site);
    if (result.ok) changed();
    return result;
  };

  /** Acceptances change nothing in what is decided: the site goes on with them. */
  const judgeAnew = (next: Result<Site>): Result<null> => {
    if (!next.ok) return next;
    if (opened === null) return NO_SITE;
    project().save({ source: opened.source, site: next.value });
    opened = { ...opened, site: next.value, findings: validateSite(next.value, descriptions.site) };
    live()?.judge(opened.findings);
    changed();
    return success(null);
  };

  return {
    isOpen: () => live() !== null,
    links: () => opened?.open?.links ?? null,
    byHand: () => live()?.byHand ?? null,
    site: () => opened?.site ?? null,
    control,
    history: () => live()?.history() ?? [],
    onControl(listener) {
      onControl = listener;
    },
    onError(listener) {
      onError = listener;
    },
    view: () => viewOf(opened, project().current().source, descriptions.meterModels),
    takeControl: () => live()?.takeControl() ?? NO_SITE,
    leave: async () => (await live()?.leave()) ?? [],
    pauseAll: async () => (await live()?.pauseAll()) ?? [],
    previewHandBack() {
      const site = live();
      return site === null ? NO_SITE : success(site.previewHandBack());
    },
    handBack: async () => (await live()?.handBack()) ?? NO_SITE,
    setMode: (request) => ask(({ wishes }) => wishes.setMode(request)),
    setLimit: (request) => ask(({ wishes }) => wishes.setLimit(request)),
    takeBackWish: (wishId) => ask(({ wishes }) => wishes.takeBack(wishId)),
    setSignal: (signal) => ask(() => opened?.open?.signals.set(signal) ?? NO_SITE),
    acceptFinding: (acceptance) => (opened === null ? NO_SITE : judgeAnew(accepted(opened.site, acceptance, descriptions.site))),
    withdrawAcceptance: (finding) => (opened === null ? NO_SITE : judgeAnew(withdrawn(opened.site, finding))),
    openProjectSite,
    leaveSite,
    async openSimulatedSite(template) {
      const site = siteOfTemplate(template);
      await leaveSite();
      const memory = memoryFile();
      try {
        memory.forget();
        await open(site, 'simulated', memory);
      } catch (error) {
        await openProjectSite();
        throw error;
      }
      // Only what could be opened takes the place of what was there.
      project().save({ source: 'simulated', site });
      live()?.takeControl();
      return success(null);
    },
    setSimulatedVehicle: (vehicle) => opened?.open?.simulation?.setVehicle(vehicle) ?? NOT_SIMULATED,
    setSimulatedLoad: (load) => opened?.open?.simulation?.setLoad(load) ?? NOT_SIMULATED,
    close: shut,
  };
}

/** Real devices are reached over the user's broker, which is named when the program starts. */
function withoutBroker({ meters, evses }: Site): ReadonlyMap<string, Failure> {
  const why: Failure = { code: 'invalid-argument', context: { what: 'this project has real devices: start with their broker', cure: '--broker mqtt://HOST:1883' } };
  return new Map([...meters, ...evses].flatMap(({ id, link }) => (link.kind === 'mqtt' ? [[id, why]] : [])));
}

function linkTextOf(link: HostState['link'] | undefined): string {
  if (link === undefined || link.state === 'connecting' || link.state === 'closed') return '';
  const name = link.text.startsWith('mqtt:') ? `Broker ${link.text}` : `Link ${link.text}`;
  return link.failure === null ? `${name}: ${link.state}.` : `${name}: ${link.state}, ${textOf(link.failure)}; trying again.`;
}

function textOf({ code, context }: Failure): string {
  return `${code} ${JSON.stringify(context)}`;
}

function notWritable(cause: unknown): ChargebenchError {
  const { code, context } = failureOf(cause);
  return new ChargebenchError(code, context);
}
