/**
 * The contract between any host and the screen: calls that state intent and answer with a value or a failure, and
 * events. Preload, dispatcher and web socket are derived from `CALLS` and `EVENTS`; arguments are checked by the
 * schemas in `arguments.ts` before any host code sees them.
 */
import type { ChargeMode } from '../balancing/features/feature.ts';
import type { Notice } from '../balancing/setpoint.ts';
import type { Failure, Result } from '../errors.ts';
import type { Signal } from '../loop/signals.ts';
import type { CircuitId, EvseId } from '../quantities.ts';
import type { Frame } from '../runs/frame.ts';
import type { NoticeChange, RunColumns, RunMarker, SetpointChange } from '../runs/columns.ts';
import type { PlayMode, ScenarioOutcome, Verdict } from '../scenarios/outcome.ts';
import type { SiteFinding } from '../site/finding.ts';
import type { Site } from '../site/site.ts';
import type { DeviceLook, HandOffer, LinkSummary, OfferByHand, Origin, ScanRequest, ScanState, SerialPortSummary, SettingLook, SettingWrite, TrafficEntry } from './bench-devices.ts';

/** Where the values of the open site come from. */
export type SourceKind = 'simulated' | 'hardware' | 'replay';

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly group: string;
  readonly tags: readonly string[];
  readonly controllers: readonly string[];
  readonly durationS: number;
  /** For the line under the title: "50 A UL 489 breaker, 240 V, meter every 1 s". */
  readonly setup: string;
  /** A file of the user's; false for one that came with the program. */
  readonly isOwn: boolean;
  /** Why an own file cannot be played, with path and rule; it is listed all the same, so that it can be mended. */
  readonly failure: Failure | null;
}

/** What a scenario text says, where nothing in it is wrong. */
export interface ScenarioCheck {
  readonly summary: ScenarioSummary;
  /** Its own site, or its template with the scenario's changes. */
  readonly site: Site;
  /** The same as it would stand in the file. */
  readonly siteFile: Readonly<Record<string, unknown>>;
}

/** W in each stretch of equal length: lowest, mean, highest. */
export interface PowerCourse {
  readonly leastW: readonly number[];
  readonly meanW: readonly number[];
  readonly mostW: readonly number[];
}

/** What the loads and the PV of a scenario will take and give over its time, before it is played. */
export interface LoadPreview {
  readonly stretchS: number;
  /** Null where it has none. */
  readonly house: PowerCourse | null;
  /** Positive figures are generation. */
  readonly pv: PowerCourse | null;
}

