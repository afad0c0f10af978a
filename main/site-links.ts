/** Every link of an open site: its broker, its pairs of wires, its serial lines. */
import { ChargebenchError, failure, success, type Result } from '../core/errors.ts';
import type { Links } from '../core/drivers/driver.ts';
import type { LinkSummary, Origin } from '../core/host-api/bench-devices.ts';
import type { HostState } from '../core/host-api/contract.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';
import type { ByteLink } from '../core/transport/byte-link.ts';
import type { ModbusBus } from '../core/transport/modbus-bus.ts';
import type { LinkState, MqttLink, Unsubscribe } from '../core/transport/mqtt-link.ts';
import { tapBytes } from '../core/transport/tap-bytes.ts';
import type { TrafficTap } from '../core/transport/traffic.ts';
import { wireMs, type SerialFormat } from '../core/transport/wire-time.ts';
import { MQTT_LINK_ID } from './device-place.ts';
import type { OwnDescriptions } from './files/own-descriptions.ts';
import { busPlaces, portPlaces, usesMqtt, type BusPlace, type PortPlace } from './link-places.ts';
import { parseLinkAddress, type LinkAddress } from './transports/bus-address.ts';
import { createLendableBytes, type LendableBytes } from './transports/lendable-bytes.ts';
import { createModbusBus } from './transports/modbus-bus.ts';
import { openSerialBytes } from './transports/serial-bytes.ts';
import { createSharpClock } from './transports/sharp-clock.ts';
import { openTcpBytes } from './transports/tcp-bytes.ts';

export interface SiteLinksOptions {
  readonly site: Site;
  readonly origin: Origin;
  readonly clock: Clock;
  readonly descriptions: Pick<OwnDescriptions, 'meterModels'>;
  /** Opened already and closed with the rest; null where no device of the site is on MQTT. */
  readonly mqtt: MqttLink | null;
  /** Where it leads, without secrets: "mqtt://127.0.0.1:1883". */
  readonly mqttText?: string;
  /** Where simulated wires are reached instead: by what the site calls them. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** An adapter was found again under another name. */
  readonly onMoved?: (linkId: string, path: string) => void;
}

export interface SiteLinks {
  /** For the drivers. */
  readonly links: Links;
  /** By link id: those whose bytes can be watched. */
  readonly taps: ReadonlyMap<string, TrafficTap>;
  summaries(): readonly LinkSummary[];
  /** The one a person has to know of first: a lost one where there is any. */
  foremost(): HostState['link'];
  /** Any of them. */
  onState(listener: (state: LinkState) => void): Unsubscribe;
  /** The link that has the same port or server, by its id; null where none has, as on simulated wires, which have no port of this machine. */
  linkAt(target: string): string | null;
  /** Where simulated wires are reached beside the site; null for real ones, and for a link that the site lacks. */
  simulatedAddress(linkId: string): string | null;
  /** Gives a port away until the answer is called; nothing for simulated wires, which many may share. */
  lend(linkId: string, borrower: string): Promise<() => void>;
  close(): Promise<void>;
}

interface Opened {
  readonly id: string;
  readonly protocol: LinkSummary['protocol'];
  readonly line: LinkSummary['line'];
  readonly link: Pick<ByteLink, 'state' | 'onState' | 'close'>;
  readonly bus: ModbusBus | null;
  readonly lend: LendableBytes['lend'] | null;
  sinceMs: number;
}

