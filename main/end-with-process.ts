import type { Lifecycle } from './lifecycle.ts';

/** Whatever ends this process from outside, or breaks it from inside, goes through the life-cycle. */
export function endWithProcess({ end, endAfterError }: Pick<Lifecycle, 'end' | 'endAfterError'>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal));
  process.on('uncaughtException', (error) => void endAfterError(error));
  process.on('unhandledRejection', (error) => void endAfterError(error));
}
