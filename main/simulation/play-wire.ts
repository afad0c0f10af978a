import { ChargebenchError, type Failure } from '../../core/errors.ts';
import { createBench } from '../../core/player/bench.ts';
import { controlSite } from '../../core/player/control-site.ts';
import { makeController, type ControllerEngine } from '../../core/player/controller-engine.ts';
import { createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest, type RunObserver } from '../../core/player/observer.ts';
import type { SiteWires } from '../../core/player/world.ts';
import { benchTimeline } from '../../core/scenarios/bench-timeline.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { MqttLink } from '../../core/transport/mqtt-link.ts';
import { runOnSockets, type SocketOptions, type SocketSite } from '../../hardware-sims/servers/run-on-sockets.ts';
import { wireAddresses } from '../../hardware-sims/servers/site-wires.ts';
import { createSimulatedSite, type SimulatedSite } from '../../hardware-sims/simulated-site.ts';
import { createSiteWires } from '../../hardware-sims/site-wires.ts';
import { createWorldTruth } from '../../hardware-sims/world-truth.ts';
import { openMqttLink, type MqttBroker } from '../transports/mqtt.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { openSiteLines, type SiteLines } from '../transports/site-lines.ts';

export type WirePlaces = Pick<SocketOptions, 'placesOf'>;

/**
 * Plays a scenario in real time: devices on a broker, on web servers and on simulated wires, drivers and loop on links of their own.
 * Pairs of wires are sockets unless `places` says otherwise. Throws `cancelled`, `port-in-use`, `link-lost` when a given broker is not there, `not-supported` when the scenario
 * stops a broker that is not ours, `invalid-file` for a controller or settings of one that nobody knows.
 */
export async function playWire(request: PlayRequest, external: MqttBroker | null, places: WirePlaces = {}): Promise<PlayedRun> {
  const { scenario, site, controller } = request;
  const clock = createRealClock();
  if (external !== null) await checkBroker(external, clock, scenario.faults.some(({ kind }) => kind === 'broker-down' || kind === 'blackout'));
  const simulated = createSimulatedSite(scenario, site, controller);
  const engine = makeController(scenario, site, controller, request.otherControllers);
  const observer = createRunObserver(request, engine !== null, createWorldTruth(simulated), () => simulated.markers());
  const end = deferred<Failure | null>();
  const sampled = sampledSite(simulated, observer, scenario.durationS * 1000, end.resolve);
  const toStop: (() => Promise<void> | void)[] = [];
  try {
    const running = await runOnSockets(sampled, { ...places, ...(external === null ? {} : { broker: external }) });
    toStop.push(() => running.close());
    if (engine !== null) {
      const own = runClock(clock, request.startWallMs);
      const addresses = wireAddresses(running.wires);
      const openLines = (): SiteLines => openSiteLines(site, { clock: own, addresses });
      toStop.push(control(request, engine, { broker: external ?? running.mqtt, openLines, wires: createSiteWires(simulated) }, own, observer, end.resolve));
    }
    const broken = await end.promise;
    if (broken !== null) throw new ChargebenchError(broken.code, broken.context);
    return observer.end('wire');
  } finally {
    for (const stop of toStop.reverse()) await stop();
  }
}

/** Time 0 is now, as it is for the site that was just put on sockets. */
function runClock(clock: Clock, startWallMs: number): Clock {
  const startMs = clock.monotonicMs();
  const monotonicMs = (): number => clock.monotonicMs() - startMs;
  return {
    monotonicMs,
    wallMs: () => startWallMs + monotonicMs(),
    callAt: (timeMs, callback) => clock.callAt(timeMs + startMs, callback),
  };
}

/** The site, with a look at the truth at every full second and at the end of the run. */
function sampledSite(simulated: SimulatedSite, observer: RunObserver, durationMs: number, end: (failure: Failure | null) => void): SocketSite {
  let nextSampleMs = 0;
  let isOver = false;
  const sampleUntil = (timeMs: number): void => {
    while (!isOver && nextSampleMs <= timeMs) {
      if (nextSampleMs >= durationMs) {
        isOver = true;
        end(null);
        return;
      }
      simulated.advanceTo(nextSampleMs);
      observer.sample(nextSampleMs);
      nextSampleMs += SAMPLE_MS;
    }
  };
  return {
    devices: simulated.devices,
    buses: simulated.buses,
    lines: simulated.lines,
    isBrokerUp: () => simulated.isBrokerUp(),
    connect: (connections) => {
      simulated.connect(connections);
    },
    nextEventMs: () => Math.min(simulated.nextEventMs(), nextSampleMs),
    advanceTo(timeMs) {
      try {
        sampleUntil(timeMs);
      } catch (error) {
        isOver = true;
        end(error instanceof ChargebenchError ? error : { code: 'internal', context: { message: String(error) } });
      }
      if (!isOver) simulated.advanceTo(timeMs);
    },
  };
}

interface Reach {
  readonly broker: MqttBroker;
  readonly openLines: () => SiteLines;
  readonly wires: SiteWires;
}

/** The controller on links of its own, asleep and away as the scenario says. Answers with the function that ends it. */
function control(request: PlayRequest, engine: ControllerEngine, { broker, openLines, wires }: Reach, clock: Clock, observer: RunObserver, fail: (failure: Failure) => void): () => Promise<void> {
  const { scenario, site, controller, otherControllers, curves } = request;
  const timeline = benchTimeline(scenario.faults);
  let unused: ControllerEngine | null = engine;
  const bench = createBench({
    timeline,
    clock,
    connect: () => openMqttLink({ broker, clock }),
    start(link, benchClock) {
      const own = unused ?? makeController(scenario, site, controller, otherControllers, curves) ?? engine;
      unused = null;
      const lines = openLines();
      const stop = controlSite({ site, scenario, startWallMs: request.startWallMs, engine: own, link, buses: lines.buses, ports: lines.ports, wires, clock: benchClock }, observer, fail);
      return () => {
        stop();
        void lines.close();
      };
    },
  });
  const callOffs = timeline.changesMs.map((timeMs) =>
    clock.callAt(timeMs, () => {
      bench.leaveAt(timeMs);
      bench.returnAt(timeMs);
    }),
  );
  return () => {
    for (const callOff of callOffs) callOff();
    return bench.close();
  };
}

/** A broker of the user's is looked for first: a run against none would only show that nothing arrives. */
async function checkBroker(broker: MqttBroker, clock: Clock, scenarioStopsIt: boolean): Promise<void> {
  const where = `${broker.host}:${broker.port}`;
  if (scenarioStopsIt) throw new ChargebenchError('not-supported', { broker: where, fault: 'broker-down', cure: 'play it on the embedded broker' });
  const link = openMqttLink({ broker, clock });
  try {
    await firstAnswer(link, where);
  } finally {
    await link.close();
  }
}

function firstAnswer(link: MqttLink, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    link.onState((state) => {
      if (state.kind === 'connected') resolve();
      else if (state.kind === 'lost') reject(new ChargebenchError(state.error.code, { broker: where, ...state.error.context }));
    });
  });
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
