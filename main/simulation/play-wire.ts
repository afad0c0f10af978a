import { ChargebenchError, type Failure } from '../../core/errors.ts';
import { controlSite } from '../../core/player/control-site.ts';
import { CHARGEBENCH_CONTROLLER, createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest, type RunObserver } from '../../core/player/observer.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { MqttLink } from '../../core/transport/mqtt-link.ts';
import { runOnSockets, type SocketSite } from '../../hardware-sims/servers/run-on-sockets.ts';
import { createSimulatedSite, type SimulatedSite } from '../../hardware-sims/simulated-site.ts';
import { createWorldTruth } from '../../hardware-sims/world-truth.ts';
import { openMqttLink, type MqttBroker } from '../transports/mqtt.ts';
import { createRealClock } from '../transports/real-clock.ts';

/**
 * Plays a scenario in real time: devices on a broker and on web servers, drivers and loop on a link of their own.
 * Throws `cancelled`, `port-in-use`, `link-lost` when a given broker is not there, `not-supported` when the scenario
 * stops a broker that is not ours.
 */
export async function playWire(request: PlayRequest, external: MqttBroker | null): Promise<PlayedRun> {
  const { scenario, site, controller } = request;
  const clock = createRealClock();
  if (external !== null) await checkBroker(external, clock, scenario.faults.some(({ kind }) => kind === 'broker-down'));
  const simulated = createSimulatedSite(scenario, site, controller);
  const observer = createRunObserver(request, createWorldTruth(simulated), () => simulated.markers());
  const end = deferred<Failure | null>();
  const sampled = sampledSite(simulated, observer, scenario.durationS * 1000, end.resolve);
  const toStop: (() => Promise<void> | void)[] = [];
  try {
    const running = await runOnSockets(sampled, external === null ? {} : { broker: external });
    toStop.push(() => running.close());
    if (controller === CHARGEBENCH_CONTROLLER) toStop.push(...control(request, external ?? running.mqtt, runClock(clock, request.startWallMs), observer, end.resolve));
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

type Stop = () => Promise<void> | void;

function control(request: PlayRequest, broker: MqttBroker, clock: Clock, observer: RunObserver, fail: (failure: Failure) => void): readonly Stop[] {
  const link = openMqttLink({ broker, clock });
  return [() => link.close(), controlSite(request, link, clock, observer, fail)];
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
