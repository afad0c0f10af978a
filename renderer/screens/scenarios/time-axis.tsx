import { GRID_COUNT } from '../../charts/lane-options.ts';
import { timeSteps } from '../../charts/scale-steps.ts';
import type { TimeRange } from '../../charts/time-range.ts';
import { runTime } from '../../words/times.ts';
import { usePlayer } from './use-player.ts';

/** The one time axis beneath all lanes, with the cursor's time in an ink tag. */
export function TimeAxis({ range }: { readonly range: TimeRange }) {
  const cursorS = usePlayer((state) => state.cursorS);
  const [fromS, untilS] = range;
  const part = (timeS: number): number => (timeS - fromS) / (untilS - fromS);
  const cursorPart = part(cursorS);
  return (
    <div className="lane axis">
      <div className="lane-header" />
      <div className="plot">
        {timeSteps(fromS, untilS, GRID_COUNT)
          .filter((timeS) => part(timeS) > 0.02 && part(timeS) < 0.95 && Math.abs(part(timeS) - cursorPart) > 0.06)
          .map((timeS) => (
            <span key={timeS} className="axis-label" style={{ left: `${part(timeS) * 100}%` }}>
              {runTime(timeS)}
            </span>
          ))}
        {cursorPart >= 0 && cursorPart <= 1 ? (
          <span className="axis-label axis-cursor" style={{ left: `${cursorPart * 100}%` }}>
            {runTime(cursorS)}
          </span>
        ) : null}
      </div>
    </div>
  );
}
