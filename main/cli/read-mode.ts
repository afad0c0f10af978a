import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { WrongUse } from './command.ts';

const MODES: readonly PlayMode[] = ['direct', 'loopback', 'wire'];

/** A mode from an option's text; throws WrongUse. */
export function readMode(text: string): PlayMode {
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new WrongUse(`--mode takes ${MODES.join(', ')}, not "${text}"`);
  return mode;
}