/** A part of a CSV file that is picked for a scenario: the whole of it is more than one message holds. */
export interface RecordingPart {
  readonly name: string;
  readonly text: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export interface RecordingHead {
  /** Its first lines; the last of them may be cut. */
  readonly text: string;
  readonly bytes: number;
}

export interface PlayRequest {
  readonly scenarioId: string;
  readonly controller: string;
  readonly mode: PlayMode;
}

/** A played run without its columns, which arrive as `runColumns`. */
export interface RunResult {
  readonly runId: string;
  readonly request: PlayRequest;
  readonly site: Site;
  readonly outcome: ScenarioOutcome;
  /** The moment of the highest current of the worst circuit relative to its rating. */
  readonly worstMoment: { readonly timeS: number; readonly circuitId: CircuitId; readonly currentA: number } | null;
  readonly setpointChanges: readonly SetpointChange[];
  readonly noticeChanges: readonly NoticeChange[];
  readonly markers: readonly RunMarker[];
  readonly rows: number;
}

export interface RunProgress {
  readonly runId: string;
  readonly playedS: number;
  readonly durationS: number;
}

export interface DeviceConnection {
  readonly deviceId: string;
  readonly name: string;
  readonly kind: 'meter' | 'evse';
  /** Of the site file: openevse, eastron-sdm630, or the id of a file of the user's. */
  readonly model: string;
  /** Of `HostState.links`; null where nothing here opens such a link. */
  readonly linkId: string | null;
  /** Its place on the link: "unit 3", a topic, a path; empty where it is alone there. */
  readonly address: string;
  readonly origin: Origin;
  /** Its description rests on a register table only: nobody here has seen such a device answer. */
  readonly isUnproven: boolean;
  readonly answers: boolean;
  readonly ageMs: number | null;
  /** Payloads refused since the start, with the newest reason. */
  readonly rejected: number;
  readonly lastRejection: Failure | null;
  /** Why nothing here can speak with it (or play it, on a simulated site) at all; the whole site rests then. */
  readonly unreachable: Failure | null;
}

/** What a person asked for and has not taken back. Ends by itself at its time, a boost when the vehicle leaves. */
export type HeldWish = {
  readonly id: string;
  /** UTC. */
  readonly madeWallMs: number;
  /** UTC; null: until it is taken back. */
  readonly untilWallMs: number | null;
} & (
  | { readonly kind: 'mode'; /** null: all of them. */ readonly evseId: EvseId | null; readonly mode: ChargeMode }
  | { readonly kind: 'limit'; readonly about: EvseId | CircuitId; readonly currentA: number }
);

/** A mode for one EVSE, or (null) for all; a mode of null goes back to what schedule and site say. */
export interface ModeRequest {
  readonly evseId: EvseId | null;
  readonly mode: ChargeMode | null;
  /** UTC; null: until it is taken back. */
  readonly untilWallMs: number | null;
}

/** Not above this current per phase; below its minimum an EVSE pauses. */
export interface LimitRequest {
  readonly about: EvseId | CircuitId;
  readonly currentA: number;
  /** UTC; null: until it is taken back. */
  readonly untilWallMs: number | null;
}

/** A signal that the site's settings use, as it was last told by hand. */
export interface HeldSignal {
  readonly id: string;
  readonly signal: Signal;
  /** UTC; null while nobody has told it. */
  readonly toldWallMs: number | null;
}

/** Which finding of the open site; without a circuit, the rule wherever it holds. */
export interface FindingRef {
  readonly finding: string;
  readonly circuitId: CircuitId | null;
}

/** A starting site, with those of its devices that nothing here can play or speak with yet. */
export interface TemplateSummary {
  readonly id: string;
  readonly site: Site;
  readonly unreachable: readonly { readonly name: string; readonly failure: Failure }[];
}

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly isOpen: boolean;
  /** UTC. */
  readonly openedWallMs: number;
  /** UTC; null where nothing was recorded yet. */
  readonly lastRunWallMs: number | null;
  /** Null where it cannot be read: `failure` says why (`not-found`: the folder is gone). */
  readonly site: Site | null;
  readonly source: SourceKind | null;
  readonly openFindings: number;
  readonly failure: Failure | null;
}

export type ControlState =
  /** No site is open, or its devices cannot be reached at all. */
  | { readonly kind: 'none' }
  /** The devices decide; this program only looks. */
  | { readonly kind: 'watching' }
  | { readonly kind: 'controlling' }
  /** Every EVSE was told to stop; stays so until control is taken again. */
  | { readonly kind: 'paused' }
  /** Offers are being brought to where control can end. */
  | { readonly kind: 'leaving' };

export interface HostState {
  readonly version: string;
  readonly host: 'electron' | 'web';
  readonly startedWallMs: number;
  readonly project: { readonly name: string; readonly folder: string } | null;
  readonly site: Site | null;
  readonly source: SourceKind;
  readonly control: ControlState;
  readonly link: { readonly text: string; readonly state: 'connecting' | 'connected' | 'lost' | 'closed'; readonly sinceMs: number; readonly failure: Failure | null };
  /** All links of the open site, with load and counters where they are a bus. */
  readonly links: readonly LinkSummary[];
  readonly devices: readonly DeviceConnection[];
  /** 99th percentile of the host's event-loop delay over the last ten seconds. */
  readonly eventLoopDelayMs: number;
  readonly residentBytes: number;
  readonly recording: { readonly runId: string; readonly sinceWallMs: number } | null;
  /** Findings that keep control of real devices from starting until accepted. */
  readonly findings: readonly SiteFinding[];
  /** In the order they were made. */
  readonly wishes: readonly HeldWish[];
  /** Wishes that came to their end by themselves in the last quarter of an hour, newest last. */
  readonly endedWishes: readonly { readonly notice: Notice; readonly wallMs: number }[];
  /** Empty where the site's settings use none. */
  readonly signals: readonly HeldSignal[];
  /** This host can ask for a folder. */
  readonly canChooseFolder: boolean;
  /** False for a second window on the same host: it sees everything and changes nothing. */
  readonly leads: boolean;
}

/** What became of one EVSE after Pause all or while leaving. */
export interface EvseAnswer {
  readonly evseId: EvseId;
  readonly name: string;
  readonly ok: boolean;
  readonly offeredCurrentA: number | null;
  readonly failure: Failure | null;
}

