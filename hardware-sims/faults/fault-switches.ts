/** The faults that a scenario names between its devices and the wire: who has which, and whether each is on. */
import type { ScenarioFault } from '../../core/scenarios/fault-schema.ts';
import type { DeviceSink } from '../device-sink.ts';
import type { TopicValue } from '../simulated-device.ts';
import { createFaultyLine, type FaultyLine, type SwitchedFault } from './faulty-line.ts';
import { brokenText, duplicated, firstAttemptLost, frozen, late, lostShare, silent, wrongJson, wrongUnit, wrongUnitFactor, seedOf, type LineFault } from './line-faults.ts';

type Receive = (topic: string, value: TopicValue) => void;

/** What stands between one device and the wire. */
export interface DeviceLine {
  readonly wrapSink: (sink: DeviceSink) => DeviceSink;
  /** What arrives late for a device that is not `isConnected` then is lost. */
  readonly wrapReceive: (receive: Receive, isConnected: () => boolean) => Receive;
}

export interface FaultSwitches {
  lineOf(deviceId: string, nowMs: () => number): DeviceLine;
  /** Does nothing for a fault that is not on a line. */
  turn(fault: ScenarioFault, isOn: boolean): void;
  nextEventMs(): number;
  deliverDue(timeMs: number): void;
}

type Way = 'from-device' | 'to-device';

/** From the device's own failings to those of the wire: what a frozen device repeats can still be lost. */
const ORDER: readonly ScenarioFault['kind'][] = ['meter-frozen', 'frozen', 'wrong-unit', 'first-attempt-lost', 'duplicated', 'corrupt', 'lost-share', 'late', 'meter-silent', 'silent'];

export function createFaultSwitches(faults: readonly ScenarioFault[], seed: number): FaultSwitches {
  const switches = new Map<ScenarioFault, SwitchedFault[]>();
  const lines: FaultyLine[] = [];

  const lineFaults = (deviceId: string, way: Way): FaultyLine | null => {
    const own = faults
      .map((fault, index) => ({ fault, change: 'device' in fault && fault.device === deviceId ? changeOf(fault, way, seedOf(`${seed} ${index} ${way}`)) : null }))
      .sort((a, b) => ORDER.indexOf(a.fault.kind) - ORDER.indexOf(b.fault.kind))
      .flatMap(({ fault, change }): SwitchedFault[] => {
        if (change === null) return [];
        const made = { change, isOn: false };
        switches.set(fault, [...(switches.get(fault) ?? []), made]);
        return [made];
      });
    if (own.length === 0) return null;
    const line = createFaultyLine(own);
    lines.push(line);
    return line;
  };

  return {
    lineOf(deviceId, nowMs) {
      const from = lineFaults(deviceId, 'from-device');
      const to = lineFaults(deviceId, 'to-device');
      return {
        wrapSink: (sink) => (from === null ? sink : faultySink(sink, from, nowMs)),
        wrapReceive: (receive, isConnected) => (to === null ? receive : faultyReceive(receive, isConnected, to, nowMs)),
      };
    },
    turn(fault, isOn) {
      for (const known of switches.get(fault) ?? []) known.isOn = isOn;
    },
    nextEventMs() {
      let next = Infinity;
      for (const line of lines) next = Math.min(next, line.nextEventMs());
      return next;
    },
    deliverDue(timeMs) {
      for (const line of lines) line.deliverDue(timeMs);
    },
  };
}

function faultyReceive(receive: Receive, isConnected: () => boolean, line: FaultyLine, nowMs: () => number): Receive {
  return (topic, value) => {
    const sentMs = nowMs();
    line.send(topic, value, sentMs, (arrived) => {
      if (nowMs() === sentMs || isConnected()) receive(topic, arrived);
    });
  };
}

function changeOf(fault: ScenarioFault, way: Way, seed: number): LineFault | null {
  if ('way' in fault && fault.way !== 'both' && fault.way !== way) return null;
  switch (fault.kind) {
    case 'silent':
      return silent();
    case 'late':
      return late(fault.byS * 1000);
    case 'lost-share':
      return lostShare(fault.share, seed);
    case 'corrupt':
      return fault.as === 'broken-text' ? brokenText() : wrongJson();
    case 'duplicated':
      return duplicated();
    case 'first-attempt-lost':
      return way === 'to-device' ? firstAttemptLost() : null;
    default:
      return way === 'from-device' ? publicationFault(fault) : null;
  }
}

/** What can only happen to what a device says itself. */
function publicationFault(fault: ScenarioFault): LineFault | null {
  switch (fault.kind) {
    case 'meter-silent':
      return silent();
    case 'meter-frozen':
    case 'frozen':
      return frozen();
    case 'wrong-unit':
      return wrongUnit(fault.quantity, wrongUnitFactor(fault));
    default:
      return null;
  }
}

function faultySink(sink: DeviceSink, line: FaultyLine, nowMs: () => number): DeviceSink {
  return {
    audience: sink.audience,
    publish(field, value, isRetained) {
      line.send(field, value, nowMs(), (arrived) => {
        sink.publish(field, arrived, isRetained);
      });
    },
    // Faults look at every message.
    repeatMeasured: () => false,
    publishAt(topic, value, isRetained) {
      line.send(topic, value, nowMs(), (arrived) => {
        sink.publishAt(topic, arrived, isRetained);
      });
    },
  };
}