/** Answers at once: what cannot be reached is a state of its link. Throws `invalid-argument` for an address that is none. */
export function openSiteLinks(options: SiteLinksOptions): SiteLinks {
  const { site, origin, clock, descriptions, mqtt, addresses = new Map<string, string>() } = options;
  const sharp = createSharpClock(clock);
  const buses = new Map<string, ModbusBus>();
  const ports = new Map<string, ByteLink>();
  const taps = new Map<string, TrafficTap>();
  const opened: Opened[] = [];

  const openBytes = (id: string, format: SerialFormat): { readonly address: LinkAddress; readonly bytes: LendableBytes } => {
    const address = addressAt(addresses.get(id) ?? id);
    const open = (): ByteLink =>
      address.kind === 'serial'
        ? openSerialBytes({ path: address.path, format, clock: sharp, onMoved: (path) => options.onMoved?.(id, path) })
        : openTcpBytes({ host: address.host, port: address.port, clock: sharp });
    return { address, bytes: createLendableBytes(open, clock) };
  };
  const add = (link: Omit<Opened, 'sinceMs'>): void => {
    opened.push({ ...link, sinceMs: clock.monotonicMs() });
  };
  const openBus = ({ transport, line }: BusPlace): void => {
    const { address, bytes } = openBytes(transport, line);
    const { bus, tap } = createModbusBus({ kind: address.kind, link: bytes.link, transport, format: line, clock: sharp });
    buses.set(transport, bus);
    taps.set(transport, tap);
    add({ id: transport, protocol: tap.protocol, line: address.kind === 'tcp' ? null : line, link: bus, bus, lend: (borrower) => bytes.lend(borrower) });
  };
  const openPort = ({ port, protocol, format }: PortPlace): void => {
    const { address, bytes } = openBytes(port, format);
    const tapped = tapBytes(bytes.link, { clock: sharp, linkText: port, protocol, wireMs: (count) => (address.kind === 'serial' ? wireMs(count, format) : 0) });
    ports.set(port, tapped.link);
    taps.set(port, tapped.tap);
    add({ id: port, protocol, line: null, link: tapped.link, bus: null, lend: (borrower) => bytes.lend(borrower) });
  };

  if (mqtt !== null && usesMqtt(site)) add({ id: MQTT_LINK_ID, protocol: 'mqtt', line: null, link: mqtt, bus: null, lend: null });
  for (const place of busPlaces(site, descriptions.meterModels)) openBus(place);
  for (const place of portPlaces(site)) openPort(place);
  for (const link of opened) {
    link.link.onState(() => {
      link.sinceMs = clock.monotonicMs();
    });
  }

  return {
    links: { mqtt, buses, taps, ports },
    taps,
    summaries: () => opened.map((link) => summaryOf(link, origin, clock)),
    foremost() {
      const first = opened.find(({ link }) => link.state().kind === 'lost') ?? opened[0];
      if (first === undefined) return { text: '', state: 'closed', sinceMs: 0, failure: null };
      const state = first.link.state();
      const { failure: why } = summaryOf(first, origin, clock);
      return { text: first.id === MQTT_LINK_ID ? (options.mqttText ?? first.id) : first.id, state: state.kind, sinceMs: 'sinceMs' in state ? state.sinceMs : 0, failure: why };
    },
    onState(listener) {
      const stops = opened.map(({ link }) => link.onState(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    linkAt: (target) => (origin === 'simulated' ? null : (opened.find(({ id }) => isSamePlace(id, target))?.id ?? null)),
    simulatedAddress: (linkId) => addresses.get(linkId) ?? null,
    async lend(linkId, borrower) {
      const link = opened.find(({ id }) => id === linkId);
      if (origin === 'simulated' || link === undefined || link.lend === null) return () => undefined;
      return link.lend(borrower);
    },
    async close() {
      await Promise.all(opened.map(({ link }) => link.close()));
      if (mqtt !== null && !usesMqtt(site)) await mqtt.close();
    },
  };
}

function addressAt(text: string): LinkAddress {
  const address = parseLinkAddress(text);
  if (!address.ok) throw new ChargebenchError(address.error.code, address.error.context);
  return address.value;
}

function summaryOf({ id, protocol, line, link, bus, sinceMs }: Opened, origin: Origin, clock: Clock): LinkSummary {
  const state = link.state();
  return {
    id,
    protocol,
    origin,
    state: state.kind,
    sinceWallMs: clock.wallMs() - (clock.monotonicMs() - ('sinceMs' in state ? state.sinceMs : sinceMs)),
    failure: state.kind === 'lost' ? { code: state.error.code, context: state.error.context } : null,
    line,
    load: bus?.load() ?? null,
  };
}

/** The same port of this machine, or the same server, however it is spoken with there. */
function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [placeText(a), placeText(b)];
  return one.ok && other.ok && one.value === other.value;
}

function placeText(text: string): Result<string> {
  const address = parseLinkAddress(text);
  if (!address.ok) return failure(address.error.code, address.error.context);
  return success(address.value.kind === 'serial' ? address.value.path : `${address.value.host.toLowerCase()} ${String(address.value.port)}`);
}
