import { rowAt, valueAt } from '../../store/played-run.ts';
import { current, setpointCurrent, share } from '../../words/numbers.ts';
import { runTime, seconds } from '../../words/times.ts';
import type { RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

const MOST_ROWS = 240;

/** What the lanes show, as figures: the rows in sight, thinned to what can be read. */
export function RunTable({ view }: { readonly view: RunView }) {
  const [fromS, untilS] = usePlayer((state) => state.range);
  const { timeS } = view.run.columns;
  const first = rowAt(timeS, fromS);
  const last = rowAt(timeS, untilS);
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_ROWS));
  const rows = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => first + index * stride);
  return (
    <div className="run-table" tabIndex={0} role="region" aria-label="Run as table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" className="right">
              {view.circuit.name}, A
            </th>
            {view.evses.map(({ evse }) => (
              <th key={evse.id} scope="col" className="right">
                {evse.name}, measured and offered, A
              </th>
            ))}
            <th scope="col" className="right">
              Thermal load, %
            </th>
            {view.feeds.map(({ meter }) => (
              <th key={meter.id} scope="col" className="right">
                Age of {meter.name}, s
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{runTime(timeS[row] ?? 0)}</th>
              <td className="right">{current(valueAt(view.currentA, row)).value}</td>
              {view.evses.map(({ evse, measuredA, offeredA }) => (
                <td key={evse.id} className="right">
                  {current(valueAt(measuredA, row)).value} · {setpointCurrent(valueAt(offeredA, row), evse.stepA).value}
                </td>
              ))}
              <td className="right">{share(valueAt(view.thermalRatio, row)).value}</td>
              {view.feeds.map(({ meter, ageS }) => (
                <td key={meter.id} className="right">
                  {seconds(valueAt(ageS, row)).value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
