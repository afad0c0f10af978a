import { useEffect, useState } from 'react';
import type { Failure } from '../../../../core/errors.ts';
import type { ScenarioCheck } from '../../../../core/host-api/contract.ts';
import { useBenchHandle } from '../../../store/use-bench.ts';

/** While somebody types, the host is not asked at every letter. */
const QUIET_MS = 250;

export interface Checked {
  /** The text itself was judged, not one before it. */
  readonly isNewest: boolean;
  /** Of the newest text that had no error. */
  readonly check: ScenarioCheck | null;
  readonly failure: Failure | null;
}

/** What the host says of a text, a moment after it stands still. */
export function useCheck(text: string): Checked {
  const bench = useBenchHandle();
  const [held, setHeld] = useState<{ readonly text: string | null; readonly check: ScenarioCheck | null; readonly failure: Failure | null }>({ text: null, check: null, failure: null });
  const isFirst = held.text === null;
  useEffect(() => {
    let isAwaited = true;
    const timer = setTimeout(
      () => {
        void bench.connection.api.checkScenario(text).then((result) => {
          if (isAwaited) setHeld((before) => (result.ok ? { text, check: result.value, failure: null } : { text, check: before.check, failure: result.error }));
        });
      },
      isFirst ? 0 : QUIET_MS,
    );
    return () => {
      isAwaited = false;
      clearTimeout(timer);
    };
  }, [bench, text, isFirst]);
  return { isNewest: held.text === text, check: held.check, failure: held.failure };
}
