/**
 * Shelly 3EM (generation 1): topics of its three channels into a reading. It sends currents as magnitudes: their direction is that of
 * the power, never of `pf` (captures, correction 11). A value comes per message, without a time (captures/shelly-3em/mqtt-topics-2020-07).
 */
import { failure, success, type Result } from '../errors.ts';
import { PHASES, type PhaseIndex } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Meter } from '../site/site.ts';
import { readNumber, type TopicValue } from './topic-value.ts';

/** The newest values of one channel; changed in place. */
interface ChannelState {
  powerW: number | null;
  powerTimeMs: number;
  currentA: number | null;
  currentTimeMs: number;
  voltageV: number | null;
  voltageTimeMs: number;
  isLive: boolean;
}

export interface Shelly3emState {
  readonly channels: readonly [ChannelState, ChannelState, ChannelState];
  /** Of the reading given last. */
  toldTimeMs: number;
}

const noChannel = (): ChannelState => ({ powerW: null, powerTimeMs: 0, currentA: null, currentTimeMs: 0, voltageV: null, voltageTimeMs: 0, isLive: false });

export const createShelly3emState = (): Shelly3emState => ({ channels: [noChannel(), noChannel(), noChannel()], toldTimeMs: -Infinity });

const HIGHEST_W = 100_000;
/** Its largest clamp carries 120 A; twice that is no current any more. */
const HIGHEST_A = 240;

/** Channel and field of a topic below the base topic; null for anything else. */
export function shelly3emField(topic: string): { readonly channel: PhaseIndex; readonly field: string } | null {
  const parts = /^emeter\/([012])\/([a-z_]+)$/.exec(topic);
  return parts === null ? null : { channel: Number(parts[1]) as PhaseIndex, field: parts[2] ?? '' };
}

/**
 * Takes one message of a channel. Answers true when it was a power or current, which readings rest on; a refused payload changes
 * nothing.
 */
export function applyShelly3emTopic(state: Shelly3emState, channel: PhaseIndex, field: string, value: TopicValue, timeMs: number, isRetained: boolean): Result<boolean> {
  const own = state.channels[channel];
  switch (field) {
    case 'power': {
      const read = readNumber(field, value, -HIGHEST_W, HIGHEST_W);
      if (!read.ok) return read;
      own.powerW = read.value;
      own.powerTimeMs = timeMs;
      own.isLive = !isRetained;
      return success(true);
    }
    case 'current': {
      const read = readNumber(field, value, 0, HIGHEST_A);
      if (!read.ok) return read;
      own.currentA = read.value;
      own.currentTimeMs = timeMs;
      return success(true);
    }
    case 'voltage': {
      const read = readNumber(field, value, 60, 300);
      if (!read.ok) return read;
      own.voltageV = read.value;
      own.voltageTimeMs = timeMs;
      return success(false);
    }
    default:
      return success(false);
  }
}

/** All values of all channels came again as they were. */
export function renewShelly3em({ channels }: Shelly3emState, timeMs: number): void {
  for (const own of channels) {
    own.powerTimeMs = timeMs;
    own.currentTimeMs = timeMs;
    own.voltageTimeMs = timeMs;
    own.isLive = true;
  }
}

/** Only what is clamped is measured: the other channels tell zeros that are as valid as any. */
const ONE_CHANNEL: readonly PhaseIndex[] = [0];
const channelsOf = (meter: Pick<Meter, 'clamp'>): readonly PhaseIndex[] => (meter.clamp === 'one-phase' ? ONE_CHANNEL : PHASES);

/**
 * A reading is as old as the oldest of its powers and currents, and there is a new one when that has been renewed: a phase whose
 * messages are lost never hides behind the others. `not-found` until all have come, and while there is nothing new.
 */
export function nextShelly3emReading(meter: Meter, state: Shelly3emState): Result<MeterReading> {
  let timeMs = Infinity;
  let isLive = true;
  for (const channel of channelsOf(meter)) {
    const own = state.channels[channel];
    if (own.powerW === null || own.currentA === null) return failure('not-found', { meter: meter.id, field: `emeter/${channel}/${own.powerW === null ? 'power' : 'current'}` });
    timeMs = Math.min(timeMs, own.powerTimeMs, own.currentTimeMs);
    isLive &&= own.isLive;
  }
  if (timeMs <= state.toldTimeMs) return failure('not-found', { meter: meter.id });
  state.toldTimeMs = timeMs;
  return success(readingOf(meter, state, timeMs, isLive));
}

function readingOf(meter: Meter, { channels }: Shelly3emState, timeMs: number, isLive: boolean): MeterReading {
  const currentA: Triple = [null, null, null];
  const powerW: Triple = [null, null, null];
  const voltageV: Triple = [null, null, null];
  for (const channel of channelsOf(meter)) {
    const own = channels[channel];
    const phase = meter.phaseMap[channel];
    const signedW = meter.sign * (own.powerW ?? 0);
    powerW[phase] = signedW;
    currentA[phase] = signedW < 0 ? -(own.currentA ?? 0) : (own.currentA ?? 0);
    voltageV[phase] = own.powerTimeMs - own.voltageTimeMs > meter.allowedAgeMs ? null : own.voltageV;
  }
  return { meterId: meter.id, timeMs, currentA, voltageV, powerW, isLive };
}

type Triple = [number | null, number | null, number | null];
