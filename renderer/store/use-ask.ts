import { useState } from 'react';
import type { Failure, Result } from '../../core/errors.ts';

export interface Asking {
  readonly isRunning: boolean;
  /** Of the newest thing that was asked for. */
  readonly failure: Failure | null;
  /** True when it was done. */
  readonly ask: (answer: () => Promise<Result<null>>) => Promise<boolean>;
}

/** Something that is asked of the host from one place of a screen, and the failure to be shown there. */
export function useAsk(): Asking {
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const ask = async (answer: () => Promise<Result<null>>): Promise<boolean> => {
    setRunning(true);
    const result = await answer();
    setRunning(false);
    setFailure(result.ok ? null : result.error);
    return result.ok;
  };
  return { isRunning, failure, ask };
}
