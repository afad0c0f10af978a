/** Control in real time: drivers feed the engine, the engine's offers go to the drivers, every turn is one frame. */
import type { ModeWish } from '../balancing/features/charge-mode.ts';
import type { LimitWish } from '../balancing/features/operator-limit.ts';
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { EvseDriver, MeterDriver } from '../drivers/driver.ts';
import { failure, failureOf, success, type Failure, type Result } from '../errors.ts';
import type { CircuitId, EvseId } from '../quantities.ts';
import type { Frame } from '../runs/frame.ts';
import { continuousLimitA, evsePhases, evsesBelow, phasesOf } from '../site/circuit-tree.ts';
import type { Offer } from '../site/readings.ts';
import type { Evse, Site } from '../site/site.ts';
import type { Clock } from '../time/clock.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';
import { createLoopEngine, TURN_PERIOD_MS, type DeviceKnowledge, type LoopEngine } from './engine.ts';
import { NOTHING_KEPT, type KeptMemory } from './kept-memory.ts';
import type { Signal } from './signals.ts';
import { wishesFor, withLimit, withMode, withoutModes, withoutWish } from './wishes.ts';

export type ControlMode = 'watching' | 'controlling' | 'paused' | 'leaving';

/** What one EVSE came to when all were told to pause, or control ended. */
export interface EvseEnd {
  readonly evseId: EvseId;
  readonly name: string;
  readonly ok: boolean;
  readonly offeredCurrentA: number | null;
  readonly failure: Failure | null;
}

/** What the devices do by themselves once they are released, and whether that fits every circuit (rule 11). */
export interface HandBack {
  readonly evses: readonly { readonly evseId: EvseId; readonly name: string; readonly nowA: number | null; readonly thenA: number; readonly why: 'configured-max' | 'other-commander' }[];
  readonly circuits: readonly { readonly circuitId: CircuitId; readonly name: string; readonly limitA: number; readonly sumA: number; readonly fits: boolean }[];
  readonly isAllowed: boolean;
}

/** What only the loop engine knows of: a model of another controller in a played run takes no wishes, keeps nothing and leaves no turn out. */
type BeyondModels = 'setWishes' | 'wishes' | 'acceptSignal' | 'kept' | 'standsUntilMs' | 'leaveOut';

/** Whoever decides: the loop engine, or in a played run a model of another controller. */
export type LoopController = Omit<LoopEngine, BeyondModels> & Partial<Pick<LoopEngine, BeyondModels>>;

export interface LiveLoopParts {
  readonly site: Site;
  /** The loop engine of this site when absent. */
  readonly engine?: LoopController;
  readonly meters: readonly MeterDriver[];
  readonly evses: readonly EvseDriver[];
  readonly clock: Clock;
  /** The links the drivers talk through; the return of one after a loss makes every offer be sent again. */
  readonly link: Pick<MqttLink, 'onState'> | null;
  /** What an earlier life of the program has kept of this site. */
  readonly kept?: KeptMemory;
  /** Meter models and breakers besides those that come with the program. */
  readonly knowledge?: DeviceKnowledge;
  readonly onFrame: (frame: Frame) => void;
  /** The loop cannot go on: an error in a turn. Every EVSE has been asked to pause before this is called. */
  readonly onError: (failure: Failure) => void;
}

export interface LiveLoop {
  readonly mode: () => ControlMode;
  latestFrame(): Frame | null;
  takeControl(): void;
  /** Tells every EVSE to stop charging; answers when each has confirmed or its time is over. */
  pauseAll(): Promise<readonly EvseEnd[]>;
  /** Brings every EVSE to its fail-safe current, or pauses all where those do not fit, and ends control (rule 11). */
  leave(): Promise<readonly EvseEnd[]>;
  /** What a person asks an EVSE (null: all) to charge by; the last wish counts, and goes out at once. */
  setMode(wish: ModeWish): void;
  /** Takes back what a person asked for this EVSE, or for all. */
  clearModes(evseId: EvseId | null): void;
  setLimit(wish: LimitWish): void;
  /** False when there is no wish of this id (wishes.ts). */
  takeBack(wishId: string): boolean;
  /** What was asked for and still holds; it outlasts pauses, hand-overs and sleep. */
  wishes(): Pick<Wishes, 'modes' | 'limits'>;
  acceptSignal(signal: Signal): void;
  kept(): KeptMemory;
  previewHandBack(): HandBack;
  /** Leaves, then has the devices do what their own settings say; `refused` while that does not fit a circuit. */
  handBack(): Promise<Result<readonly EvseEnd[]>>;
  close(): void;
}

