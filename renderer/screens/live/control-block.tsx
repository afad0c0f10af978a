import type { ControlState } from '../../../core/host-api/contract.ts';
import { useBench } from '../../store/use-bench.ts';
import { useView, useViewHandle } from '../../store/view-store.ts';
import { CONTROL_WORDS } from '../../words/live.ts';

/** Who decides now, and the way back to control when it is not this program. */
export function ControlBlock({ control }: { readonly control: ControlState }) {
  const view = useViewHandle();
  const leads = useBench(({ host }) => host?.leads ?? false);
  const isTaking = useView((state) => state.takeControl.kind === 'running');
  const canTake = control.kind === 'watching' || control.kind === 'paused';
  return (
    <>
      <div className="control">
        <span className="label">Control</span>
        <span className="bold">{CONTROL_WORDS[control.kind]}</span>
      </div>
      {canTake ? (
        <button type="button" className="button" disabled={!leads || isTaking} title="Sets the offers of every EVSE within the limits, at least once a second" onClick={() => void view.takeControl()}>
          {isTaking ? 'Taking control' : 'Take control'}
        </button>
      ) : null}
    </>
  );
}
