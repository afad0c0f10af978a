import type { HandBackPreview } from '../../core/host-api/contract.ts';
import { FailurePanel } from '../components/failure-panel.tsx';
import { Hand } from '../icons/icons.tsx';
import { useView, useViewHandle } from '../store/view-store.ts';
import { answersTitle } from '../words/answers.ts';
import { AnswerList } from './answer-list.tsx';
import { HandBackTables } from './hand-back-preview.tsx';

function Question({ preview }: { readonly preview: HandBackPreview }) {
  const view = useViewHandle();
  const isRunning = useView((state) => state.handBack.kind === 'running');
  return (
    <>
      <p>{preview.isAllowed ? 'Each device then does what stands here, and what they take together fits every circuit.' : 'Control stays here: what the devices would do by themselves does not fit. Pause all stops them instead.'}</p>
      <HandBackTables preview={preview} />
      <div className="sheet-acts">
        <button type="button" className="button" disabled={!preview.isAllowed || isRunning} onClick={() => void view.handBack()}>
          {isRunning ? 'Handing back' : 'Hand back control'}
        </button>
        <button type="button" className={preview.isAllowed ? 'button danger' : 'button primary'} data-autofocus autoFocus onClick={() => void view.pauseAll()}>
          <Hand />
          Pause all
        </button>
      </div>
    </>
  );
}

export function HandBackSheet() {
  const view = useViewHandle();
  const preview = useView((state) => state.handBackPreview);
  const act = useView((state) => state.handBack);
  return (
    <div className="sheet-body">
      {preview.kind === 'running' ? <p role="status">Asking every device what it does by itself.</p> : null}
      {preview.kind === 'failed' ? <FailurePanel failure={preview.failure} act={{ label: 'Ask again', run: () => void view.askHandBack() }} /> : null}
      {act.kind === 'failed' ? <FailurePanel failure={act.failure} /> : null}
      {act.kind === 'done' ? (
        <>
          <p className="bold" role="status">
            {answersTitle(act.value, 'Control is with the devices')}
          </p>
          <AnswerList answers={act.value} />
          <div className="sheet-acts">
            <button type="button" className="button" onClick={() => view.closeSheet()}>
              Close
            </button>
          </div>
        </>
      ) : null}
      {act.kind !== 'done' && preview.kind === 'done' ? <Question preview={preview.value} /> : null}
    </div>
  );
}
