import type { ReactNode } from 'react';
import type { Failure } from '../../core/errors.ts';
import { StateIcon } from '../icons/state-icon.tsx';
import { errorWords, failureDetails } from '../words/errors.ts';

/** An error at the thing it concerns: what and where, what to do, the button that helps, and the details to copy. */
export function FailurePanel({ failure, act, children }: { readonly failure: Failure; readonly act?: { readonly label: string; readonly run: () => void }; readonly children?: ReactNode }) {
  const { what, todo } = errorWords(failure);
  const isMild = failure.code === 'cancelled';
  return (
    <div className={isMild ? 'failure mild' : 'failure'} role={isMild ? 'status' : 'alert'}>
      <StateIcon state={isMild ? 'attention' : 'danger'} size={20} />
      <div>
        <p className="what">{what}</p>
        {children}
        <p>{todo}</p>
        <details>
          <summary>Details</summary>
          <pre className="mono" tabIndex={0}>
            {failureDetails(failure)}
          </pre>
        </details>
        {act === undefined ? null : (
          <div className="failure-acts">
            <button type="button" className="button compact" onClick={act.run}>
              {act.label}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
