/** The bus of the program on simulated units, without wire time: what a contract test of a unit stands on. */
import type { Clock } from '../../../core/time/clock.ts';
import type { ModbusBus } from '../../../core/transport/modbus-bus.ts';
import type { TrafficChunk, TrafficTap } from '../../../core/transport/traffic.ts';
import { ChargebenchError } from '../../../core/errors.ts';
import { parseAnswerPdu, readRequestPdu, rtuFrame, writeRequestPdu } from '../../../core/protocols/modbus.ts';
import type { SimulatedUnit } from '../../modbus-unit.ts';

export interface SentPdu {
  readonly unitId: number;
  readonly pdu: Uint8Array;
  readonly timeMs: number;
}

export interface UnitBus {
  readonly bus: ModbusBus;
  readonly tap: TrafficTap;
  readonly sent: SentPdu[];
  /** As if somebody else on the pair had sent these bytes. */
  overhear(bytes: Uint8Array): void;
  /** Units that are not there. */
  readonly silent: Set<number>;
}

const NOBODY = { requests: 0, answers: 0, timeouts: 0, checksumFailures: 0, exceptions: 0, unexpected: 0 };

export function createUnitBus(clock: Clock, units: readonly SimulatedUnit[]): UnitBus {
  const listeners = new Set<(chunk: TrafficChunk) => void>();
  const sent: SentPdu[] = [];
  const silent = new Set<number>();
  const tell = (direction: 'in' | 'out', bytes: Uint8Array): void => {
    for (const listener of listeners) listener({ direction, bytes, timeMs: clock.monotonicMs() });
  };
  const exchange = (unitId: number, pdu: Uint8Array): Uint8Array | null => {
    const timeMs = clock.monotonicMs();
    sent.push({ unitId, pdu, timeMs });
    tell('out', rtuFrame(unitId, pdu));
    let answer: Uint8Array | null = null;
    for (const unit of units) {
      if (silent.has(unit.unitId)) continue;
      if (unit.unitId === unitId) answer = unit.handle(pdu, timeMs);
      else if (unit.broadcastIds?.includes(unitId) === true) unit.handle(pdu, timeMs);
    }
    if (answer !== null) tell('in', rtuFrame(unitId, answer));
    return answer;
  };
  const ask = (unitId: number, pdu: Uint8Array, timeoutMs: number): Promise<readonly number[]> =>
    new Promise((resolve, reject) => {
      const answer = exchange(unitId, pdu);
      if (answer === null) {
        clock.callAt(clock.monotonicMs() + timeoutMs, () => {
          reject(new ChargebenchError('timeout', { unitId }));
        });
        return;
      }
      const parsed = parseAnswerPdu(answer);
      if (!parsed.ok) reject(new ChargebenchError(parsed.error.code, parsed.error.context));
      else if (parsed.value.kind === 'exception') reject(new ChargebenchError('refused', { unitId, exception: parsed.value.exception }));
      else resolve(parsed.value.kind === 'words' ? parsed.value.words : []);
    });
  return {
    sent,
    silent,
    overhear: (bytes) => {
      tell('in', bytes);
    },
    tap: {
      linkText: 'serial:/dev/ttyUSB0',
      protocol: 'modbus-rtu',
      onChunk(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    bus: {
      state: () => ({ kind: 'connected', sinceMs: 0 }),
      onState: () => () => undefined,
      async read({ unitId, table, address, count, timeoutMs = 200 }) {
        return { words: await ask(unitId, readRequestPdu(table, address, count), timeoutMs), timeMs: clock.monotonicMs() };
      },
      async write({ unitId, address, values, functionCode, answer, timeoutMs = 200 }) {
        const pdu = writeRequestPdu(functionCode, address, values);
        if (answer === 'none') exchange(unitId, pdu);
        else await ask(unitId, pdu, timeoutMs);
        return { timeMs: clock.monotonicMs() };
      },
      load: () => ({ total: NOBODY, units: [], busyRatio: 0, waiting: 0 }),
      close: () => Promise.resolve(),
    },
  };
}
