/** A smart meter's P1 port: it says its telegram every second or every ten, whether somebody listens or not. */
import { encryptedFrameBytes, type P1EncryptedFrame } from '../../core/protocols/p1-encrypted.ts';
import type { MeterId } from '../../core/quantities.ts';
import type { BytePort } from '../byte-port.ts';
import type { SiteTime } from '../device-sink.ts';
import { P1_DIALECTS, type P1Dialect, type P1DialectName } from './p1-dialects.ts';
import { p1Telegram } from './p1-text.ts';
import type { ChannelSource } from './shelly-em-values.ts';

/** Seals a telegram as a Luxembourg meter does; `frameCounter` grows by one each time. */
export type P1Seal = (telegram: Uint8Array, frameCounter: number) => P1EncryptedFrame;

export interface P1PortOptions {
  readonly id: MeterId;
  readonly dialect: P1DialectName;
  /** One or three: what its own phases see. */
  readonly channels: readonly ChannelSource[];
  readonly time: SiteTime;
  /** Wall time at the start, UTC. */
  readonly startWallMs: number;
  readonly seal?: P1Seal;
}

export interface SimulatedP1Port {
  readonly id: MeterId;
  readonly dialect: P1Dialect;
  readonly port: BytePort;
  nextEventMs(): number;
  advanceTo(timeMs: number): void;
  cutPower(): void;
  restorePower(): void;
}

/** From power to its first telegram: an assumption. */
const BOOT_DURATION_MS = 5000;
const MS_PER_HOUR = 3_600_000;

export function createP1Port({ id, dialect: name, channels, time, startWallMs, seal }: P1PortOptions): SimulatedP1Port {
  const dialect: P1Dialect = P1_DIALECTS[name];
  let outlet: (bytes: Uint8Array) => void = () => undefined;
  let nextMs = time.nowMs + dialect.periodMs;
  let lastMs = time.nowMs;
  let importWh = 0;
  let exportWh = 0;
  let powerW = 0;
  let frameCounter = 0;

  const count = (timeMs: number): void => {
    const energyWh = (powerW * (timeMs - lastMs)) / MS_PER_HOUR;
    importWh += Math.max(0, energyWh);
    exportWh += Math.max(0, -energyWh);
    lastMs = timeMs;
  };

  const speak = (timeMs: number): void => {
    count(timeMs);
    for (const channel of channels) channel.take(timeMs);
    powerW = channels.reduce((sum, channel) => sum + channel.powerW, 0);
    const telegram = p1Telegram(dialect, { phases: channels, importWh, exportWh, wallMs: startWallMs + timeMs });
    frameCounter += 1;
    outlet(seal === undefined ? telegram : encryptedFrameBytes(seal(telegram, frameCounter)));
    if (dialect.trailer.length > 0) outlet(Uint8Array.from(dialect.trailer));
  };

  return {
    id,
    dialect,
    port: {
      attach(next) {
        outlet = next;
      },
      // A P1 port has no ear.
      receive: () => undefined,
    },
    nextEventMs: () => nextMs,
    advanceTo(timeMs) {
      while (nextMs <= timeMs) {
        const dueMs = nextMs;
        nextMs += dialect.periodMs;
        speak(dueMs);
      }
    },
    cutPower() {
      nextMs = Infinity;
      powerW = 0;
    },
    restorePower() {
      lastMs = time.nowMs;
      nextMs = time.nowMs + BOOT_DURATION_MS;
    },
  };
}
