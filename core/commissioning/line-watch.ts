/** Counts what a line shows while it is asked: bytes, foreign frames, and the rhythm in which answers come. */
import { createRtuStream } from '../protocols/rtu-stream.ts';
import type { TrafficChunk, TrafficTap } from '../transport/traffic.ts';
import type { LineEvidence } from './line-hints.ts';

export interface LineWatch {
  noteAnswer(): void;
  noteBroken(): void;
  evidence(): LineEvidence;
  /** Between the chunks of one answer. */
  gapsMs(): readonly number[];
  stop(): void;
}

/** Chunks further apart belong to different answers. */
const SAME_ANSWER_MS = 60;
const KEPT_GAPS = 500;

export function watchLine(tap: TrafficTap | null): LineWatch {
  const stream = createRtuStream();
  const gaps: number[] = [];
  const seen = { bytes: 0, blankBytes: 0, answers: 0, broken: 0, foreign: 0 };
  let lastInMs = -Infinity;
  const isRtu = tap !== null && tap.protocol === 'modbus-rtu';

  const take = (chunk: TrafficChunk): void => {
    if (chunk.direction === 'out') lastInMs = -Infinity;
    else {
      seen.bytes += chunk.bytes.length;
      seen.blankBytes += chunk.bytes.filter((byte) => byte === 0 || byte === 0xff).length;
      const gapMs = chunk.timeMs - lastInMs;
      if (gapMs > 0 && gapMs <= SAME_ANSWER_MS && gaps.length < KEPT_GAPS) gaps.push(gapMs);
      lastInMs = chunk.timeMs;
    }
    for (const event of stream.push(chunk)) if (event.kind === 'request' && !event.isOurs) seen.foreign += 1;
  };
  const stop = isRtu ? tap.onChunk(take) : (): void => undefined;

  return {
    noteAnswer() {
      seen.answers += 1;
    },
    noteBroken() {
      seen.broken += 1;
    },
    evidence: () => ({ ...seen }),
    gapsMs: () => gaps,
    stop,
  };
}
