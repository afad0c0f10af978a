/** The faults of a scenario that befall devices on a pair of wires: what each does to the answers of its unit. */
import type { ScenarioFault } from '../../core/scenarios/fault-schema.ts';
import type { Evse, Meter, Site } from '../../core/site/site.ts';
import { createRandom } from '../plant/random.ts';
import { seedOf } from './line-faults.ts';
import { createModbusFault, type ModbusFault, type SwitchedModbusFault } from './modbus-faults.ts';

export interface BusFaultSwitches {
  /** By the `transport` of the links of a site. */
  onBus(transport: string): readonly SwitchedModbusFault[];
  /** Does nothing for a fault that is not on a pair of wires. */
  turn(fault: ScenarioFault, isOn: boolean): void;
}

export function createBusFaultSwitches(faults: readonly ScenarioFault[], { meters, evses }: Site, seed: number): BusFaultSwitches {
  const devices: readonly (Meter | Evse)[] = [...meters, ...evses];
  const switches = faults.flatMap((fault, index) => {
    const link = 'device' in fault ? devices.find(({ id }) => id === fault.device)?.link : undefined;
    const change = link?.kind === 'modbus' ? changeOf(fault, seedOf(`${seed} ${index} bus`)) : null;
    return link?.kind === 'modbus' && change !== null ? [{ fault, transport: link.transport, switched: { unitId: link.unitId, change, isOn: false } }] : [];
  });
  return {
    onBus: (transport) => switches.filter((each) => each.transport === transport).map(({ switched }) => switched),
    turn(fault, isOn) {
      for (const each of switches) if (each.fault === fault) each.switched.isOn = isOn;
    },
  };
}

/** A unit that hears nothing and one that is not heard look alike: nobody is answered. */
function changeOf(fault: ScenarioFault, seed: number): ModbusFault | null {
  switch (fault.kind) {
    case 'silent':
    case 'meter-silent':
      return createModbusFault({ kind: 'silent' });
    case 'late':
      return createModbusFault({ kind: 'late', byMs: fault.byS * 1000 });
    case 'lost-share':
      return lostShare(fault.share, seed);
    case 'corrupt':
      return createModbusFault({ kind: 'wrong-crc' });
    case 'duplicated':
      return createModbusFault({ kind: 'duplicated' });
    case 'first-attempt-lost':
      return createModbusFault({ kind: 'first-attempt-lost' });
    case 'frozen':
    case 'meter-frozen':
      return frozen();
    default:
      return null;
  }
}

function lostShare(share: number, seed: number): ModbusFault {
  const random = createRandom(seed);
  return (answers, _exchange, isOn) => (isOn && random.next() < share ? [] : answers);
}

/** The same registers again and again, on time: to each request what it was answered last. */
function frozen(): ModbusFault {
  const last = new Map<string, Parameters<ModbusFault>[0]>();
  return (answers, { request }, isOn) => {
    const asked = request.join(' ');
    if (isOn) return last.get(asked) ?? answers;
    last.set(asked, answers);
    return answers;
  };
}