/** A confirmation may take the device's answer, a lost message and its repetition. */
const CONFIRM_TIME_MS = 8000;
const CONFIRM_POLL_MS = 50;

type Bearing = Pick<Wishes, 'pausedEvses' | 'isLeaving'>;
const FREE: Bearing = { pausedEvses: null, isLeaving: false };
const PAUSED: Bearing = { pausedEvses: 'all', isLeaving: false };
const LEAVING: Bearing = { pausedEvses: null, isLeaving: true };

export function createLiveLoop({ site, kept = NOTHING_KEPT, knowledge = {}, engine = createLoopEngine(site, kept, knowledge), meters, evses, clock, link, onFrame, onError }: LiveLoopParts): LiveLoop {
  const wishes = (): Wishes => engine.wishes?.() ?? NO_WISHES;
  const drivers = new Map(evses.map((driver) => [driver.evseId, driver]));
  let mode: ControlMode = 'watching';
  let latest: Frame | null = null;
  let isTurnDue = false;
  let isClosed = false;
  let callOffTick = (): void => undefined;

  const send = ({ evseId, currentA }: Offer): void => {
    const driver = drivers.get(evseId);
    if (driver === undefined) return;
    driver.offer(currentA).then(
      (result) => {
        // A device that does not show the offer in time is judged by its reports; only what never left is a failure.
        if (!result.ok && result.error.code !== 'timeout') engine.offerFailed(evseId, result.error);
      },
      (thrown: unknown) => {
        engine.offerFailed(evseId, failureOf(thrown));
      },
    );
  };

  const turn = (): void => {
    isTurnDue = false;
    if (isClosed) return;
    try {
      const { frame, offers } = engine.turn(clock.monotonicMs(), clock.wallMs());
      latest = frame;
      for (const offer of offers) send(offer);
      onFrame(frame);
    } catch (thrown) {
      isClosed = true;
      for (const driver of evses) send({ evseId: driver.evseId, currentA: 0 });
      onError(failureOf(thrown));
    }
  };

  // Everything that arrives at one moment goes into one turn: what was delivered may first have to become reports.
  const turnSoon = (): void => {
    if (isTurnDue || isClosed) return;
    isTurnDue = true;
    clock.callAt(clock.monotonicMs(), () => {
      clock.callAt(clock.monotonicMs(), turn);
    });
  };

  const tick = (): void => {
    turnSoon();
    callOffTick = clock.callAt(clock.monotonicMs() + TURN_PERIOD_MS, tick);
  };

  const stops = [
    ...meters.map((driver) =>
      driver.onReading((reading) => {
        engine.acceptReading(reading);
        turnSoon();
      }),
    ),
    ...evses.map((driver) =>
      driver.onReport((report) => {
        engine.acceptReport(report);
        turnSoon();
      }),
    ),
    link?.onState((state) => {
      if (state.kind === 'connected') engine.linkRestored();
      turnSoon();
    }),
  ];
  tick();

  const enter = (next: ControlMode, bearing: Bearing): void => {
    mode = next;
    engine.setWishes?.(wishesFor(wishes(), bearing));
    engine.setControlling(next !== 'watching');
  };

  /** What a person asks for goes out now, with what is known now. */
  const enterNow = (next: ControlMode, bearing: Bearing): void => {
    enter(next, bearing);
    turn();
  };

  const ask = (wishes: Wishes): void => {
    engine.setWishes?.(wishesFor(wishes, wishes));
    turn();
  };

  /** Waits until every EVSE shows what it was last asked for and no more; says of each what came of it. */
  const confirmAll = async (): Promise<readonly EvseEnd[]> => {
    const untilMs = clock.monotonicMs() + CONFIRM_TIME_MS;
    for (;;) {
      const ends = site.evses.map((evse) => endOf(evse, latest));
      if (ends.every(({ ok }) => ok) || clock.monotonicMs() >= untilMs || isClosed) return ends;
      await new Promise<void>((resolve) => {
        clock.callAt(clock.monotonicMs() + CONFIRM_POLL_MS, resolve);
      });
      turn();
    }
  };

  const leave = async (): Promise<readonly EvseEnd[]> => {
    if (mode === 'watching') return [];
    const wasPaused = mode === 'paused';
    enterNow('leaving', wasPaused ? { ...LEAVING, pausedEvses: 'all' } : LEAVING);
    const ends = await confirmAll();
    enterNow('watching', FREE);
    return ends;
  };

  return {
    mode: () => mode,
    latestFrame: () => latest,
    takeControl() {
      enter('controlling', FREE);
      turnSoon();
    },
    async pauseAll() {
      enterNow('paused', PAUSED);
      return confirmAll();
    },
    leave,
    setMode(wish) {
      ask(withMode(wishes(), wish));
    },
    clearModes(evseId) {
      ask(withoutModes(wishes(), evseId));
    },
    setLimit(wish) {
      ask(withLimit(wishes(), wish));
    },
    takeBack(wishId) {
      const left = withoutWish(wishes(), wishId);
      if (left !== null) ask(left);
      return left !== null;
    },
    wishes,
    acceptSignal(signal) {
      engine.acceptSignal?.(signal, clock.monotonicMs());
      turnSoon();
    },
    kept: () => engine.kept?.() ?? NOTHING_KEPT,
    previewHandBack: () => handBackOf(site, latest),
    async handBack() {
      const preview = handBackOf(site, latest);
      const tight = preview.circuits.find(({ fits }) => !fits);
      if (tight !== undefined) return failure('refused', { circuit: tight.circuitId, sumA: tight.sumA, limitA: tight.limitA });
      const ends = await leave();
      const released = await Promise.all(evses.map((driver) => driver.release()));
      return success(ends.map((end, index) => mergeRelease(end, released[index])));
    },
    close() {
      isClosed = true;
      callOffTick();
      for (const stop of stops) stop?.();
    },
  };
}

