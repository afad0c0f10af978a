import { FailurePanel } from '../components/failure-panel.tsx';
import { useView, useViewHandle, type QuitPreview } from '../store/view-store.ts';
import { answersTitle } from '../words/answers.ts';
import { AnswerList } from './answer-list.tsx';
import { HandBackTables } from './hand-back-preview.tsx';

/** The three things that closing can mean, by what is controlled and what the devices would do without it. */
function question({ isControlling, handBack }: QuitPreview): { readonly says: string; readonly button: string } {
  if (!isControlling) return { says: 'Nothing is controlled from here. Closing changes nothing at the devices.', button: 'Close Chargebench' };
  if (handBack?.isAllowed === true) {
    return { says: 'Chargebench controls the EVSEs. Closing gives them back to themselves; what they then take fits every circuit.', button: 'Hand back and close' };
  }
  return { says: 'Chargebench controls the EVSEs, and what they would do by themselves does not fit. Closing pauses all of them, and they stay paused.', button: 'Pause all and close' };
}

function Question({ preview }: { readonly preview: QuitPreview }) {
  const view = useViewHandle();
  const isRunning = useView((state) => state.quit.kind === 'running');
  const { says, button } = question(preview);
  return (
    <>
      <p>{says}</p>
      {preview.isControlling && preview.handBack !== null ? <HandBackTables preview={preview.handBack} /> : null}
      <div className="sheet-acts">
        <button type="button" className="button danger" disabled={isRunning} onClick={() => void view.quit()}>
          {isRunning ? 'Closing' : button}
        </button>
        <button type="button" className="button" data-autofocus autoFocus onClick={() => view.closeSheet()}>
          Stay
        </button>
      </div>
    </>
  );
}

export function QuitDialog() {
  const preview = useView((state) => state.quitPreview);
  const act = useView((state) => state.quit);
  return (
    <div className="sheet-body">
      {preview.kind === 'running' ? <p role="status">Asking what closing would do.</p> : null}
      {preview.kind === 'failed' ? <FailurePanel failure={preview.failure} /> : null}
      {act.kind === 'failed' ? <FailurePanel failure={act.failure} /> : null}
      {act.kind === 'done' ? (
        <>
          <p className="bold" role="status">
            {answersTitle(act.value, 'Chargebench has closed')}
          </p>
          <AnswerList answers={act.value} />
          <p className="secondary">This window can be closed.</p>
        </>
      ) : null}
      {act.kind !== 'done' && preview.kind === 'done' ? <Question preview={preview.value} /> : null}
    </div>
  );
}
