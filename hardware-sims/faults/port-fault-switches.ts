/** The faults of a scenario that befall a device alone on a serial line: what each does to what it says and hears. */
import type { ScenarioFault } from '../../core/scenarios/fault-schema.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { BytePort } from '../byte-port.ts';
import { createRandom } from '../plant/random.ts';
import { createFaultyPort, type ByteFault } from './byte-faults.ts';
import { seedOf } from './line-faults.ts';

export interface PortFaultSwitches {
  /** What stands between the device and whatever line it is put on. */
  wrap(deviceId: string, port: BytePort): BytePort;
  /** Does nothing for a fault that is on no serial line. */
  turn(fault: ScenarioFault, isOn: boolean): void;
}

export function createPortFaultSwitches(faults: readonly ScenarioFault[], seed: number, clock: Clock): PortFaultSwitches {
  const switches = new Map<ScenarioFault, (isOn: boolean) => void>();
  return {
    wrap(deviceId, port) {
      const own = faults.map((fault, index) => ({ fault, index })).filter(({ fault }) => 'device' in fault && fault.device === deviceId);
      return own.reduce((wrapped, { fault, index }) => {
        const change = changeOf(fault);
        if (change === null) return wrapped;
        const faulty = createFaultyPort(wrapped, clock, createRandom(seedOf(`${seed} ${index} port`)));
        switches.set(fault, (isOn) => {
          faulty.fault = isOn ? change : null;
        });
        return { attach: faulty.attach.bind(faulty), receive: (bytes) => (faulty.fault?.kind === 'silent' ? undefined : faulty.receive(bytes)) };
      }, port);
    },
    turn(fault, isOn) {
      switches.get(fault)?.(isOn);
    },
  };
}

/** A device that hears nothing and one that is not heard look alike: nobody is answered. */
function changeOf(fault: ScenarioFault): ByteFault | null {
  switch (fault.kind) {
    case 'silent':
    case 'meter-silent':
      return { kind: 'silent' };
    case 'late':
      return { kind: 'late', delayMs: fault.byS * 1000 };
    case 'corrupt':
      return { kind: 'corrupt' };
    case 'first-attempt-lost':
      return { kind: 'first-attempt-only' };
    default:
      return null;
  }
}
