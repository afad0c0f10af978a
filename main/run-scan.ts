/** Looks through a port or an address for the host and for the command line. */
import { scanBus, type FoundUnit, type OpenedBus, type ScanProgress } from '../core/commissioning/bus-scan.ts';
import { scanPlanOf, type LineSettings } from '../core/commissioning/scan-plan.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import { ChargebenchError, failureOf } from '../core/errors.ts';
import type { ScanState } from '../core/host-api/bench-devices.ts';
import type { Clock } from '../core/time/clock.ts';
import type { ModbusBus } from '../core/transport/modbus-bus.ts';
import type { TrafficTap } from '../core/transport/traffic.ts';
import { parseLinkAddress } from './transports/bus-address.ts';
import { openModbusBus } from './transports/modbus-bus.ts';

export type ScanEnd = Extract<ScanState, { kind: 'ended' }>;

export interface ScanOptions {
  /** Named in the answer. */
  readonly target: string;
  /** What is opened, where that is something else. */
  readonly address?: string;
  readonly descriptions: MeterDescriptions;
  readonly clock: Clock;
  readonly onProgress: (progress: ScanProgress) => void;
  /** Of each bus that is opened; called with what it answers when the bus is closed. */
  readonly watch?: (tap: TrafficTap) => () => void;
  readonly signal: AbortSignal;
}

/** An address where nobody is gets many questions: it is not waited for as long as for a device that is known to be there. */
const LATE_ANSWER_MS = { serial: 200, tcp: 500, 'rtu-over-tcp': 500 } as const;
/** A gateway that is there answers within this time. */
const OPEN_LIMIT_MS = 6000;

/** Never throws but `invalid-argument` for a target that is none: what went wrong stands in the answer, beside what was found until then. */
export async function runScan({ target, address = target, descriptions, clock, onProgress, watch, signal }: ScanOptions): Promise<ScanEnd> {
  const parsed = parseLinkAddress(address);
  if (!parsed.ok) throw new ChargebenchError(parsed.error.code, parsed.error.context);
  const lateAnswerMs = LATE_ANSWER_MS[parsed.value.kind];
  let found: readonly FoundUnit[] = [];
  const openBus = async (line: LineSettings | null): Promise<OpenedBus> => {
    const { bus, tap } = openModbusBus({ transport: address, clock, lateAnswerMs, ...(line === null ? {} : { format: line }) });
    const stop = watch?.(tap);
    const close = async (): Promise<void> => {
      stop?.();
      await bus.close();
    };
    try {
      await whenConnected(bus, clock, signal);
      return { bus, tap, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
  const progress = (now: ScanProgress): void => {
    ({ found } = now);
    onProgress(now);
  };
  try {
    const plan = scanPlanOf(descriptions, parsed.value.kind !== 'serial');
    const { masterOn, ...rest } = await scanBus(plan, { clock, descriptions, openBus }, progress, signal);
    return { kind: 'ended', target, ...rest, hearsMaster: masterOn !== undefined, failure: null };
  } catch (error) {
    const { code, context } = failureOf(error);
    return { kind: 'ended', target, found, lines: [], hearsMaster: false, isComplete: false, failure: { code, context } };
  }
}

/** Throws why the link could not be opened, `timeout` when it says nothing, `cancelled`. */
function whenConnected(bus: ModbusBus, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const settle = (error: ChargebenchError | null): void => {
      for (const stop of stops.splice(0)) stop();
      if (error === null) resolve();
      else reject(error);
    };
    const look = (): void => {
      const state = bus.state();
      if (state.kind === 'connected') settle(null);
      else if (state.kind === 'lost') settle(new ChargebenchError(state.error.code, state.error.context));
    };
    const cancel = (): void => {
      settle(new ChargebenchError('cancelled'));
    };
    stops.push(bus.onState(look));
    stops.push(clock.callAt(clock.monotonicMs() + OPEN_LIMIT_MS, () => {
      settle(new ChargebenchError('timeout', { what: 'opening' }));
    }));
    signal.addEventListener('abort', cancel);
    stops.push(() => {
      signal.removeEventListener('abort', cancel);
    });
    if (signal.aborted) cancel();
    else look();
  });
}
