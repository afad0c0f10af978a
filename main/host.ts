import type { EvseAnswer, HostApi, HostState } from '../core/host-api/contract.ts';
import { ChargebenchError, failure, success, type Result } from '../core/errors.ts';
import { createControl } from './control.ts';
import { createDispatcher, type Dispatch } from './dispatch.ts';
import { watchEventLoopDelay } from './event-loop-delay.ts';
import { createHostEvents, type HostEventSource } from './host-events.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { FIRST_TEMPLATE, openProject, type OpenedProject } from './open-project.ts';
import type { PowerEvents } from './power-events.ts';
import type { PowerSave } from './power-save.ts';
import { createRuns } from './runs.ts';
import type { SimulationPool } from './simulation/pool.ts';
import type { Clock } from '../core/time/clock.ts';
import type { MqttBroker } from './transports/mqtt.ts';

export interface HostOptions {
  readonly host: HostState['host'];
  readonly version: string;
  readonly folder: string;
  /** A broker that runs already; simulated devices get an embedded one where this is null. */
  readonly broker: MqttBroker | null;
  /** Opens the simulated two-EVSE site, whatever the project held. */
  readonly isSimulatedWanted: boolean;
  readonly clock: Clock;
  readonly pool: SimulationPool;
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
  const project: OpenedProject = openProject(options.folder, log);
  const delay = watchEventLoopDelay();
  const startedWallMs = clock.wallMs();

  const state = (): HostState => ({
    version: options.version,
    host: options.host,
    startedWallMs,
    project: { name: project.name, folder: project.folder },
    ...control.view(),
    eventLoopDelayMs: delay.p99Ms(),
    residentBytes: process.memoryUsage.rss(),
    leads: true,
  });
  const emitState = (): void => {
    events.emit('state', state());
  };
  const control = createControl({ project, broker: options.broker, clock, log, events, onChange: emitState });
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
      await control.close();
      await pool.close();
      project.close();
      await options.closeScreens();
    },
  });
  control.onError((error) => void lifecycle.endAfterError(error));

  const api: HostApi = {
    ...createRuns(pool, events),
    getState: () => Promise.resolve(success(state())),
    getLiveHistory: () => Promise.resolve(success(control.history())),
    takeControl: () => Promise.resolve(control.takeControl()),
    pauseAll: () => whenOpen(control.isOpen(), () => control.pauseAll()),
    previewHandBack: () => Promise.resolve(control.previewHandBack()),
    handBackControl: () => control.handBack(),
    openSimulatedSite: (template) => control.openSimulatedSite(template),
    setSimulatedVehicle: (vehicle) => Promise.resolve(control.setSimulatedVehicle(vehicle)),
    setSimulatedLoad: (load) => Promise.resolve(control.setSimulatedLoad(load)),
    previewQuit() {
      const isControlling = !['none', 'watching'].includes(control.control().kind);
      const preview = control.previewHandBack();
      return Promise.resolve(success({ isControlling, handBack: preview.ok ? preview.value : null }));
    },
    quit: () => lifecycle.quit(),
  };

  try {
    if (options.isSimulatedWanted && project.current().source !== 'simulated') throwFailure(await control.openSimulatedSite(FIRST_TEMPLATE));
    else await control.openProjectSite();
  } catch (error) {
    clearInterval(ticking);
    delay.close();
    project.close();
    throw error;
  }
  return { dispatch: createDispatcher(api), events, lifecycle, state, setUrl: project.setUrl };
}

async function whenOpen(isOpen: boolean, act: () => Promise<readonly EvseAnswer[]>): Promise<Result<readonly EvseAnswer[]>> {
  return isOpen ? success(await act()) : failure('not-found', { what: 'an open site' });
}

function throwFailure(result: Result<null>): void {
  if (!result.ok) throw new ChargebenchError(result.error.code, result.error.context);
}