/** What each device does by itself once control is handed back, and whether that fits. */
export interface HandBackPreview {
  readonly evses: readonly { readonly evseId: EvseId; readonly name: string; readonly nowA: number | null; readonly thenA: number; readonly why: string }[];
  readonly circuits: readonly { readonly circuitId: CircuitId; readonly name: string; readonly limitA: number; readonly sumA: number; readonly fits: boolean }[];
  readonly isAllowed: boolean;
}

export interface SimulatedVehicle {
  readonly evseId: EvseId;
  readonly isPluggedIn: boolean;
}

export interface HostApi {
  getState(): Promise<Result<HostState>>;
  listScenarios(): Promise<Result<readonly ScenarioSummary[]>>;
  /** Names of all who can decide in a scenario, whether its file lists them or not. */
  listControllers(): Promise<Result<readonly string[]>>;
  /** The scenario's file as text. */
  readScenario(scenarioId: string): Promise<Result<string>>;
  /** Judges a text that is being written: `invalid-file` with path and rule of the first breach. Keeps nothing. */
  checkScenario(text: string): Promise<Result<ScenarioCheck>>;
  /** A picture of the loads of a text that is being written; refused as by `checkScenario`, and `cancelled` where a newer one is asked for. */
  previewLoads(text: string): Promise<Result<LoadPreview>>;
  /** Keeps a recording beside the user's own scenarios; with its last part answers the path by which a scenario names it. */
  keepRecording(part: RecordingPart): Promise<Result<{ readonly file: string | null }>>;
  /** The beginning of a recording beside the user's own scenarios. */
  readRecording(file: string): Promise<Result<RecordingHead>>;
  /** Keeps a whole text among the user's own scenarios, by its id; one with errors is refused as by `checkScenario`. */
  saveScenario(text: string): Promise<Result<ScenarioSummary>>;
  /** Puts one of the user's own aside, broken or not; `refused` for one that came with the program. */
  deleteScenario(scenarioId: string): Promise<Result<null>>;
  /** Brings back what was deleted last under this id; `refused` where another has taken its name since. */
  undoDeleteScenario(scenarioId: string): Promise<Result<ScenarioSummary>>;
  /** Plays to the end in a worker, under any known controller; progress comes as events, columns as `runColumns` before this answers. */
  playScenario(request: PlayRequest): Promise<Result<RunResult>>;
  cancelRun(runId: string): Promise<Result<null>>;
  /** The verdicts of the newest run of each scenario and controller in this program's life. */
  listVerdicts(): Promise<Result<readonly { readonly scenarioId: string; readonly controller: string; readonly outcome: ScenarioOutcome }[]>>;
  /** Recent frames of the live run, oldest first, at most 15 min at one a second. */
  getLiveHistory(): Promise<Result<readonly Frame[]>>;
  /** Begins (again) to control the open site. */
  takeControl(): Promise<Result<null>>;
  pauseAll(): Promise<Result<readonly EvseAnswer[]>>;
  previewHandBack(): Promise<Result<HandBackPreview>>;
  handBackControl(): Promise<Result<readonly EvseAnswer[]>>;
  /** Holds until it is taken back, ends, or is replaced; `not-found` for an EVSE the site lacks. */
  setMode(request: ModeRequest): Promise<Result<null>>;
  setLimit(request: LimitRequest): Promise<Result<null>>;
  takeBackWish(wishId: string): Promise<Result<null>>;
  /** By hand, until a driver feeds it; `not-supported` for one that the site's settings do not use. */
  setSignal(signal: Signal): Promise<Result<null>>;
  /** Writes into the site that a person accepts a finding, and why. Errors are refused: they have to be cured. */
  acceptFinding(acceptance: FindingRef & { readonly reason: string }): Promise<Result<null>>;
  withdrawAcceptance(finding: FindingRef): Promise<Result<null>>;
  listTemplates(): Promise<Result<readonly TemplateSummary[]>>;
  /** The newest first. */
  listProjects(): Promise<Result<readonly ProjectSummary[]>>;
  /** A new project with the site of a template, simulated; it takes the place of the open one. */
  createProject(templateId: string): Promise<Result<null>>;
  openProject(projectId: string): Promise<Result<null>>;
  /** Asks for a folder and opens the project in it; `cancelled` when none was chosen. */
  chooseProject(): Promise<Result<null>>;
  /** Puts the site of a template into the open project, on simulated devices, whatever it held. */
  openSimulatedSite(template: string): Promise<Result<null>>;
  setSimulatedVehicle(vehicle: SimulatedVehicle): Promise<Result<null>>;
  setSimulatedLoad(load: { readonly circuitId: CircuitId; readonly powerW: number }): Promise<Result<null>>;
  /** Those of this machine, likely adapters first. */
  listSerialPorts(): Promise<Result<readonly SerialPortSummary[]>>;
  /**
   * Begins to look through a port or address by reading only; goes on by itself, as `scan` events. `refused` while another scan runs, or
   * while control runs on a site that uses the port; `invalid-argument` for a target that is none.
   */
  startScan(request: ScanRequest): Promise<Result<null>>;
  /** Ends the running scan with what was found so far. */
  stopScan(): Promise<Result<null>>;
  getScan(): Promise<Result<ScanState>>;
  /** Asks a device of the open site once, and who it is. */
  readDevice(deviceId: string): Promise<Result<DeviceLook>>;
  /** One by one from the device; empty for one whose description has none. */
  readSettings(deviceId: string): Promise<Result<readonly SettingLook[]>>;
  /** Through the record of stored-setting writes; `refused` where the description forbids it. Answers with what was read back. */
  writeSetting(write: SettingWrite): Promise<Result<SettingLook>>;
  /** 0 pauses. `refused` while this program controls, and for what lies outside the EVSE's range. */
  offerByHand(offer: OfferByHand): Promise<Result<HandOffer>>;
  /** Which link the `traffic` events tell of from now on, for all screens; null: none. Answers with what is kept of it, oldest first, at most 2,000. */
  watchTraffic(watch: { readonly linkId: string | null }): Promise<Result<readonly TrafficEntry[]>>;
  /** Writes what is kept of a link into the project's folder and answers with the file's path. */
  saveTraffic(link: { readonly linkId: string }): Promise<Result<string>>;
  /** What closing the program now would do; `quit` then does it (rule 11) and ends the host. */
  previewQuit(): Promise<Result<{ readonly isControlling: boolean; readonly handBack: HandBackPreview | null }>>;
  quit(): Promise<Result<readonly EvseAnswer[]>>;
}

