/** The faults that a scenario names, per device, and whether each is on. */
import type { ScenarioFault } from '../../core/scenarios/schema.ts';
import { freezeValues, silence, type ChangeValue, type DeviceFault } from './device-fault.ts';

/** Faults between a device and the wire; in this order a device that is frozen and silent is silent. */
const CHANGES: Readonly<Partial<Record<ScenarioFault['kind'], () => ChangeValue>>> = {
  'meter-frozen': freezeValues,
  'meter-silent': silence,
};

export interface FaultSwitches {
  ofDevice(id: string): readonly DeviceFault[];
  /** Does nothing for a kind that is no fault on the wire. */
  turn(id: string, kind: ScenarioFault['kind'], isOn: boolean): void;
}

export function createFaultSwitches(faults: readonly ScenarioFault[]): FaultSwitches {
  const switches = new Map<string, DeviceFault>();
  for (const fault of faults) {
    const change = CHANGES[fault.kind];
    if ('device' in fault && change !== undefined) switches.set(`${fault.device} ${fault.kind}`, { change: change(), isOn: false });
  }
  return {
    ofDevice: (id) => Object.keys(CHANGES).flatMap((kind) => switches.get(`${id} ${kind}`) ?? []),
    turn(id, kind, isOn) {
      const known = switches.get(`${id} ${kind}`);
      if (known !== undefined) known.isOn = isOn;
    },
  };
}
