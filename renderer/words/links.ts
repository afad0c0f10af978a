/** Links as a person calls them: a port by its adapter, an address, a broker; and what their counters say. */
import type { LinkSummary, Origin, SerialPortSummary } from '../../core/host-api/bench-devices.ts';
import type { LineSettings } from '../../core/commissioning/scan-plan.ts';
import type { ModbusCounters } from '../../core/transport/modbus-bus.ts';
import { decimal, THIN } from './numbers.ts';
import type { StateKind } from './verdicts.ts';

export const ORIGIN_WORDS: Readonly<Record<Origin, string>> = { hardware: 'Hardware', simulated: 'Simulated' };

const PARITY: Readonly<Record<LineSettings['parity'], string>> = { none: 'N', even: 'E', odd: 'O' };

/** "9600 8N1", never broken over two lines. */
export const lineWords = ({ baud, parity, stopBits }: LineSettings): string => `${baud}\u00a08${PARITY[parity]}${stopBits}`;

const PROTOCOLS: Readonly<Record<LinkSummary['protocol'], string>> = {
  'modbus-rtu': 'Modbus',
  'modbus-tcp': 'Modbus TCP',
  rapi: 'RAPI',
  p1: 'P1 port',
  mqtt: 'MQTT',
  http: 'HTTP',
};

/** Behind the kind: /dev/ttyUSB0, 192.168.1.20:502. */
export const linkPlace = (id: string): string => id.slice(id.indexOf(':') + 1);

const isSerial = (id: string): boolean => id.startsWith('serial:');

/** "FTDI FT232R, ttyUSB0, 9600 8N1", "MQTT, 192.168.10.5". */
export function linkTitle({ id, protocol, line }: Pick<LinkSummary, 'id' | 'protocol' | 'line'>, ports: readonly SerialPortSummary[]): string {
  const place = linkPlace(id);
  if (!isSerial(id)) return place === id ? PROTOCOLS[protocol] : `${PROTOCOLS[protocol]}, ${place}`;
  const adapter = ports.find(({ path }) => path === place)?.adapter ?? null;
  return [adapter ?? PROTOCOLS[protocol], place.replace('/dev/', ''), ...(line === null ? [] : [lineWords(line)])].join(', ');
}

/** "FTDI FT232R, /dev/ttyUSB0"; a port nobody knows is called by its path. */
export function portTitle({ path, adapter, usbId }: SerialPortSummary): string {
  return `${adapter ?? (usbId === null ? 'Built-in or unknown port' : `USB adapter ${usbId}`)}, ${path}`;
}

export function portNote({ serialNumber, usbId, isUsedBySite }: SerialPortSummary): string {
  return [...(isUsedBySite ? ['used by the open site'] : []), ...(serialNumber === null ? [] : [`serial number ${serialNumber}`]), ...(usbId === null ? [] : [`USB ${usbId}`])].join(', ');
}

const LINK_STATES: Readonly<Record<LinkSummary['state'], { readonly state: StateKind; readonly text: string }>> = {
  connecting: { state: 'now', text: 'opening' },
  connected: { state: 'good', text: 'open' },
  lost: { state: 'danger', text: 'lost' },
  closed: { state: 'unknown', text: 'closed' },
};

export const linkStateWords = (link: Pick<LinkSummary, 'state'>): { readonly state: StateKind; readonly text: string } => LINK_STATES[link.state];

/** One line of a list of counts; `reason` says what makes such a count grow, where it has grown. */
export interface CountLine {
  readonly name: string;
  readonly count: number;
  readonly reason: string | null;
}

/** What each kind of error comes from, in the order in which a person looks for it. */
const REASONS = {
  timeouts: 'Silent: no power, another address, other bus settings, or A and B exchanged.',
  checksumFailures: 'Bytes arrive damaged: termination, a long stub, missing common ground, or two devices with one address.',
  exceptions: 'It refuses: these registers are not there in this model or firmware.',
  unexpected: 'An answer to something else, or too late: thrown away, never used as a value.',
} as const;

export function countLines(counters: ModbusCounters): readonly CountLine[] {
  const { requests, answers } = counters;
  const error = (name: string, key: keyof typeof REASONS): CountLine => ({ name, count: counters[key], reason: counters[key] > 0 ? REASONS[key] : null });
  return [
    { name: 'Requests', count: requests, reason: null },
    { name: 'Answered', count: answers, reason: null },
    error('No answer in time', 'timeouts'),
    error('Checksum wrong', 'checksumFailures'),
    error('Refused by the device', 'exceptions'),
    error('Late or unexpected, thrown away', 'unexpected'),
  ];
}

/** 16 204: thousands apart, as figures that only grow are read. */
export function countText(count: number): string {
  return decimal(count, 0).replace(/\B(?=(\d{3})+$)/g, THIN);
}
