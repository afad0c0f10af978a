import { Badge } from '../../components/badge.tsx';
import { Ladder } from '../../components/ladder.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Value } from '../../components/value.tsx';
import { Clock } from '../../icons/icons.tsx';
import { ageText } from '../../words/ages.ts';
import { evseBadge, evseWhy, lastReport } from '../../words/live.ts';
import { current, energy, power, setpointCurrent } from '../../words/numbers.ts';
import { phaseLabel } from '../../words/names.ts';
import { drawsLessText } from '../../words/wishes.ts';
import { EvseActs } from './evse-acts.tsx';
import type { EvseLive, LiveView } from './live-view.ts';

function Phases({ live, view }: { readonly live: EvseLive; readonly view: LiveView }) {
  if (view.site.supply.kind === 'single-phase') return null;
  return (
    <span className="phase-tags">
      {live.phases.map((phase) => (
        <span key={phase} className={`phase-tag phase-${phase}`}>
          {phaseLabel(phase)}
        </span>
      ))}
    </span>
  );
}

function Age({ live, view }: { readonly live: EvseLive; readonly view: LiveView }) {
  if (live.freshness === 'stale' || live.ageMs === null) return <span className="small muted">{lastReport(live, view)}</span>;
  return (
    <span className={live.freshness === 'late' ? 'small state-attention age' : 'small muted age'}>
      {live.freshness === 'late' ? <Clock size={14} /> : null}
      {ageText(live.ageMs)}
    </span>
  );
}

/** One EVSE, to be read from two metres: what it offers, what flows, why. */
export function EvseCard({ live, view, isOpen, onToggle }: { readonly live: EvseLive; readonly view: LiveView; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const { evse, setpoint } = live;
  const badge = evseBadge(live);
  const isStale = live.freshness === 'stale';
  return (
    <article className={isStale ? 'panel evse-card stale' : 'panel evse-card'} aria-labelledby={`evse-${evse.id}`}>
      <header>
        <i className="swatch own" data-token={live.token} />
        <h2 id={`evse-${evse.id}`}>{evse.name}</h2>
        <span className="grow" />
        <Badge state={badge.state} text={badge.text} />
      </header>
      <div className="evse-numbers">
        <div className="evse-offered">
          <Value quantity={setpointCurrent(live.offeredA, evse.stepA)} />
          <span className="label">offered</span>
        </div>
        <div className="evse-measured">
          <Value quantity={current(live.measuredA)} />
          <span className="label">measured</span>
        </div>
      </div>
      <button type="button" className="why" aria-expanded={isOpen} disabled={setpoint === null || setpoint.limits.length === 0} title="Every ceiling considered" onClick={onToggle}>
        <span>
          <Sentence text={evseWhy(live, view)} />
        </span>
      </button>
      {isOpen && setpoint !== null ? <Ladder setpoint={setpoint} names={view.names} /> : null}
      {live.drawsLess === null ? null : (
        <p className="small draws-less">
          <Sentence text={`The vehicle ${drawsLessText(live.drawsLess.measuredA, live.drawsLess.ofA, evse.stepA)}.`} />
        </p>
      )}
      <EvseActs live={live} view={view} />
      <footer>
        <Phases live={live} view={view} />
        <Age live={live} view={view} />
        <span className="grow" />
        {isStale ? null : (
          <>
            <Value quantity={power(live.powerW)} />
            <Value className="muted" quantity={energy(live.report?.energyWh)} />
          </>
        )}
      </footer>
    </article>
  );
}
