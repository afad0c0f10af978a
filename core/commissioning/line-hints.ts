/** What bytes without a valid frame say about the wires: hints in the order in which they are tried with a screwdriver. */

export const LINE_HINTS = ['a-b-exchanged', 'baud', 'parity', 'termination', 'two-masters', 'address-clash'] as const;
export type LineHintKind = (typeof LINE_HINTS)[number];

/** What one line showed while it was asked. */
export interface LineEvidence {
  /** Bytes that came, ours not among them. */
  readonly bytes: number;
  /** How many of them were 0x00 or 0xFF: a line with exchanged wires or the wrong speed is full of them. */
  readonly blankBytes: number;
  /** Answers that were whole. */
  readonly answers: number;
  /** Frames whose CRC did not fit, and answers that broke off. */
  readonly broken: number;
  /** Whole requests or answers that had nothing to do with us. */
  readonly foreign: number;
}

export interface LineHint {
  readonly kind: LineHintKind;
  /** The evidence speaks for it; the others are only what comes next. */
  readonly isLikely: boolean;
}

/** A part of all bytes from which on blank ones are no accident. */
const BLANK_RATIO = 0.5;
/** So many of a hundred exchanges may break on a line that is only noisy. */
const NOISY_RATIO = 0.3;

/** Empty where the line is silent or sound. Always all of them, in the order of the list. */
export function lineHints({ bytes, blankBytes, answers, broken, foreign }: LineEvidence): readonly LineHint[] {
  if (bytes === 0 || (broken === 0 && foreign === 0 && answers > 0)) return [];
  const hasFrames = answers > 0 || foreign > 0;
  const isNoisy = answers > 0 && broken > 0;
  const likely: Readonly<Record<LineHintKind, boolean>> = {
    'a-b-exchanged': !hasFrames && blankBytes >= bytes * BLANK_RATIO,
    baud: !hasFrames && blankBytes < bytes * BLANK_RATIO,
    parity: !hasFrames && broken > 0,
    termination: isNoisy && broken < (answers + broken) * NOISY_RATIO,
    'two-masters': foreign > 0,
    'address-clash': isNoisy && foreign === 0 && broken >= (answers + broken) * NOISY_RATIO,
  };
  return LINE_HINTS.map((kind) => ({ kind, isLikely: likely[kind] }));
}

/** FTDI's adapters hand bytes over every 16 ms unless told otherwise (FTDI AN232B-04, latency timer). */
const LATENCY_TIMER_MS = 16;
const TIMER_TOLERANCE_MS = 1.5;
const FEWEST_GAPS = 8;
const TELLING_RATIO = 0.8;

/**
 * Whether pieces of answers come in the rhythm of an adapter's latency timer: `gapsMs` between chunks of one answer. Every request
 * then waits up to 16 ms too long; the cure is to set the timer to 1 ms.
 */
export function hasLatencyTimer(gapsMs: readonly number[]): boolean {
  if (gapsMs.length < FEWEST_GAPS) return false;
  const ticking = gapsMs.filter((gapMs) => {
    const ticks = Math.round(gapMs / LATENCY_TIMER_MS);
    return ticks >= 1 && Math.abs(gapMs - ticks * LATENCY_TIMER_MS) <= TIMER_TOLERANCE_MS;
  });
  return ticking.length >= gapsMs.length * TELLING_RATIO;
}
