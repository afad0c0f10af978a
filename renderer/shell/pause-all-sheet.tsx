import { FailurePanel } from '../components/failure-panel.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { useBench } from '../store/use-bench.ts';
import { useView, useViewHandle } from '../store/view-store.ts';
import { answersTitle } from '../words/answers.ts';
import { AnswerList } from './answer-list.tsx';

/** While the answers come in: each EVSE as it reports itself. */
function Waiting() {
  const evses = useBench(({ host }) => host?.site?.evses) ?? [];
  const reports = useBench(({ frame }) => frame?.reports);
  return (
    <ul className="sheet-list">
      {evses.map((evse) => {
        const isPaused = reports?.find(({ evseId }) => evseId === evse.id)?.offeredCurrentA === 0;
        return (
          <li key={evse.id}>
            <StateIcon state={isPaused ? 'good' : 'now'} />
            <span className="bold">{evse.name}</span>
            <span className="small secondary">{isPaused ? 'offers nothing' : 'told to stop, waiting'}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function PauseAllSheet() {
  const view = useViewHandle();
  const act = useView((state) => state.pauseAll);
  const again = () => void view.pauseAll();
  const hasFailed = act.kind === 'done' && act.value.some(({ ok }) => !ok);
  return (
    <div className="sheet-body">
      <div aria-live="assertive">
        {act.kind === 'running' ? <p>Every EVSE is told to stop charging.</p> : null}
        {act.kind === 'done' ? <p className="bold">{answersTitle(act.value, 'Every EVSE has stopped')}</p> : null}
      </div>
      {act.kind === 'running' ? <Waiting /> : null}
      {act.kind === 'failed' ? <FailurePanel failure={act.failure} act={{ label: 'Again', run: again }} /> : null}
      {act.kind === 'done' ? <AnswerList answers={act.value} /> : null}
      {act.kind === 'done' && !hasFailed ? <p className="secondary">They stay paused until control is taken again on Live.</p> : null}
      <div className="sheet-acts">
        {hasFailed ? (
          <button type="button" className="button primary" onClick={again}>
            Again
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => view.closeSheet()}>
          Close
        </button>
      </div>
    </div>
  );
}
