import { useMemo, useState } from 'react';
import type { Setpoint } from '../../../core/balancing/setpoint.ts';
import { Ladder } from '../../components/ladder.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Value } from '../../components/value.tsx';
import { evseToken } from '../../charts/chart-theme.ts';
import { setpointCurrent } from '../../words/numbers.ts';
import { setpointSentence } from '../../words/reasons.ts';
import { setpointsAt } from './changes.ts';
import type { RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

/** So many ladders fit beside the chart without scrolling. */
const OPEN_UP_TO = 2;

function Entry({ setpoint, view, isOpen, onToggle }: { readonly setpoint: Setpoint; readonly view: RunView; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const { names } = view;
  const index = view.run.result.site.evses.findIndex(({ id }) => id === setpoint.evseId);
  return (
    <li className="setpoint">
      <button type="button" className="setpoint-head" aria-expanded={isOpen} onClick={onToggle}>
        <i className="swatch own" data-token={evseToken(Math.max(0, index))} />
        <span className="bold">{names.evse(setpoint.evseId)}</span>
        <span className="grow" />
        <Value className="bold" quantity={setpointCurrent(setpoint.offeredCurrentA, names.stepA(setpoint.evseId))} />
      </button>
      <p className="why">
        <Sentence text={setpointSentence(setpoint, names)} />
      </p>
      {isOpen && setpoint.limits.length > 1 ? <Ladder setpoint={setpoint} names={names} /> : null}
    </li>
  );
}

export function SetpointList({ view }: { readonly view: RunView }) {
  const cursorS = usePlayer((state) => Math.floor(state.cursorS * 10) / 10);
  const setpoints = useMemo(() => setpointsAt(view.run.result, cursorS), [view, cursorS]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const areOpen = view.run.result.site.evses.length <= OPEN_UP_TO;
  const toggle = (id: string): void => {
    setToggled((before) => new Set(before.has(id) ? [...before].filter((other) => other !== id) : [...before, id]));
  };
  if (setpoints.length === 0) return <p className="small muted">No setpoint has been given yet.</p>;
  return (
    <ul>
      {setpoints.map((setpoint) => (
        <Entry key={setpoint.evseId} setpoint={setpoint} view={view} isOpen={areOpen !== toggled.has(setpoint.evseId)} onToggle={() => toggle(setpoint.evseId)} />
      ))}
    </ul>
  );
}
