import { failure, failureOf, success, type Result } from '../core/errors.ts';
import type { ControlState, EvseAnswer } from '../core/host-api/contract.ts';
import { sleep, type Clock } from '../core/time/clock.ts';
import type { PowerEvents } from './power-events.ts';
import type { PowerSave } from './power-save.ts';

/** BSD sysexits.h: EX_SOFTWARE, an internal error. */
export const INTERNAL_ERROR_CODE = 70;

/** What the life-cycle needs of whatever controls. */
export interface Controlled {
  control(): ControlState;
  onControl(listener: (control: ControlState) => void): void;
  takeControl(): Result<null>;
  /** Rule 11: every EVSE to its fail-safe current or paused, confirmed one by one. */
  leave(): Promise<readonly EvseAnswer[]>;
  pauseAll(): Promise<readonly EvseAnswer[]>;
}

export interface LifecyclePorts {
  readonly controlled: Controlled;
  readonly clock: Clock;
  readonly power: PowerEvents;
  readonly powerSave: PowerSave;
  /** Closes journal, links and servers; must not throw. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly log: (line: string) => void;
}

export interface Lifecycle {
  /** Rule 11, then the end of the host shortly after the answer. */
  quit(): Promise<Result<readonly EvseAnswer[]>>;
  /** SIGINT, SIGTERM, SIGHUP: rule 11 with a time limit; the second one ends without waiting. */
  readonly end: (signal: string) => Promise<void>;
  /** Nobody caught this error: pause every EVSE that can still be paused, close what is open, end with code 70. */
  readonly endAfterError: (error: unknown) => Promise<void>;
}

/** Longer than two vehicles' response times (IEC 61851-1: 5 s each) with the devices' own delay. */
const LEAVE_LIMIT_MS = 15_000;
/** After an error of the program nothing can be relied on for long. */
const ERROR_LIMIT_MS = 5_000;
/** npm, shells and launchers pass on a signal that the whole group has got already: sooner, it is the same wish. */
const SAME_SIGNAL_MS = 2000;
/** Lets the answer to `quit` reach the window. */
const FAREWELL_MS = 250;

/**
 * One life-cycle for every host: what happens to the EVSEs when the program ends, sleeps, wakes or fails (rules 11
 * and 12 of the design).
 */
export function createLifecycle(ports: LifecyclePorts): Lifecycle {
  const { controlled, clock, log } = ports;
  let controlledBeforeSleep = false;
  let isEnding = false;
  let firstSignalMs: number | null = null;

  controlled.onControl(({ kind }) => {
    if (kind === 'controlling' || kind === 'leaving') ports.powerSave.hold();
    else ports.powerSave.release();
  });
  ports.power.onSuspend(async () => {
    controlledBeforeSleep = controlled.control().kind === 'controlling';
    if (!controlledBeforeSleep) return;
    log('Going to sleep: control ends.');
    report(await within(controlled.leave(), LEAVE_LIMIT_MS));
  });
  ports.power.onResume(() => {
    if (!controlledBeforeSleep || isEnding) return;
    controlledBeforeSleep = false;
    // Rule 12 is the loop's: nothing is raised before live readings and the present offers are there.
    const taken = controlled.takeControl();
    log(taken.ok ? 'Awake again: control begins anew.' : `Awake again, but control could not begin: ${taken.error.code}.`);
  });

  async function within(answers: Promise<readonly EvseAnswer[]>, limitMs: number): Promise<readonly EvseAnswer[] | null> {
    const limit = new AbortController();
    const over = sleep(clock, limitMs, limit.signal).then(
      () => null,
      () => null,
    );
    try {
      return await Promise.race([answers, over]);
    } finally {
      limit.abort();
    }
  }

  function report(answers: readonly EvseAnswer[] | null): void {
    if (answers === null) log('Not every EVSE has confirmed in time. Look at them before you leave.');
    for (const { name, ok, offeredCurrentA, failure: why } of answers ?? []) {
      if (ok) log(`${name}: now at ${offeredCurrentA === 0 ? 'pause' : `${offeredCurrentA ?? '?'} A`}, confirmed.`);
      else log(`${name}: NOT confirmed (${why?.code ?? 'no answer'}). Look at it before you leave.`);
    }
  }

  async function finish(code: number): Promise<void> {
    ports.power.close();
    ports.powerSave.release();
    await ports.close().catch((error: unknown) => {
      log(`While closing: ${failureOf(error).code} ${JSON.stringify(failureOf(error).context)}`);
    });
    ports.exit(code);
  }

  const mustLeave = (): boolean => !['none', 'watching'].includes(controlled.control().kind);

  return {
    async quit() {
      if (isEnding) return failure('refused', { why: 'already-ending' });
      isEnding = true;
      const answers = mustLeave() ? await within(controlled.leave(), LEAVE_LIMIT_MS) : [];
      report(answers);
      void sleep(clock, FAREWELL_MS).then(() => finish(0));
      return answers === null ? failure('timeout', { what: 'leaving' }) : success(answers);
    },

    async end(signal) {
      const sinceFirstMs = firstSignalMs === null ? null : clock.monotonicMs() - firstSignalMs;
      firstSignalMs ??= clock.monotonicMs();
      if (isEnding) {
        if (sinceFirstMs === null || sinceFirstMs < SAME_SIGNAL_MS) return;
        log(`${signal} again: ending without waiting.`);
        ports.exit(1);
        return;
      }
      isEnding = true;
      if (mustLeave()) {
        log(`${signal}: control ends (again to end without waiting).`);
        report(await within(controlled.leave(), LEAVE_LIMIT_MS));
      }
      await finish(0);
    },

    async endAfterError(error) {
      const { code, context } = failureOf(error);
      log(`Chargebench has failed: ${code} ${JSON.stringify(context)}`);
      log(error instanceof Error && error.stack !== undefined ? error.stack : String(error));
      // One error rarely comes alone; the end is under way and has its time limit.
      if (isEnding) return;
      isEnding = true;
      if (mustLeave()) {
        log('Pausing every EVSE that can be reached…');
        // Whatever has failed may fail again here.
        report(await within(controlled.pauseAll().catch(() => []), ERROR_LIMIT_MS));
      }
      log('What to do: look at every EVSE, start Chargebench again, and report the lines above with the journal of the run.');
      await finish(INTERNAL_ERROR_CODE);
    },
  };
}
