import { useMemo } from 'react';
import { TableRows } from '../../icons/icons.tsx';
import { BreakerLane } from './breaker-lane.tsx';
import { EventFlags, EventLegend, FLAG_ROW_PX } from './event-flags.tsx';
import type { PlayerActs } from './player-acts.ts';
import { LineLegend } from './line-legend.tsx';
import { PlotOverlay } from './plot-overlay.tsx';
import { PowerLane } from './power-lanes.tsx';
import { rowsFor } from './flag-layout.ts';
import { RunTable } from './run-table.tsx';
import { EvseLane, FeedLane, ThermalLane } from './small-lanes.tsx';
import { TimeAxis } from './time-axis.tsx';
import type { Chosen } from './use-chosen.ts';
import type { RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

function Lanes({ view, chosen, acts }: { readonly view: RunView; readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const range = usePlayer((state) => state.range);
  const untilS = usePlayer((state) => (state.isPlaying ? state.cursorS : null));
  const window = useMemo(() => ({ range, untilS }), [range, untilS]);
  return (
    <div className="lanes-body" style={{ '--events': `${rowsFor(view.events.length) * FLAG_ROW_PX + 6}px` } as React.CSSProperties}>
      <EventFlags view={view} window={window} onSeek={acts.seek} />
      <BreakerLane view={view} ghost={chosen.ghost} window={window} />
      {view.evses.map((lane) => (
        <EvseLane key={lane.evse.id} lane={lane} view={view} window={window} />
      ))}
      {view.powers.map((lane) => (
        <PowerLane key={lane.key} lane={lane} view={view} window={window} />
      ))}
      <ThermalLane view={view} window={window} />
      {view.feeds.map((lane) => (
        <FeedLane key={lane.meter.id} lane={lane} view={view} window={window} />
      ))}
      <TimeAxis range={range} />
      <PlotOverlay view={view} acts={acts} />
    </div>
  );
}

/** Where no curve is at hand: what would be here, and how it gets here. */
function NoLanes({ chosen }: { readonly chosen: Chosen }) {
  const says =
    chosen.computing !== null
      ? 'The curve comes as soon as the run is computed. It goes on when you leave this screen.'
      : chosen.outcome !== null
        ? 'The verdict is that of an earlier run, whose curve this window does not hold. Play shows it again.'
        : 'Here will be the current of the breaker against its limits, each EVSE, the thermal load and the age of the feed. Play computes them.';
  return <p className="no-lanes">{says}</p>;
}

export function RunLanes({ chosen, acts, isTable, onTable }: { readonly chosen: Chosen; readonly acts: PlayerActs; readonly isTable: boolean; readonly onTable: (isTable: boolean) => void }) {
  const { view } = chosen;
  return (
    <section className="lanes panel" aria-label="Run">
      {view === null || isTable ? null : (
        <div className="legends">
          <LineLegend chosen={chosen} />
          <EventLegend view={view} />
        </div>
      )}
      {view === null ? <NoLanes chosen={chosen} /> : isTable ? <RunTable view={view} /> : <Lanes view={view} chosen={chosen} acts={acts} />}
      {view === null ? null : (
        <button type="button" className={isTable ? 'button compact quiet as-table pressed' : 'button compact quiet as-table'} aria-pressed={isTable} onClick={() => onTable(!isTable)} title={isTable ? 'As chart' : 'As table'}>
          <TableRows size={16} />
          <span className="visually-hidden">As table</span>
        </button>
      )}
    </section>
  );
}
