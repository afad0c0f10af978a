import { Fragment, useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Ladder } from '../../components/ladder.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Value } from '../../components/value.tsx';
import { evseBadge, evseWhy } from '../../words/live.ts';
import { current, setpointCurrent } from '../../words/numbers.ts';
import { EvseActs } from './evse-acts.tsx';
import type { EvseLive, LiveView } from './live-view.ts';

function Row({ live, view, isOpen, onToggle }: { readonly live: EvseLive; readonly view: LiveView; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const badge = evseBadge(live);
  const { evse, setpoint } = live;
  return (
    <Fragment>
      <tr className={isOpen ? 'open' : ''}>
        <th scope="row">
          <button type="button" className="row-button" aria-expanded={isOpen} onClick={onToggle}>
            <span className="bold">{evse.name}</span> <Badge state={badge.state} text={badge.text} />
            <span className="small secondary">
              <Sentence text={evseWhy(live, view)} />
            </span>
          </button>
        </th>
        <td className="right">
          <Value quantity={setpointCurrent(live.offeredA, evse.stepA)} />
        </td>
        <td className="right">
          <Value quantity={current(live.measuredA)} />
        </td>
      </tr>
      {isOpen ? (
        <tr className="row-detail">
          <td colSpan={3}>
            {setpoint === null ? null : <Ladder setpoint={setpoint} names={view.names} />}
            <EvseActs live={live} view={view} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}

/** More EVSEs than cards have room for: one row each, opened for its ceilings and what can be asked of it. */
export function EvseRows({ view }: { readonly view: LiveView }) {
  const [openId, setOpenId] = useState<string | null>(null);
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
          {view.evses.map((live) => (
            <Row key={live.evse.id} live={live} view={view} isOpen={openId === live.evse.id} onToggle={() => setOpenId((open) => (open === live.evse.id ? null : live.evse.id))} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
