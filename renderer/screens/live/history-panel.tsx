import { useMemo, useState } from 'react';
import { GRID_COUNT } from '../../charts/lane-options.ts';
import { timeSteps } from '../../charts/scale-steps.ts';
import { LaneChart } from '../../charts/lane-chart.tsx';
import { LimitLabel, TickLabels } from '../../charts/lane-labels.tsx';
import { PHASE_TOKENS } from '../../charts/chart-theme.ts';
import { TableRows } from '../../icons/icons.tsx';
import { useBench } from '../../store/use-bench.ts';
import { phaseLabel } from '../../words/names.ts';
import { asText, current, THIN } from '../../words/numbers.ts';
import { clockTime } from '../../words/times.ts';
import { historyLane } from './history-lane.ts';
import type { CircuitLive, LiveView } from './live-view.ts';

const WIDTH_S = 900;
/** Where the grid lines stand. */
const MARKS_S = timeSteps(-WIDTH_S, -1, GRID_COUNT).filter((timeS) => timeS > -WIDTH_S * 0.97);
const LAST_15_MIN = { range: [-WIDTH_S, 0], untilS: null } as const;
/** One row every so many seconds is what can be read. */
const TABLE_STEP_S = 15;

function HistoryTable({ circuit, view }: { readonly circuit: CircuitLive; readonly view: LiveView }) {
  const history = useBench((state) => state.history);
  const rows = history.filter((frame, index) => index === history.length - 1 || Math.floor(frame.timeMs / 1000) % TABLE_STEP_S === 0).toReversed();
  return (
    <div className="history-table" tabIndex={0} role="region" aria-label="Last 15 min as table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {circuit.phases.map(({ phase }) => (
              <th key={phase} scope="col" className="right">
                {phaseLabel(phase)}, A
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((frame) => (
            <tr key={frame.timeMs}>
              <th scope="row">{clockTime(frame.wallMs, view.site.timeZone)}</th>
              {circuit.phases.map(({ phase }) => (
                <td key={phase} className="right">
                  {current(frame.circuits.find(({ circuitId }) => circuitId === circuit.circuit.id)?.phases[phase]?.totalA).value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HistoryChart({ circuit }: { readonly circuit: CircuitLive }) {
  const history = useBench((state) => state.history);
  const model = useMemo(() => historyLane(history, circuit), [history, circuit]);
  return (
    <div className="history-chart">
      <div className="plot">
        <LaneChart model={model} window={LAST_15_MIN} />
        <TickLabels model={model} />
        {model.limits.map((limit) => (
          <LimitLabel key={limit.label} limit={limit} top={model.top} />
        ))}
      </div>
      <div className="history-axis">
        {MARKS_S.map((timeS, index) => (
          <span key={timeS} className="axis-label" style={{ left: `${(1 + timeS / WIDTH_S) * 100}%` }}>
            {index === 0 ? `${timeS / -60}${THIN}min ago` : timeS / -60}
          </span>
        ))}
        <span className="axis-label last">now</span>
      </div>
    </div>
  );
}

export function HistoryPanel({ circuit, view }: { readonly circuit: CircuitLive; readonly view: LiveView }) {
  const [isTable, setTable] = useState(false);
  return (
    <section className="panel history" aria-label="Last 15 min">
      <div className="history-head">
        <h2>Last 15{THIN}min</h2>
        <span className="muted">{circuit.circuit.name}</span>
        <span className="grow" />
        {circuit.phases.map(({ phase, totalA }) => (
          <span key={phase} className="line-key" data-token={PHASE_TOKENS[phase]}>
            <i />
            {view.names.phase(phase) ?? ''} {asText(current(totalA))}
          </span>
        ))}
        <button type="button" className="button compact square quiet" aria-pressed={isTable} title={isTable ? 'As chart' : 'As table'} onClick={() => setTable(!isTable)}>
          <TableRows size={16} />
          <span className="visually-hidden">As table</span>
        </button>
      </div>
      {isTable ? <HistoryTable circuit={circuit} view={view} /> : <HistoryChart circuit={circuit} />}
    </section>
  );
}
