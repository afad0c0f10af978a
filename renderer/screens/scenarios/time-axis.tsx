import { GRID_COUNT } from '../../charts/lane-options.ts';
import { timeSteps } from '../../charts/scale-steps.ts';
import type { TimeRange } from '../../charts/time-range.ts';
import { runTime } from '../../words/times.ts';
import { useWidth } from '../../components/use-width.ts';
import { usePlayer } from './use-player.ts';

const USUAL_WIDTH_PX = 600;
/** Of hh:mm:ss with some room beside it. */
const LABEL_PX = 62;

/** The one time axis beneath all lanes, with the cursor's time in an ink tag. */
export function TimeAxis({ range }: { readonly range: TimeRange }) {
  const cursorS = usePlayer((state) => state.cursorS);
  const [fromS, untilS] = range;
  const part = (timeS: number): number => (timeS - fromS) / (untilS - fromS);
  const cursorPart = part(cursorS);
  const [place, widthPx] = useWidth<HTMLDivElement>(USUAL_WIDTH_PX);
  const steps = timeSteps(fromS, untilS, GRID_COUNT);
  const stepPx = steps.length < 2 ? widthPx : part((steps[1] ?? 0) - (steps[0] ?? 0) + fromS) * widthPx;
  // On a narrow plot only every second line of the grid is named, or every third.
  const every = Math.max(1, Math.ceil(LABEL_PX / stepPx));
  const nearest = Math.max(0.06, LABEL_PX / widthPx);
  return (
    <div className="lane axis">
      <div className="lane-header" />
      <div className="plot" ref={place}>
        {steps
          .filter((timeS, index) => index % every === 0 && part(timeS) > 0.02 && part(timeS) < 0.95 && Math.abs(part(timeS) - cursorPart) > nearest)
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
