import { Value } from '../../components/value.tsx';
import type { LaneWindow } from '../../charts/lane-model.ts';
import { rowAt, valueAt } from '../../store/played-run.ts';
import { asText, current, setpointCurrent, share } from '../../words/numbers.ts';
import { seconds, span } from '../../words/times.ts';
import { visibleSegments, type FeedState } from './feed-segments.ts';
import { Lane } from './lane.tsx';
import type { EvseLane as EvseLaneView, FeedLane as FeedLaneView, RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

function EvseHeader({ lane, timeS }: { readonly lane: EvseLaneView; readonly timeS: Float64Array }) {
  const measuredA = usePlayer((state) => valueAt(lane.measuredA, rowAt(timeS, state.cursorS)));
  const offeredA = usePlayer((state) => valueAt(lane.offeredA, rowAt(timeS, state.cursorS)));
  return (
    <>
      <div className="lane-name">
        <i className="swatch own" data-token={lane.token} />
        {lane.evse.name}
      </div>
      <div className="lane-value">
        <Value quantity={current(measuredA)} />
      </div>
      <div className="lane-note">
        <i className="dashes own" data-token={lane.token} />
        offered <span className="num">{asText(setpointCurrent(offeredA, lane.evse.stepA))}</span>
      </div>
    </>
  );
}

export function EvseLane({ lane, view, window }: { readonly lane: EvseLaneView; readonly view: RunView; readonly window: LaneWindow }) {
  return <Lane kind="evse" header={<EvseHeader lane={lane} timeS={view.run.columns.timeS} />} model={lane.model} window={window} />;
}

function ThermalHeader({ view }: { readonly view: RunView }) {
  const ratio = usePlayer((state) => valueAt(view.thermalRatio, rowAt(view.run.columns.timeS, state.cursorS)));
  return (
    <>
      <div className="lane-name">Thermal load</div>
      <div className="lane-value">
        <Value quantity={share(ratio)} />
      </div>
      <div className="lane-note">of the earliest trip</div>
    </>
  );
}

export function ThermalLane({ view, window }: { readonly view: RunView; readonly window: LaneWindow }) {
  return view.thermal === null ? null : <Lane kind="thermal" header={<ThermalHeader view={view} />} model={view.thermal} window={window} hasLabelsRight />;
}

const FEED_WORDS: Readonly<Record<FeedState, string>> = { fresh: 'fresh', late: 'late', stale: 'stale', none: 'no value yet' };

export function FeedLane({ lane, view, window }: { readonly lane: FeedLaneView; readonly view: RunView; readonly window: LaneWindow }) {
  const age = usePlayer((state) => valueAt(lane.ageS, rowAt(view.run.columns.timeS, state.cursorS)));
  const [fromS, untilS] = window.range;
  const width = untilS - fromS;
  const shown = visibleSegments(lane.segments, fromS, window.untilS === null ? untilS : Math.min(untilS, window.untilS));
  return (
    <div className="lane feed">
      <div className="lane-header">
        <span className="lane-name">Feed age</span> <Value className="lane-value" quantity={seconds(age)} />
      </div>
      <div className="plot">
        {shown.map((segment) => (
          <span key={segment.fromS} className={`feed-segment feed-${segment.state}`} style={{ left: `${((segment.fromS - fromS) / width) * 100}%`, width: `${((segment.untilS - segment.fromS) / width) * 100}%` }}>
            {(segment.untilS - segment.fromS) / width > 0.18 ? FEED_WORDS[segment.state] : null}
          </span>
        ))}
        <span className="feed-rule">allowed age {span(lane.meter.allowedAgeMs / 1000)}</span>
      </div>
    </div>
  );
}
