/** In which order a bus is looked through: what is likely first, so that a scan that is stopped early has found most. */
import type { MeterDescriptions } from '../devices/meter-description-schema.ts';

/** How bytes go over a pair of wires. */
export interface LineSettings {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

export interface ScanPlan {
  /** Null: the line's settings are not ours (a socket), it is looked through as it is. */
  readonly lines: readonly (LineSettings | null)[];
  /** Asked on every line, in this order. */
  readonly unitIds: readonly number[];
  /** Asked only where somebody has answered already, and on the first line where nobody has. */
  readonly furtherUnitIds: readonly number[];
}

const line = (baud: number, parity: LineSettings['parity'] = 'none', stopBits: LineSettings['stopBits'] = 1): LineSettings => ({ baud, parity, stopBits });

/**
 * Most meters leave the factory at 9600 8N1 (SmartEVSE's own bus, reference smartevse.md 6.1); Schneider, Finder and others with even
 * parity or at 19200, which is the standard's default (Modbus over Serial Line V1.02, 2.4.1); older Eastrons at 2400.
 */
const LIKELY_LINES: readonly LineSettings[] = [
  line(9600),
  line(19_200, 'even'),
  line(9600, 'even'),
  line(19_200),
  line(2400),
  line(4800),
  line(38_400),
  line(115_200),
  line(57_600),
  line(9600, 'odd'),
  line(19_200, 'odd'),
  line(1200),
];

const LAST_UNIT_ID = 247;
/** Nodes 1 to 7 of a SmartEVSE bus, its Sensorbox and its first meters (reference smartevse.md 6.1), and what is counted up from 1. */
const NEAR_UNIT_IDS = 20;

/** `isSocket`: gateway or Modbus TCP, where baud and parity are the gateway's matter. */
export function scanPlanOf(descriptions: MeterDescriptions, isSocket: boolean): ScanPlan {
  const factory = [...descriptions.values()].flatMap(({ modbus }) => (modbus === undefined ? [] : [modbus.bus.unitId]));
  const near = Array.from({ length: NEAR_UNIT_IDS }, (_, index) => index + 1);
  const unitIds = [...new Set([...near, ...factory])];
  const furtherUnitIds = Array.from({ length: LAST_UNIT_ID }, (_, index) => index + 1).filter((id) => !unitIds.includes(id));
  return { lines: isSocket ? [null] : LIKELY_LINES, unitIds, furtherUnitIds };
}

export const lineText = ({ baud, parity, stopBits }: LineSettings): string => `${String(baud)} 8${{ none: 'N', even: 'E', odd: 'O' }[parity]}${String(stopBits)}`;
