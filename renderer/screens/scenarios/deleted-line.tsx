import { useEffect, useRef } from 'react';
import { Close, Undo } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';
import { failureSentence } from '../../words/errors.ts';
import { undoDelete } from './delete-scenario.ts';
import type { DeletedScenario } from './player-store.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

function Line({ deleted }: { readonly deleted: DeletedScenario }) {
  const bench = useBenchHandle();
  const player = usePlayerHandle();
  const leads = useBench(({ host }) => host?.leads ?? true);
  const undo = useRef<HTMLButtonElement>(null);
  const { title, isGone, failure } = deleted;
  // The button that was pressed is gone with its scenario.
  useEffect(() => undo.current?.focus(), [deleted.id]);
  return (
    <div className={failure === null ? 'deleted-line' : 'deleted-line attention'} role={failure === null ? 'status' : 'alert'}>
      <StateIcon state={failure === null ? 'good' : 'attention'} size={16} />
      <p>
        {isGone ? `“${title}” is deleted.` : `“${title}” is not deleted.`}
        {failure === null ? '' : ` ${failureSentence(failure)}`}
      </p>
      <span className="grow" />
      {isGone ? (
        <button ref={undo} type="button" className="button compact" disabled={!leads} onClick={() => void undoDelete(bench, player, deleted)}>
          <Undo size={16} />
          Undo
        </button>
      ) : null}
      <button type="button" className="button compact square quiet" aria-label="Put this line away" title="Put this line away" onClick={() => player.setState({ deleted: null })}>
        <Close size={16} />
      </button>
    </div>
  );
}

/** What became of the scenario that was deleted last, with the way back. */
export function DeletedLine() {
  const deleted = usePlayer((state) => state.deleted);
  return deleted === null ? null : <Line deleted={deleted} />;
}
