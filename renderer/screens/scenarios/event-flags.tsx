import type { LaneWindow } from '../../charts/lane-model.ts';
import type { RunMarker } from '../../../core/runs/columns.ts';
import { StateIcon } from '../../icons/state-icon.tsx';
import { runTime } from '../../words/times.ts';
import { asText, limit } from '../../words/numbers.ts';
import { mainExcursion } from './excursions.ts';
import type { RunView } from './run-view.ts';

interface Flag {
  readonly timeS: number;
  /** `limit`: made here, where the current came back below its limit. */
  readonly kind: RunMarker['kind'] | 'limit';
  readonly text: string;
}

/** Roughly what a letter of 12 px takes, to leave out words that would lie on the next flag. */
const LETTER_PART = 7 / 400;
const LEAST_PART = 0.2;

function flagsOf(view: RunView, { range, untilS }: LaneWindow): readonly Flag[] {
  const [fromS, toS] = range;
  const flags: Flag[] = view.run.result.markers.map(({ timeS, text, kind }) => ({ timeS, text, kind }));
  const back = mainExcursion(view.aboveContinuous.length > 0 ? view.aboveContinuous : view.aboveRating, fromS, toS);
  const limitA = view.aboveContinuous.length > 0 ? view.continuousA : view.ratingA;
  if (back !== null && back.untilS < view.durationS) flags.push({ timeS: back.untilS, kind: 'limit', text: `Back at ${asText(limit(limitA))}` });
  return flags.filter(({ timeS }) => timeS >= fromS && timeS <= Math.min(toS, untilS ?? toS)).sort((a, b) => a.timeS - b.timeS);
}

/** What the scenario did, above the lanes. */
export function EventFlags({ view, window, onSeek }: { readonly view: RunView; readonly window: LaneWindow; readonly onSeek: (timeS: number) => void }) {
  const [fromS, untilS] = window.range;
  const flags = flagsOf(view, window).map((flag) => ({ ...flag, part: (flag.timeS - fromS) / (untilS - fromS) }));
  return (
    <div className="lane events">
      <div className="lane-header">
        <span className="lane-name muted">Events</span>
      </div>
      <div className="plot">
        {flags.map((flag, index) => {
          const room = (flags[index + 1]?.part ?? 1) - flag.part;
          // Cut short it still tells enough; a few letters do not.
          const fits = room > Math.min(flag.text.length * LETTER_PART, LEAST_PART);
          const turns = !fits && index === flags.length - 1 && flag.part > (flags[index - 1]?.part ?? 0) + flag.text.length * LETTER_PART * 1.6;
          return (
            // One tab stop per chart: keys reach events with Shift and the arrows.
            <button
              key={`${flag.timeS} ${flag.text}`}
              type="button"
              tabIndex={-1}
              className={`flag flag-${flag.kind}${turns ? ' turned' : ''}`}
              style={turns ? { right: `${(1 - flag.part) * 100}%` } : { left: `${flag.part * 100}%`, maxWidth: `${room * 100}%` }}
              title={`${runTime(flag.timeS)} ${flag.text}`}
              onClick={() => onSeek(flag.timeS)}
            >
              {flag.kind === 'fault' ? <StateIcon state="attention" size={12} /> : null}
              {fits || turns ? flag.text : <span className="visually-hidden">{flag.text}</span>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
