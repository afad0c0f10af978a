/** What the lines for RTU and TCP have in common. */
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { LineEvents, SentRequest } from '../../core/transport/modbus-line.ts';
import type { SerialClientAnswer } from './modbus-serial-client.ts';

/** What there is to give up of a write without answer. */
export const NOT_ANSWERED: SentRequest = { giveUp: () => ({ code: 'timeout', context: {} }), forget: () => undefined };

export function refusalOf(answer: Exclude<SerialClientAnswer, { kind: 'words' }>): Failure {
  if (answer.kind === 'exception') return { code: 'refused', context: { exception: answer.exception } };
  return { code: 'unexpected-reply', context: { reason: answer.message } };
}

/** Throws `link-lost`. */
export function connectedLink(link: ByteLink): void {
  const state = link.state();
  if (state.kind !== 'connected') throw new ChargebenchError('link-lost', state.kind === 'lost' ? state.error.context : {});
}

export function failWhenLost(written: Promise<void>, events: LineEvents, clock: Clock): void {
  written.catch((error: unknown) => {
    events.failed(failureOf(error), clock.monotonicMs());
  });
}