function mergeRelease(end: EvseEnd, released: Result<null> | undefined): EvseEnd {
  return released === undefined || released.ok ? end : { ...end, ok: false, failure: released.error };
}

function endOf(evse: Evse, frame: Frame | null): EvseEnd {
  const offeredCurrentA = frame?.reports.find(({ evseId }) => evseId === evse.id)?.offeredCurrentA ?? null;
  const wantedA = frame?.setpoints.find(({ evseId }) => evseId === evse.id)?.offeredCurrentA ?? null;
  const confirmation = frame?.confirmations.find(({ evseId }) => evseId === evse.id);
  const ok = offeredCurrentA !== null && wantedA !== null && offeredCurrentA <= wantedA;
  const code = confirmation?.state === 'not-sent' ? 'link-lost' : 'timeout';
  return {
    evseId: evse.id,
    name: evse.name,
    ok,
    offeredCurrentA,
    failure: ok ? null : { code, context: { evse: evse.id, requestedA: wantedA, readBackA: offeredCurrentA } },
  };
}

function handBackOf(site: Site, frame: Frame | null): HandBack {
  const evses = site.evses.map((evse) => {
    const report = frame?.reports.find(({ evseId }) => evseId === evse.id);
    return {
      evseId: evse.id,
      name: evse.name,
      nowA: report?.offeredCurrentA ?? null,
      thenA: evse.configuredMaxA,
      why: report?.otherCommander !== null && report?.otherCommander !== undefined ? ('other-commander' as const) : ('configured-max' as const),
    };
  });
  const circuits = site.circuits.map((circuit) => {
    const below = evsesBelow(site, circuit.id);
    const sums = phasesOf(site.supply).map((phase) =>
      below.reduce((sum, evse) => sum + (evsePhases(evse, site.supply).includes(phase) ? evse.configuredMaxA : 0), circuit.assumedLoadA),
    );
    const sumA = Math.max(0, ...sums);
    const limitA = continuousLimitA(circuit);
    return { circuitId: circuit.id, name: circuit.name, limitA, sumA, fits: sumA <= limitA };
  });
  return { evses, circuits, isAllowed: circuits.every(({ fits }) => fits) };
}
