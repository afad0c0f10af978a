import { ChargebenchError, failure, failureOf, success, type Failure, type Result } from '../core/errors.ts';
import type { ControlState, EvseAnswer, HandBackPreview, HostState, SimulatedVehicle } from '../core/host-api/contract.ts';
import type { CircuitId } from '../core/quantities.ts';
import type { Frame } from '../core/runs/frame.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';
import type { HostEventSink } from './host-events.ts';
import type { Controlled } from './lifecycle.ts';
import { openLiveSite, type LiveSite } from './live-site.ts';
import { createNoticeLog } from './notice-log.ts';
import { siteOfTemplate, type OpenedProject } from './open-project.ts';
import { startRecording, type Recording } from './recording.ts';
import { startSimulation, type RunningSimulation } from './simulated-site.ts';
import { throttled } from './throttled.ts';
import { openMqttLink, type MqttBroker } from './transports/mqtt.ts';

/** A screen needs no more frames than this; journal and history get all. */
const FRAME_PERIOD_MS = 200;

export interface ControlOptions {
  readonly project: OpenedProject;
  readonly broker: MqttBroker | null;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly events: HostEventSink;
  readonly onChange: () => void;
}

/** The open site of a host, its recording and its simulated devices. */
export interface Control extends Controlled {
  isOpen(): boolean;
  view(): Pick<HostState, 'site' | 'source' | 'control' | 'link' | 'devices' | 'recording' | 'findings'>;
  history(): readonly Frame[];
  previewHandBack(): Result<HandBackPreview>;
  handBack(): Promise<Result<readonly EvseAnswer[]>>;
  openProjectSite(): Promise<void>;
  openSimulatedSite(template: string): Promise<Result<null>>;
  setSimulatedVehicle(vehicle: SimulatedVehicle): Result<null>;
  setSimulatedLoad(load: { readonly circuitId: CircuitId; readonly powerW: number }): Result<null>;
  onError(listener: (error: unknown) => void): void;
  close(): Promise<void>;
}

interface Opened {
  readonly live: LiveSite;
  readonly simulation: RunningSimulation | null;
  readonly recording: Recording | null;
}

const NO_SITE: Result<never> = failure('not-found', { what: 'an open site' });
const NOT_SIMULATED: Result<never> = failure('not-supported', { why: 'the open site is not simulated' });

export function createControl(options: ControlOptions): Control {
  const { project, clock, log, events } = options;
  let opened: Opened | null = null;
  let lastKind: ControlState['kind'] = 'none';
  let lastLink = '';
  let onControl: (control: ControlState) => void = () => undefined;
  let onError: (error: unknown) => void = () => undefined;
  const showFrame = throttled<Frame>(clock, FRAME_PERIOD_MS, (frame) => {
    events.emit('frame', frame);
  });

  const control = (): ControlState => opened?.live.control() ?? { kind: 'none' };
  const changed = (): void => {
    const now = control();
    if (now.kind !== lastKind) {
      lastKind = now.kind;
      log(`Control: ${now.kind}.`);
      onControl(now);
    }
    const link = linkTextOf(opened?.live.link());
    if (link !== lastLink && link !== '') log(link);
    lastLink = link;
    options.onChange();
  };

  const record = (site: Site): Recording | null => {
    try {
      return startRecording({
        folder: project.runsFolder,
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

  const open = async (site: Site, source: LiveSite['source']): Promise<void> => {
    const simulation = source === 'simulated' ? await startSimulation(site, options.broker === null ? {} : { broker: options.broker }) : null;
    try {
      connect(site, source, simulation);
    } catch (error) {
      await simulation?.close();
      throw error;
    }
    changed();
  };

  const connect = (site: Site, source: LiveSite['source'], simulation: RunningSimulation | null): void => {
    const broker = options.broker ?? simulation?.mqtt;
    if (broker === undefined) throw new ChargebenchError('invalid-argument', { what: 'this project has real devices: give their broker', cure: '--broker mqtt://HOST:1883' });
    const recording = record(site);
    const notices = createNoticeLog(log);
    const live = openLiveSite({
      site,
      source,
      clock,
      link: openMqttLink({ broker, clock }),
      linkText: `mqtt://${broker.host}:${broker.port}`,
      onFrame(frame) {
        recording?.add(frame);
        notices.add(frame.notices);
        showFrame(frame);
      },
      onChange: changed,
      onError: (error) => {
        onError(new ChargebenchError(error.code, error.context));
      },
    });
    opened = { live, simulation, recording };
  };

  const shut = async (): Promise<void> => {
    const before = opened;
    opened = null;
    if (before === null) return;
    await before.live.close();
    before.recording?.close();
    await before.simulation?.close();
  };

  const takeControl = (): Result<null> => (opened === null ? NO_SITE : opened.live.takeControl());

  return {
    isOpen: () => opened !== null,
    control,
    history: () => opened?.live.history() ?? [],
    onControl(listener) {
      onControl = listener;
    },
    onError(listener) {
      onError = listener;
    },
    view: () => ({
      site: opened?.live.site ?? null,
      source: opened?.live.source ?? project.current().source,
      control: control(),
      link: opened?.live.link() ?? { text: '', state: 'closed', sinceMs: 0, failure: null },
      devices: opened?.live.devices() ?? [],
      recording: recordingOf(opened),
      findings: opened?.live.findings ?? [],
    }),
    takeControl,
    leave: async () => (await opened?.live.leave()) ?? [],
    pauseAll: async () => (await opened?.live.pauseAll()) ?? [],
    previewHandBack: () => (opened === null ? NO_SITE : success(opened.live.previewHandBack())),
    handBack: async () => (opened === null ? NO_SITE : opened.live.handBack()),
    async openProjectSite() {
      const { site, source } = project.current();
      await open(site, source);
      // Nobody is surprised by control of simulated devices; real ones wait for a person.
      if (source === 'simulated') takeControl();
    },
    async openSimulatedSite(template) {
      const site = siteOfTemplate(template);
      // Rule 11 before another site takes its place.
      if (opened !== null && control().kind !== 'watching') await opened.live.leave();
      await shut();
      project.save({ source: 'simulated', site });
      await open(site, 'simulated');
      return takeControl();
    },
    setSimulatedVehicle: (vehicle) => opened?.simulation?.setVehicle(vehicle) ?? NOT_SIMULATED,
    setSimulatedLoad: (load) => opened?.simulation?.setLoad(load) ?? NOT_SIMULATED,
    close: shut,
  };
}

function linkTextOf(link: HostState['link'] | undefined): string {
  if (link === undefined || link.state === 'connecting' || link.state === 'closed') return '';
  return link.failure === null ? `Broker ${link.text}: ${link.state}.` : `Broker ${link.text}: ${link.state}, ${textOf(link.failure)}; trying again.`;
}

/** Only what a screen is shown: a state crosses process borders as data. */
function recordingOf(opened: Opened | null): HostState['recording'] {
  const recording = opened?.recording ?? null;
  return recording === null ? null : { runId: recording.runId, sinceWallMs: recording.sinceWallMs };
}

function textOf({ code, context }: Failure): string {
  return `${code} ${JSON.stringify(context)}`;
}
