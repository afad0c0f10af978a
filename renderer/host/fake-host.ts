import { circuitId, evseId } from '../../core/quantities.ts';
import type { EventName, HandBackPreview, HostApi, HostConnection, HostEvents, HostState, PlayRequest } from '../../core/host-api/contract.ts';
import type { Failure, Result } from '../../core/errors.ts';
import { fakeDeviceCalls } from './fake-devices.ts';
import { fakeFrame, fakeHistory } from './fake-frames.ts';
import { fakeRun } from './fake-run.ts';
import { FAKE_PROJECTS, FAKE_TEMPLATES } from './fake-projects.ts';
import { fakeScenarios } from './fake-scenarios.ts';
import { FAKE_SCENARIOS, FAKE_STATE } from './fake-site.ts';
import { makeEventListeners } from './host-events.ts';
import { makeListeners } from './listeners.ts';
import type { ConnectionState } from './web-host.ts';

/** A host of written answers, for component tests and for pictures of states. */
export interface FakeHost extends HostConnection {
  readonly calls: readonly { readonly name: string; readonly args: readonly unknown[] }[];
  emit<Name extends EventName>(name: Name, event: HostEvents[Name]): void;
  setConnection(state: ConnectionState): void;
}

const ok = <T>(value: T): Promise<Result<T>> => Promise.resolve({ ok: true, value });
export const refuse = (error: Failure): Promise<Result<never>> => Promise.resolve({ ok: false, error });

export const FAKE_HAND_BACK: HandBackPreview = {
  evses: [
    { evseId: evseId('primary'), name: 'Primary', nowA: 20, thenA: 34, why: 'its configured limit' },
    { evseId: evseId('secondary'), name: 'Secondary', nowA: 20, thenA: 34, why: 'its configured limit' },
  ],
  circuits: [{ circuitId: circuitId('ev'), name: 'EV circuit', limitA: 40, sumA: 68, fits: false }],
  isAllowed: false,
};

const PAUSED = ['primary', 'secondary'].map((id) => ({ evseId: evseId(id), name: id === 'primary' ? 'Primary' : 'Secondary', ok: true, offeredCurrentA: 0, failure: null }));

export function fakeHost(options: { readonly state?: Partial<HostState>; readonly api?: Partial<HostApi> } = {}): FakeHost {
  const events = makeEventListeners();
  const connection = makeListeners<ConnectionState>();
  const calls: { name: string; args: readonly unknown[] }[] = [];
  let connectionState: ConnectionState = { isConnected: true, sinceMs: 0, nextAttemptMs: null };
  const api: HostApi = {
    getState: () => ok({ ...FAKE_STATE, ...options.state }),
    ...fakeScenarios(),
    playScenario: (request: PlayRequest) => {
      const run = fakeRun(request);
      events.runProgress.emit({ runId: run.result.runId, playedS: 900, durationS: 1800 });
      events.runColumns.emit(run.columns);
      return ok(run.result);
    },
    cancelRun: () => ok(null),
    listVerdicts: () =>
      ok(
        FAKE_SCENARIOS.slice(0, 6).map(({ id }) => ({
          scenarioId: id,
          controller: 'device',
          outcome: fakeRun({ scenarioId: id, controller: 'device', mode: 'loopback' }).result.outcome,
        })),
      ),
    getLiveHistory: () => ok([...fakeHistory(900_000), fakeFrame({ timeMs: 900_000, otherA: 3.6, primaryA: 17.4, secondaryA: 17.3, primaryOfferA: 18, secondaryOfferA: 18 })]),
    takeControl: () => ok(null),
    pauseAll: () => ok(PAUSED),
    previewHandBack: () => ok(FAKE_HAND_BACK),
    handBackControl: () => ok(PAUSED),
    setMode: () => ok(null),
    setLimit: () => ok(null),
    takeBackWish: () => ok(null),
    setSignal: () => ok(null),
    acceptFinding: () => ok(null),
    withdrawAcceptance: () => ok(null),
    listTemplates: () => ok(FAKE_TEMPLATES),
    listProjects: () => ok(FAKE_PROJECTS),
    createProject: () => ok(null),
    openProject: () => ok(null),
    chooseProject: () => ok(null),
    openSimulatedSite: () => ok(null),
    setSimulatedVehicle: () => ok(null),
    setSimulatedLoad: () => ok(null),
    ...fakeDeviceCalls(),
    previewQuit: () => ok({ isControlling: true, handBack: FAKE_HAND_BACK }),
    quit: () => ok(PAUSED),
    ...options.api,
  };
  const recorded = Object.fromEntries(
    Object.entries(api).map(([name, act]) => [
      name,
      (...args: readonly unknown[]): unknown => {
        calls.push({ name, args });
        return (act as (...given: readonly unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as HostApi;
  return {
    api: recorded,
    calls,
    on: (name, listener) => events[name].add(listener),
    onConnection: (listener) => {
      listener(connectionState);
      return connection.add(listener);
    },
    retry: () => {
      calls.push({ name: 'retry', args: [] });
    },
    emit: (name, event) => {
      events[name].emit(event);
    },
    setConnection: (state) => {
      connectionState = state;
      connection.emit(state);
    },
  };
}
