/**
 * Devices of a site beside a real SmartEVSE master: what their bus says of them, without a word of ours (reference smartevse.md 6.3,
 * 6.4). Everything that is told here was meant for somebody else, and says so.
 */
import { decodeRegisters } from '../../devices/decode-registers.ts';
import type { MeterDescription } from '../../devices/meter-description-schema.ts';
import { MASTER_ADDRESS, type SmartevseBroadcast, type SmartevseStatus } from '../../protocols/smartevse-bus.ts';
import { createSmartevseListener, type BusEvent } from '../../protocols/smartevse-listener.ts';
import type { PerPhase } from '../../quantities.ts';
import type { EvseReport, MeterReading } from '../../site/readings.ts';
import type { Evse, Meter } from '../../site/site.ts';
import type { Unsubscribe } from '../../transport/mqtt-link.ts';
import type { TrafficTap } from '../../transport/traffic.ts';
import { createListeners } from '../listeners.ts';
import { registerReading } from '../meters/register-reading.ts';
import { smartevseReport } from './smartevse-bus-session.ts';

export interface Overheard<T> {
  readonly value: T;
  /** Heard on the wires, from whom; the device was not asked by us. */
  readonly origin: 'overheard';
}

export interface OverhearingParts {
  readonly tap: TrafficTap;
  /** Those of this pair of wires; address 1 is the master itself. */
  readonly evses: readonly Evse[];
  readonly meters: readonly { readonly meter: Meter; readonly description: MeterDescription }[];
  /** The meter whose currents the master sends along with its broadcast; null where none of the site's is that one. */
  readonly mains: Meter | null;
}

export interface Overhearing {
  onReport(listener: (report: Overheard<EvseReport>) => void): Unsubscribe;
  onReading(listener: (reading: Overheard<MeterReading>) => void): Unsubscribe;
  /** Whoever commands this bus, in the device's words; null where nobody has been heard within 11 s. */
  commander(timeMs: number): string | null;
  close(): void;
}

const COMMANDERS = { smartevse: 'SmartEVSE master', modbus: 'another Modbus master' } as const;

export function createSmartevseOverhearing({ tap, evses, meters, mains }: OverhearingParts): Overhearing {
  const listener = createSmartevseListener();
  const reports = createListeners<Overheard<EvseReport>>();
  const readings = createListeners<Overheard<MeterReading>>();
  const statuses = new Map<number, SmartevseStatus>();
  let mainsDa: PerPhase<number> | null = null;

  const commander = (timeMs: number): string | null => {
    const kind = listener.otherMaster(timeMs);
    return kind === null ? null : COMMANDERS[kind];
  };

  const report = (unitId: number, timeMs: number): void => {
    const evse = evses.find(({ link }) => link.kind === 'modbus' && link.unitId === unitId);
    const status = statuses.get(unitId);
    if (evse === undefined || status === undefined) return;
    const told = smartevseReport({ evse, unitId, status, statusMs: timeMs, offerDa: null, offerMs: 0, restartCount: 0, missedPolls: 0, askingSinceMs: null }, commander(timeMs) ?? COMMANDERS.modbus);
    if (told !== null) reports.emit({ value: told, origin: 'overheard' });
  };

  /** Of the master only what it gives itself is said on the bus. */
  const reportMaster = ({ currentsDa }: SmartevseBroadcast, timeMs: number): void => {
    const evse = evses.find(({ link }) => link.kind === 'modbus' && link.unitId === MASTER_ADDRESS);
    if (evse === undefined) return;
    const unknown = { state: null, isVehicleConnected: null, measuredCurrentA: null, measuredTimeMs: null, voltageV: null, energyWh: null, restartCount: 0 };
    reports.emit({ value: { ...unknown, evseId: evse.id, timeMs, offeredCurrentA: (currentsDa[0] ?? 0) / 10, otherCommander: COMMANDERS.smartevse }, origin: 'overheard' });
  };

  const hearBroadcast = (broadcast: SmartevseBroadcast, timeMs: number): void => {
    reportMaster(broadcast, timeMs);
    for (const [unitId, status] of statuses) {
      statuses.set(unitId, { ...status, balancedDa: broadcast.currentsDa[unitId - 1] ?? 0 });
      report(unitId, timeMs);
    }
    if (mains === null) return;
    // A master whose meter is silent sends the last currents again: only other ones are news.
    const isLive = mainsDa === null || mainsDa.some((currentDa, phase) => currentDa !== broadcast.mainsDa[phase]);
    mainsDa = broadcast.mainsDa;
    const [l1, l2, l3] = broadcast.mainsDa;
    const told = registerReading(mains, { currentA: [l1 / 10, l2 / 10, l3 / 10], voltageV: NOT_TOLD, powerW: NOT_TOLD }, timeMs, isLive);
    if (told.ok) readings.emit({ value: told.value, origin: 'overheard' });
  };

  const hearRegisters = ({ unitId, table, address, words, timeMs }: Extract<BusEvent, { readonly kind: 'registers' }>): void => {
    const known = meters.find(({ meter: { link } }) => link.kind === 'modbus' && link.unitId === unitId);
    if (known === undefined) return;
    const decoded = decodeRegisters(known.description, [{ table, address, words }]);
    if (decoded.rejected.length > 0) return;
    const told = registerReading(known.meter, decoded, timeMs, true);
    if (told.ok) readings.emit({ value: told.value, origin: 'overheard' });
  };

  const hear = (event: BusEvent): void => {
    if (event.kind === 'registers') hearRegisters(event);
    else if (event.kind === 'broadcast' && !event.isOurs) hearBroadcast(event.broadcast, event.timeMs);
    else if (event.kind === 'status') {
      statuses.set(event.unitId, event.status);
      report(event.unitId, event.timeMs);
    }
  };

  const close = tap.onChunk((chunk) => {
    for (const event of listener.push(chunk)) hear(event);
  });

  return {
    onReport: (each) => reports.add(each),
    onReading: (each) => readings.add(each),
    commander,
    close,
  };
}

const NOT_TOLD: PerPhase<null> = [null, null, null];
