import { useEffect, useState } from 'react';
import type { Failure } from '../../../../core/errors.ts';
import type { LoadPreview } from '../../../../core/host-api/contract.ts';
import { useBenchHandle } from '../../../store/use-bench.ts';

export interface Preview {
  /** Of the newest text that has one. */
  readonly loads: LoadPreview | null;
  /** Why the text has none, though nothing else is wrong with it: a recording that cannot be read. */
  readonly failure: Failure | null;
}

/** Asks for the picture of a text once it is known to be whole; `text` is null until then. */
export function usePreview(text: string | null): Preview {
  const bench = useBenchHandle();
  const [held, setHeld] = useState<Preview & { readonly text: string | null }>({ text: null, loads: null, failure: null });
  useEffect(() => {
    if (text === null) return;
    let isAwaited = true;
    void bench.connection.api.previewLoads(text).then((result) => {
      if (!isAwaited || (!result.ok && result.error.code === 'cancelled')) return;
      setHeld(({ loads }) => (result.ok ? { text, loads: result.value, failure: null } : { text, loads, failure: result.error }));
    });
    return () => {
      isAwaited = false;
    };
  }, [bench, text]);
  return { loads: held.loads, failure: held.text === text ? held.failure : null };
}
