import { heightRatio, type LaneLimit, type LaneModel } from './lane-model.ts';
import { decimal, decimalsOf } from '../words/numbers.ts';

/** Places in a lane that begins at zero as parts of its height from below. */
export const heightOf = (value: number, top: number): string => `${(value / top) * 100}%`;

/** Values beside the lane, in the column of fixed width that makes all lanes align. */
export function TickLabels({ model }: { readonly model: LaneModel }) {
  return (
    <>
      {model.ticks.map((tick) => (
        <span key={tick} className={tick === 0 && (model.bottom ?? 0) === 0 ? 'tick zero' : 'tick'} style={{ bottom: `${heightRatio(tick, model) * 100}%` }}>
          {decimal(tick, decimalsOf(tick))}
        </span>
      ))}
    </>
  );
}

/** A limit's name stands on its line; the second side takes it where the line of the run passes on the left. */
export function LimitLabel({ limit, top, isRight = false }: { readonly limit: LaneLimit; readonly top: number; readonly isRight?: boolean }) {
  return (
    <span className={isRight ? 'limit-label right-side' : 'limit-label'} data-token={limit.token} style={{ bottom: heightOf(limit.value, top) }}>
      {limit.label}
    </span>
  );
}
