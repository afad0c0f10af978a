import { comparisonOf } from '../../../core/host-api/comparison.ts';
import { Value } from '../../components/value.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { runKey } from '../../store/played-run.ts';
import { useBench } from '../../store/use-bench.ts';
import { controllerShortName } from '../../words/controllers.ts';
import { asText, current, energy, limit } from '../../words/numbers.ts';
import { seconds } from '../../words/times.ts';
import { VERDICT_STATES, VERDICT_WORDS } from '../../words/verdicts.ts';
import type { Chosen } from './use-chosen.ts';

function Row({ controller, chosen }: { readonly controller: string; readonly chosen: Chosen }) {
  const outcome = useBench((state) => state.outcomes.get(runKey(chosen.scenario.id, controller)) ?? null);
  const isGhost = chosen.ghost?.result.request.controller === controller;
  return (
    <tr className={controller === chosen.controller ? 'chosen' : ''}>
      <th scope="row">
        {outcome === null ? null : (
          <span title={VERDICT_WORDS[outcome.verdict]}>
            <StateIcon state={VERDICT_STATES[outcome.verdict]} size={14} />
            <span className="visually-hidden">{VERDICT_WORDS[outcome.verdict]}, </span>
          </span>
        )}
        <span className={isGhost ? 'dotted' : ''}>{controllerShortName(controller)}</span>
        {isGhost ? <span className="visually-hidden">, drawn dotted</span> : null}
      </th>
      {outcome === null ? (
        <td colSpan={4} className="right muted">
          not played
        </td>
      ) : (
        <>
          <td className="right">
            <Value quantity={current(outcome.peakCurrentA)} />
          </td>
          <td className="right">
            <Value quantity={seconds(outcome.secondsAboveContinuousLimit)} />
          </td>
          <td className="right">
            <Value quantity={seconds(outcome.secondsAboveRating)} />
          </td>
          <td className="right energy">
            <Value quantity={energy(comparisonOf(outcome).energyWh)} />
          </td>
        </>
      )}
    </tr>
  );
}

/** Controllers against outcomes; the dotted one lies over the chosen one in the chart. */
export function ComparisonTable({ chosen }: { readonly chosen: Chosen }) {
  const { view } = chosen;
  const above = (limitA: number | undefined, otherwise: string): string => (limitA === undefined ? otherwise : `> ${asText(limit(limitA))}`);
  return (
    <section aria-labelledby="comparison-title">
      <h2 id="comparison-title">Controllers on this scenario</h2>
      <table className="comparison">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Controller</span>
            </th>
            <th scope="col" className="right">
              Peak
            </th>
            <th scope="col" className="right">
              {above(view?.continuousA, '> cont.')}
            </th>
            <th scope="col" className="right">
              {above(view?.ratingA, '> rating')}
            </th>
            <th scope="col" className="right energy">
              Energy
            </th>
          </tr>
        </thead>
        <tbody>
          {chosen.controllers.map((controller) => (
            <Row key={controller} controller={controller} chosen={chosen} />
          ))}
        </tbody>
      </table>
      {view === null ? null : <p className="small muted comparison-note">Verdict by the trip bands of {curveName(view.circuit.breaker.curve)}. It does not replace the standard.</p>}
    </section>
  );
}

/** "ul-489" as the standard is written. */
function curveName(curve: string): string {
  return curve.replace(/^ul-/, 'UL ').replace(/^iec-/, 'IEC ').replaceAll('-', ' ');
}
