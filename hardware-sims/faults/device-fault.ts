/**
 * Faults between a device and the wire: each changes what the device publishes, value by value, while it is on. A fault
 * knows nothing of devices; a new one is a new function here and a kind in the scenario file.
 */
import type { DeviceSink } from '../device-sink.ts';
import type { TopicValue } from '../simulated-device.ts';

/** Null: nothing is published. */
export type ChangeValue = (field: string, value: TopicValue, isOn: boolean) => TopicValue | null;

/** The device is alive but nothing of it arrives: WLAN lost, a meter that hangs. */
export function silence(): ChangeValue {
  return (_field, value, isOn) => (isOn ? null : value);
}

/** The same numbers are published again and again, on time (reference a.2 rule 13). */
export function freezeValues(): ChangeValue {
  const last = new Map<string, TopicValue>();
  return (field, value, isOn) => {
    if (isOn) return last.get(field) ?? value;
    last.set(field, value);
    return value;
  };
}

export interface DeviceFault {
  readonly change: ChangeValue;
  isOn: boolean;
}

/** The device's sink behind its faults. Without faults it is the sink itself. */
export function faultySink(sink: DeviceSink, faults: readonly DeviceFault[]): DeviceSink {
  if (faults.length === 0) return sink;
  const changed = (field: string, value: TopicValue): TopicValue | null => {
    let left: TopicValue | null = value;
    for (const fault of faults) left = left === null ? null : fault.change(field, left, fault.isOn);
    return left;
  };
  return {
    audience: sink.audience,
    publish(field, value, isRetained) {
      const left = changed(field, value);
      if (left !== null) sink.publish(field, left, isRetained);
    },
    publishAt(topic, value, isRetained) {
      const left = changed(topic, value);
      if (left !== null) sink.publishAt(topic, left, isRetained);
    },
  };
}
