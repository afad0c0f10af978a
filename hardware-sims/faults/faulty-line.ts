/** One direction of a device's line behind its faults, with what is still on its way. */
import type { TopicValue } from '../simulated-device.ts';
import type { LineFault, LineMessage } from './line-faults.ts';

export interface SwitchedFault {
  readonly change: LineFault;
  isOn: boolean;
}

export interface FaultyLine {
  /** `deliver` is called now, later, more than once or never. */
  send(field: string, value: TopicValue, timeMs: number, deliver: (value: TopicValue) => void): void;
  /** When the next late message arrives; Infinity when none is on its way. */
  nextEventMs(): number;
  deliverDue(timeMs: number): void;
}

interface OnItsWay {
  readonly message: LineMessage;
  readonly deliver: (value: TopicValue) => void;
}

/** Messages pass the faults in their order. */
export function createFaultyLine(faults: readonly SwitchedFault[]): FaultyLine {
  const waiting: OnItsWay[] = [];
  return {
    send(field, value, timeMs, deliver) {
      let left: readonly LineMessage[] = [{ field, value, timeMs }];
      for (const fault of faults) left = left.flatMap((message) => fault.change(message, fault.isOn));
      for (const message of left) {
        if (message.timeMs <= timeMs) deliver(message.value);
        else waiting.push({ message, deliver });
      }
    },
    // Only `late` delays, and it keeps the order: the first one waiting is the first one due.
    nextEventMs: () => waiting[0]?.message.timeMs ?? Infinity,
    deliverDue(timeMs) {
      for (let next = waiting[0]; next !== undefined && next.message.timeMs <= timeMs; next = waiting[0]) {
        waiting.shift();
        next.deliver(next.message.value);
      }
    },
  };
}
