import type { EvseAnswer, HostApi, HostState, TemplateSummary } from '../core/host-api/contract.ts';
import { ChargebenchError, failure, success, type Result } from '../core/errors.ts';
import { listTemplates } from '../core/site/list-templates.ts';
import { createBenchCalls } from './bench-calls.ts';
import { createControl } from './control.ts';
import { createDispatcher, type Dispatch } from './dispatch.ts';
import { watchEventLoopDelay } from './event-loop-delay.ts';
import { readOwnDescriptions, type OwnDescriptions } from './files/own-descriptions.ts';
import { readP1Keys } from './files/p1-keys-file.ts';
import { createHostEvents, type HostEventSource } from './host-events.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { missingDevices } from './missing-devices.ts';
import { FIRST_TEMPLATE, siteOfTemplate } from './open-project.ts';
import { createDraftLoads } from './draft-loads.ts';
import { openOwnRecordings } from './own-recordings.ts';
import { openOwnScenarios, ownScenariosFolder } from './own-scenarios.ts';
import type { PowerEvents } from './power-events.ts';
import type { PowerSave } from './power-save.ts';
import { openProjects } from './projects.ts';
import { createRuns } from './runs.ts';
import { createTrafficMonitor } from './traffic-monitor.ts';
import { unitNames } from './unit-names.ts';
import type { SimulationPool } from './simulation/pool.ts';
import type { LoadPreviewer } from './simulation/preview-thread.ts';
import type { Clock } from '../core/time/clock.ts';
import type { MqttBroker } from './transports/mqtt.ts';

export interface HostOptions {
  readonly host: HostState['host'];
  readonly version: string;
  readonly folder: string;
  /** Where this program keeps what belongs to the user. */
  readonly dataFolder: string;
  /** Asks the user for a folder; null where this host has no way to. Answers null when none was chosen. */
  readonly chooseFolder: (() => Promise<string | null>) | null;
  /** A broker that runs already; simulated devices get an embedded one where this is null. */
  readonly broker: MqttBroker | null;
  /** Opens the simulated two-EVSE site, whatever the project held. */
  readonly isSimulatedWanted: boolean;
  readonly clock: Clock;
  readonly pool: SimulationPool & LoadPreviewer;
  readonly power: PowerEvents;
  readonly powerSave: PowerSave;
  readonly log: (line: string) => void;
  /** Closes the windows or the web server, before the process ends. */
  readonly closeScreens: () => Promise<void>;
  readonly exit: (code: number) => void;
}

export interface Host {
  readonly dispatch: Dispatch;
  readonly events: HostEventSource;
  readonly lifecycle: Lifecycle;
  readonly state: () => HostState;
  /** Where a second program on the same project finds this one. */
  readonly setUrl: (url: string) => void;
}

