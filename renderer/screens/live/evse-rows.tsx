import { Badge } from '../../components/badge.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Value } from '../../components/value.tsx';
import { evseBadge, evseWhy } from '../../words/live.ts';
import { current, setpointCurrent } from '../../words/numbers.ts';
import type { LiveView } from './live-view.ts';

/** More EVSEs than cards have room for: one row each. */
export function EvseRows({ view }: { readonly view: LiveView }) {
  return (
    <section className="panel evse-rows" aria-label="EVSEs">
      <table>
        <thead>
          <tr>
            <th scope="col">EVSE</th>
            <th scope="col" className="right">
              Offered
            </th>
            <th scope="col" className="right">
              Measured
            </th>
          </tr>
        </thead>
        <tbody>
          {view.evses.map((live) => {
            const badge = evseBadge(live);
            return (
              <tr key={live.evse.id}>
                <th scope="row">
                  <span className="bold">{live.evse.name}</span> <Badge state={badge.state} text={badge.text} />
                  <span className="small secondary">
                    <Sentence text={evseWhy(live, view)} />
                  </span>
                </th>
                <td className="right">
                  <Value quantity={setpointCurrent(live.offeredA, live.evse.stepA)} />
                </td>
                <td className="right">
                  <Value quantity={current(live.measuredA)} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
