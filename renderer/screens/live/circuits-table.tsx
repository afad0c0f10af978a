import { PHASES, type PhaseIndex } from '../../../core/quantities.ts';
import { Value } from '../../components/value.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { circuitLine } from '../../words/live.ts';
import { phaseLabel } from '../../words/names.ts';
import { current } from '../../words/numbers.ts';
import type { CircuitLive, LiveView } from './live-view.ts';

function Headroom({ circuit, phase }: { readonly circuit: CircuitLive; readonly phase: PhaseIndex }) {
  const seen = circuit.phases.find((one) => one.phase === phase);
  if (seen === undefined) return <td className="muted">none</td>;
  const used = seen.headroomA === null ? null : Math.min(1, Math.max(0, 1 - seen.headroomA / circuit.limitA));
  return (
    <td>
      <Value className="bold" quantity={current(seen.headroomA)} />
      <div className="mini" aria-hidden="true">
        {used === null ? null : <i className={seen.headroomA !== null && seen.headroomA < -0.05 ? 'over' : ''} style={{ width: `${used * 100}%` }} />}
      </div>
    </td>
  );
}

/** Headroom of every circuit by phase; a click makes a circuit the large one. */
export function CircuitsTable({ view, shownId, onShow }: { readonly view: LiveView; readonly shownId: string | null; readonly onShow: (id: string) => void }) {
  const phases = PHASES.filter((phase) => view.circuits.some((circuit) => circuit.phases.some((one) => one.phase === phase)));
  const isSingle = view.site.supply.kind === 'single-phase';
  return (
    <section className="panel circuits" aria-label="Headroom per circuit">
      <table>
        <thead>
          <tr>
            <th scope="col">Headroom per circuit</th>
            {phases.map((phase) => (
              <th key={phase} scope="col">
                {isSingle ? 'Headroom' : <span className={`phase-tag phase-${phase}`}>{phaseLabel(phase)}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.circuits.map((circuit) => (
            <tr key={circuit.circuit.id} className={circuit.circuit.id === shownId ? 'shown' : ''}>
              <th scope="row">
                <button type="button" className={`circuit-button depth-${Math.min(circuit.depth, 4)}`} aria-pressed={circuit.circuit.id === shownId} onClick={() => onShow(circuit.circuit.id)}>
                  <span className="bold">{circuit.circuit.name}</span>
                  <span className="small muted">
                    <Sentence text={circuitLine(circuit)} />
                  </span>
                </button>
              </th>
              {phases.map((phase) => (
                <Headroom key={phase} circuit={circuit} phase={phase} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
