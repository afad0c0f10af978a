import { StateIcon } from '../icons/state-icon.tsx';
import type { StateKind } from '../words/verdicts.ts';

export function Badge({ state, text }: { readonly state: StateKind; readonly text: string }) {
  return (
    <span className={`badge badge-${state}`}>
      <StateIcon state={state} size={14} />
      {text}
    </span>
  );
}