export interface HostEvents {
  state: HostState;
  frame: Frame;
  runProgress: RunProgress;
  runColumns: { readonly runId: string; readonly columns: RunColumns };
  scan: ScanState;
  /** Of the watched link, in the order of the wire, ten messages a second at most. */
  traffic: { readonly linkId: string; readonly entries: readonly TrafficEntry[] };
}

export const CALLS = [
  'getState',
  'listScenarios',
  'listControllers',
  'readScenario',
  'checkScenario',
  'previewLoads',
  'keepRecording',
  'readRecording',
  'saveScenario',
  'deleteScenario',
  'undoDeleteScenario',
  'playScenario',
  'cancelRun',
  'listVerdicts',
  'getLiveHistory',
  'takeControl',
  'pauseAll',
  'previewHandBack',
  'handBackControl',
  'setMode',
  'setLimit',
  'takeBackWish',
  'setSignal',
  'acceptFinding',
  'withdrawAcceptance',
  'listTemplates',
  'listProjects',
  'createProject',
  'openProject',
  'chooseProject',
  'openSimulatedSite',
  'setSimulatedVehicle',
  'setSimulatedLoad',
  'listSerialPorts',
  'startScan',
  'stopScan',
  'getScan',
  'readDevice',
  'readSettings',
  'writeSetting',
  'offerByHand',
  'watchTraffic',
  'saveTraffic',
  'previewQuit',
  'quit',
] as const satisfies readonly (keyof HostApi)[];

export const EVENTS = ['state', 'frame', 'runProgress', 'runColumns', 'scan', 'traffic'] as const satisfies readonly (keyof HostEvents)[];

export type CallName = (typeof CALLS)[number];
export type EventName = (typeof EVENTS)[number];

/** What the screen holds of a host, whichever it is. */
export interface HostConnection {
  readonly api: HostApi;
  on<Name extends EventName>(name: Name, listener: (event: HostEvents[Name]) => void): () => void;
  /** State of the connection between screen and host itself. */
  onConnection(listener: (state: { readonly isConnected: boolean; readonly sinceMs: number; readonly nextAttemptMs: number | null }) => void): () => void;
  /** Tries to connect again at once. */
  retry(): void;
}

/** Compile-time proof that every call of HostApi is in CALLS. */
export const ALL_CALLS_LISTED: Exclude<keyof HostApi, CallName> extends never ? true : never = true;
export type { ChargeMode, Signal, SiteFinding, Verdict };
