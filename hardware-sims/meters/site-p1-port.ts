/** The P1 port of a simulated site's mains meter: what its phases carry becomes telegrams. */
import { ChargebenchError } from '../../core/errors.ts';
import type { MeterId } from '../../core/quantities.ts';
import type { Meter } from '../../core/site/site.ts';
import type { BytePort } from '../byte-port.ts';
import type { SiteTime } from '../device-sink.ts';
import type { PublishedValues } from '../site-meters.ts';
import { P1_DIALECTS, type P1Dialect, type P1DialectName } from './p1-dialects.ts';
import { createP1Port } from './p1-port.ts';
import type { ChannelSource } from './shelly-em-values.ts';

export interface SimulatedP1Meter {
  readonly id: MeterId;
  readonly kind: 'p1-meter';
  readonly port: BytePort;
  readonly dialect: P1Dialect;
  nextEventMs(): number;
  advanceTo(timeMs: number): void;
  cutPower(): void;
  restorePower(): void;
}

export interface SiteP1PortOptions {
  readonly meter: Meter;
  readonly channels: readonly ChannelSource[];
  /** `dialect`: one of P1_DIALECTS; by the meter's period where absent. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly published: PublishedValues;
  readonly time: SiteTime;
  readonly startWallMs: number;
  readonly wrapPort: (port: BytePort) => BytePort;
}

/** Throws `invalid-argument` for a setting that it does not have. */
export function createSiteP1Port({ meter, channels, settings, published, time, startWallMs, wrapPort }: SiteP1PortOptions): SimulatedP1Meter {
  const device = createP1Port({ id: meter.id, dialect: dialectOf(meter, settings), channels, time, startWallMs });
  const { dialect } = device;
  const wrapped = wrapPort(device.port);
  return {
    id: meter.id,
    kind: 'p1-meter',
    dialect,
    port: {
      attach(outlet) {
        // Behind its faults: what does not leave has told nobody anything.
        wrapped.attach((bytes) => {
          noteTold(published, channels, dialect);
          published.timeMs = time.nowMs;
          outlet(bytes);
        });
      },
      receive(bytes) {
        wrapped.receive(bytes);
      },
    },
    nextEventMs: () => device.nextEventMs(),
    advanceTo(timeMs) {
      device.advanceTo(timeMs);
    },
    cutPower() {
      device.cutPower();
    },
    restorePower() {
      device.restorePower();
    },
  };
}

/** From here on a meter of DSMR 4 is meant, which speaks every ten seconds. */
const SLOW_PERIOD_MS = 10_000;

function dialectOf({ id, periodMs }: Meter, settings: SiteP1PortOptions['settings']): P1DialectName {
  const { dialect = periodMs >= SLOW_PERIOD_MS ? 'dsmr-4' : 'dsmr-5', ...others } = settings;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new ChargebenchError('invalid-argument', { device: id, setting: unknown });
  if (typeof dialect !== 'string' || !Object.hasOwn(P1_DIALECTS, dialect)) {
    throw new ChargebenchError('invalid-argument', { device: id, setting: 'dialect', value: dialect, known: Object.keys(P1_DIALECTS).join(' ') });
  }
  return dialect as P1DialectName;
}

/** As printed: currents are cut off behind their last digit, and are magnitudes. */
function noteTold(published: PublishedValues, channels: readonly ChannelSource[], { currentDecimals }: P1Dialect): void {
  channels.forEach(({ powerW, reactiveVar, voltageV }, own) => {
    const currentA = voltageV === 0 ? 0 : Math.hypot(powerW, reactiveVar) / voltageV;
    const printedA = currentDecimals === null ? NaN : Math.floor(currentA * 10 ** currentDecimals + 1e-6) / 10 ** currentDecimals;
    if (published.powersW[own] !== powerW || !Object.is(published.currentsA[own], printedA)) published.changeCount += 1;
    published.powersW[own] = powerW;
    published.reactivesVar[own] = reactiveVar;
    published.voltagesV[own] = voltageV;
    published.currentsA[own] = printedA;
    if (own === 0) published.powerW = powerW;
  });
}
