/** A pair of wires with simulated units on it: who answers a request, when, and through which faults. Without bytes to frame. */
import { rtuFrame } from '../core/protocols/modbus.ts';
import type { Clock } from '../core/time/clock.ts';
import { wireMs, type SerialFormat } from '../core/transport/wire-time.ts';
import { faultyAnswers, type SwitchedModbusFault } from './faults/modbus-faults.ts';
import type { SimulatedUnit } from './modbus-unit.ts';

export interface ModbusPairOptions {
  /** Looked through at every request: a unit whose id changes answers to the new one. */
  readonly units: readonly SimulatedUnit[];
  readonly clock: Clock;
  /** Bytes take their time on the wire; null on a real port, where they take it themselves, and where none is wanted. */
  readonly wire: SerialFormat | null;
  readonly faults?: readonly SwitchedModbusFault[];
}

export interface ModbusPair {
  /**
   * A sound request frame has been handed over. It takes its wire time, then the unit's turnaround, then the answer its own: `answer` is
   * called with each frame that comes back once its last byte would have arrived. Requests of several masters wait for the wire.
   */
  request(frame: Uint8Array, answer: (bytes: Uint8Array) => void): void;
  /** Whether anybody listens to this id, be it a broadcast. */
  obeys(unitId: number): boolean;
}

/** Modbus' own broadcast (over Serial Line V1.02, 2.2): everybody obeys, nobody answers. */
const BROADCAST_ID = 0;

export function createModbusPair({ units, clock, wire, faults = [] }: ModbusPairOptions): ModbusPair {
  let freeMs = 0;
  const timeOf = (bytes: number): number => (wire === null ? 0 : wireMs(bytes, wire));
  const obeys = (unit: SimulatedUnit, id: number): boolean => id === BROADCAST_ID || (unit.broadcastIds?.includes(id) ?? false);

  const handle = (frame: Uint8Array, answer: (bytes: Uint8Array) => void): void => {
    const id = frame[0] ?? 0;
    const pdu = frame.slice(1, -2);
    const nowMs = clock.monotonicMs();
    for (const unit of units) if (unit.unitId !== id && obeys(unit, id)) unit.handle(pdu, nowMs);
    const unit = units.find(({ unitId }) => unitId === id);
    if (unit === undefined) return;
    const answerPdu = unit.handle(pdu, nowMs);
    if (obeys(unit, id)) return;
    const answers = faultyAnswers(faults, { unitId: id, request: frame }, answerPdu === null ? null : rtuFrame(id, answerPdu));
    let sentMs = nowMs + unit.turnaroundMs;
    for (const { bytes, afterMs } of answers) {
      sentMs += timeOf(bytes.length);
      freeMs = Math.max(freeMs, sentMs);
      clock.callAt(sentMs + afterMs, () => {
        answer(bytes);
      });
    }
  };

  return {
    obeys: (id) => units.some((unit) => unit.unitId === id || obeys(unit, id)),
    request(frame, answer) {
      const nowMs = clock.monotonicMs();
      const endMs = Math.max(nowMs, freeMs) + timeOf(frame.length);
      freeMs = endMs;
      if (endMs <= nowMs) handle(frame, answer);
      else clock.callAt(endMs, () => handle(frame, answer));
    },
  };
}
