/** Compares our models of controllers in the field with recorded traces of them, and our decoders with what real devices have sent. */
import { ChargebenchError } from '../../core/errors.ts';
import { runCaptures } from './captures.ts';
import { runMeterFrames } from './meter-frames.ts';
import { runDivertDays } from './openevse-divert-run.ts';
import type { ConformanceResult } from './result.ts';
import { runSmartevseTraces } from './smartevse.ts';
import { runTwoEvseTraces } from './two-evse-run.ts';

/** What each kind of trace is held against, given the folder it lies in. */
const KINDS: Readonly<Record<string, (directory: string) => ConformanceResult>> = {
  'openevse-two-evse': runTwoEvseTraces,
  'openevse-divert': runDivertDays,
  smartevse: runSmartevseTraces,
  captures: runCaptures,
  'meter-frames': runMeterFrames,
};

export const CONFORMANCE_KINDS: readonly string[] = Object.keys(KINDS);

/** Throws `invalid-argument` for an unknown kind, `not-found` without traces there, `invalid-file` for an unreadable list of them. */
export function runConformance(kind: string, directory: string): ConformanceResult {
  const run = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (run === undefined) throw new ChargebenchError('invalid-argument', { kind, known: CONFORMANCE_KINDS.join(' ') });
  return run(directory);
}