/** Opens the project, brings its site to life and answers the contract. Throws already-open, invalid-file, newer-version, not-writable, port-in-use. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { clock, log, pool } = options;
  const events = createHostEvents();
  const descriptions = readOwnDescriptions(options.dataFolder);
  const p1 = readP1Keys(options.dataFolder);
  for (const { code, context } of [...descriptions.failures, ...p1.failures]) log(`A file of yours is not used: ${code} ${JSON.stringify(context)}.`);
  const ownFolder = ownScenariosFolder(options.dataFolder);
  const ownScenarios = openOwnScenarios(ownFolder);
  const projects = openProjects({ folder: options.folder, dataFolder: options.dataFolder, knowledge: descriptions.site, clock, log });
  const delay = watchEventLoopDelay();
  const startedWallMs = clock.wallMs();

  const state = (): HostState => ({
    version: options.version,
    host: options.host,
    startedWallMs,
    project: { name: projects.current().name, folder: projects.current().folder },
    ...control.view(),
    canChooseFolder: options.chooseFolder !== null,
    eventLoopDelayMs: delay.p99Ms(),
    residentBytes: process.memoryUsage.rss(),
    leads: true,
  });
  const emitState = (): void => {
    events.emit('state', state());
  };
  const monitor = createTrafficMonitor({
    clock,
    emit: (event) => {
      events.emit('traffic', event);
    },
  });
  const control = createControl({ project: projects.current, broker: options.broker, descriptions, clock, log, events, monitor, p1Keys: p1.keys, onChange: emitState });
  const bench = createBenchCalls({
    clock,
    descriptions: descriptions.meterModels,
    monitor,
    emitScan: (scan) => {
      events.emit('scan', scan);
    },
    projectFolder: () => projects.current().folder,
    byHand: () => control.byHand(),
    siteLinks: () => control.links(),
    namesOf: (linkId) => unitNames(control.site(), linkId, descriptions.meterModels),
    whyInUse: () => (control.view().source === 'hardware' && control.control().kind !== 'watching' ? 'this-program-controls' : null),
  });
  const ticking = setInterval(emitState, 1000);
  const lifecycle = createLifecycle({
    controlled: control,
    clock,
    power: options.power,
    powerSave: options.powerSave,
    log,
    exit: options.exit,
    async close() {
      clearInterval(ticking);
      delay.close();
      await bench.scans.close();
      await control.close();
      await pool.close();
      projects.close();
      await options.closeScreens();
    },
  });
  /** Locked and read first: what cannot be opened leaves the open project as it is. */
  const openFolder = async (folder: string): Promise<Result<null>> => {
    if (folder === projects.current().folder) return success(null);
    const next = projects.open(folder);
    await bench.scans.close();
    await control.leaveSite();
    projects.use(next);
    await control.openProjectSite();
    return success(null);
  };
  control.onError((error) => void lifecycle.endAfterError(error));

  const api: HostApi = {
    ...createRuns(pool, events, ownScenarios),
    ...createDraftLoads(pool, ownScenarios, openOwnRecordings(ownFolder)),
    getState: () => Promise.resolve(success(state())),
    getLiveHistory: () => Promise.resolve(success(control.history())),
    takeControl: () => Promise.resolve(bench.scans.holdsSiteLink() && control.view().source === 'hardware' ? failure('refused', { why: 'scan-runs' }) : control.takeControl()),
    pauseAll: () => whenOpen(control.isOpen(), () => control.pauseAll()),
    previewHandBack: () => Promise.resolve(control.previewHandBack()),
    handBackControl: () => control.handBack(),
    setMode: (request) => Promise.resolve(control.setMode(request)),
    setLimit: (request) => Promise.resolve(control.setLimit(request)),
    takeBackWish: (wishId) => Promise.resolve(control.takeBackWish(wishId)),
    setSignal: (signal) => Promise.resolve(control.setSignal(signal)),
    acceptFinding: (acceptance) => Promise.resolve(control.acceptFinding(acceptance)),
    withdrawAcceptance: (finding) => Promise.resolve(control.withdrawAcceptance(finding)),
    listTemplates: () => Promise.resolve(success(listTemplates().map((id) => templateSummary(id, descriptions)))),
    listProjects: () => Promise.resolve(success(projects.list())),
    createProject: (templateId) => openFolder(projects.create(templateId)),
    openProject: (projectId) => openFolder(projects.folderOf(projectId)),
    async chooseProject() {
      if (options.chooseFolder === null) return failure('not-supported', { why: 'this host cannot ask for a folder' });
      const folder = await options.chooseFolder();
      return folder === null ? failure('cancelled') : openFolder(folder);
    },
    openSimulatedSite: (template) => control.openSimulatedSite(template),
    setSimulatedVehicle: (vehicle) => Promise.resolve(control.setSimulatedVehicle(vehicle)),
    setSimulatedLoad: (load) => Promise.resolve(control.setSimulatedLoad(load)),
    ...bench.api,
    previewQuit() {
      const isControlling = !['none', 'watching'].includes(control.control().kind);
      const preview = control.previewHandBack();
      return Promise.resolve(success({ isControlling, handBack: preview.ok ? preview.value : null }));
    },
    quit: () => lifecycle.quit(),
  };

  try {
    if (options.isSimulatedWanted && projects.current().current().source !== 'simulated') throwFailure(await control.openSimulatedSite(FIRST_TEMPLATE));
    else await control.openProjectSite();
  } catch (error) {
    clearInterval(ticking);
    delay.close();
    projects.close();
    throw error;
  }
  return { dispatch: createDispatcher(api), events, lifecycle, state, setUrl: projects.setUrl };
}

function templateSummary(id: string, descriptions: OwnDescriptions): TemplateSummary {
  const site = siteOfTemplate(id);
  const missing = missingDevices(site, 'simulated', descriptions);
  const unreachable = [...site.meters, ...site.evses].flatMap((device) => {
    const why = missing.get(device.id);
    return why === undefined ? [] : [{ name: device.name, failure: why }];
  });
  return { id, site, unreachable };
}

async function whenOpen(isOpen: boolean, act: () => Promise<readonly EvseAnswer[]>): Promise<Result<readonly EvseAnswer[]>> {
  return isOpen ? success(await act()) : failure('not-found', { what: 'an open site' });
}

function throwFailure(result: Result<null>): void {
  if (!result.ok) throw new ChargebenchError(result.error.code, result.error.context);
}
