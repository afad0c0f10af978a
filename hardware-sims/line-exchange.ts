/**
 * The serial lines of a simulated site that have one device each, played at once: the drivers themselves, which need no promises to go on,
 * on lines in memory and a clock that the world moves.
 */
import type { EvseDriver, MeterDriver } from '../core/drivers/driver.ts';
import type { EvseId } from '../core/quantities.ts';
import type { BenchTimeline } from '../core/scenarios/bench-timeline.ts';
import type { Evse, Meter } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import type { ByteLink } from '../core/transport/byte-link.ts';
import { createMemoryBytes } from '../core/transport/memory-bytes.ts';
import { advancingPort, servePort } from './byte-port.ts';
import type { BusExchange, BusNews } from './bus-exchange.ts';
import type { SimulatedSite } from './simulated-site.ts';

interface LinePorts {
  readonly links: { readonly mqtt: null; readonly ports: ReadonlyMap<string, ByteLink> };
  readonly clock: Clock;
}

/** The drivers, given by whoever may know them. */
export interface LineDrivers {
  readonly meter: (meter: Meter, ports: LinePorts) => MeterDriver;
  readonly evse: (evse: Evse, ports: LinePorts) => EvseDriver;
}

interface Drivers {
  readonly evses: readonly EvseDriver[];
  close(): void;
}

export interface LineExchange extends BusExchange {
  /** It is that time: what devices say from now on is said then. */
  enter(timeMs: number): void;
}

export function createLineExchange(simulated: SimulatedSite, make: LineDrivers, timeline: BenchTimeline): LineExchange | null {
  const { site, lines, time } = simulated;
  if (lines.size === 0) return null;
  const clock = createVirtualClock();
  let heard: BusNews = { readings: [], reports: [] };
  const advance = (): void => {
    if (clock.monotonicMs() > time.nowMs) simulated.advanceTo(clock.monotonicMs());
  };

  const open = (): Drivers => {
    const links = new Map<string, ByteLink>();
    for (const [name, { port, format }] of lines) {
      const { near, far } = createMemoryBytes(clock, format);
      servePort(advancingPort(advance, port), far);
      links.set(name, near);
    }
    const ports: LinePorts = { links: { mqtt: null, ports: links }, clock: awakeClock(clock, timeline) };
    const meters = site.meters.filter(isOnLine).map((meter) => make.meter(meter, ports));
    const evses = site.evses.filter(isOnLine).map((evse) => make.evse(evse, ports));
    for (const meter of meters) meter.onReading((reading) => void heard.readings.push(reading));
    for (const evse of evses) evse.onReport((report) => void heard.reports.push(report));
    return {
      evses,
      close() {
        for (const driver of [...meters, ...evses]) driver.close();
        for (const link of links.values()) void link.close();
      },
    };
  };

  let drivers = open();
  return {
    nextEventMs: () => clock.nextCallMs(),
    enter(timeMs) {
      clock.enter(timeMs);
    },
    advanceTo(timeMs, news) {
      heard = news;
      // Whoever decides hears of the first report before the next question is answered, as a loop around drivers does.
      const before = news.reports.length;
      while (news.reports.length === before && clock.runNext(timeMs));
    },
    offer(evseId: EvseId, currentA, timeMs) {
      const driver = drivers.evses.find((own) => own.evseId === evseId);
      if (driver === undefined) return false;
      clock.advanceTo(timeMs);
      // Refusals show in what it reports.
      void driver.offer(currentA);
      return true;
    },
    forget(timeMs) {
      drivers.close();
      clock.advanceTo(timeMs);
      drivers = open();
    },
  };
}

const isOnLine = ({ link }: Meter | Evse): boolean => link.kind === 'serial';

/** A sleeping machine does late what it would have done. */
function awakeClock(clock: Clock, timeline: BenchTimeline): Clock {
  if (!timeline.hasEvents) return clock;
  return {
    ...clock,
    callAt(timeMs, callback) {
      let callOff = (): void => undefined;
      const run = (): void => {
        const nowMs = clock.monotonicMs();
        if (timeline.isAway(nowMs)) callOff = clock.callAt(timeline.backMs(nowMs), run);
        else callback();
      };
      callOff = clock.callAt(timeMs, run);
      return () => {
        callOff();
      };
    },
  };
}
