import type { Failure } from '../../../core/errors.ts';
import { comparisonOf, type ComparisonFigures } from '../../../core/host-api/comparison.ts';
import type { ScenarioOutcome } from '../../../core/scenarios/outcome.ts';
import { Badge } from '../../components/badge.tsx';
import { Compare, PlayFilled, StopFilled } from '../../icons/icons.tsx';
import type { Computing } from '../../store/bench-store.ts';
import { runKey } from '../../store/played-run.ts';
import { useBench } from '../../store/use-bench.ts';
import { controllerName, controllerShortName } from '../../words/controllers.ts';
import { failureSentence } from '../../words/errors.ts';
import { comparedOf, current, decimal, energy, limit, asText, share } from '../../words/numbers.ts';
import { runTime, seconds } from '../../words/times.ts';
import { VERDICT_STATES, VERDICT_WORDS } from '../../words/verdicts.ts';
import { missingRuns, type PlayerActs } from './player-acts.ts';
import type { Chosen } from './use-chosen.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

interface Figure {
  readonly heading: string;
  readonly unit: string;
  readonly text: (figures: ComparisonFigures) => string;
}

function figuresOf({ view }: Chosen): readonly Figure[] {
  const above = (limitA: number | undefined, otherwise: string): string => `Above ${limitA === undefined ? otherwise : asText(limit(limitA))}`;
  return [
    { heading: 'Peak', unit: 'A', text: ({ peakCurrentA }) => current(peakCurrentA).value },
    { heading: above(view?.continuousA, 'continuous limit'), unit: 's', text: ({ secondsAboveContinuousLimit }) => seconds(secondsAboveContinuousLimit).value },
    { heading: above(view?.ratingA, 'rating'), unit: 's', text: ({ secondsAboveRating }) => seconds(secondsAboveRating).value },
    { heading: 'Thermal load', unit: '%', text: ({ thermalLoadPeakRatio }) => share(thermalLoadPeakRatio).value },
    { heading: 'Energy', unit: 'kWh', text: ({ energyWh }) => energy(energyWh).value },
    { heading: 'Starts', unit: '', text: ({ starts }) => decimal(starts, 0) },
    { heading: 'Must hold', unit: '', text: ({ expectationsPassed, expectations }) => comparedOf(expectationsPassed, expectations) },
  ];
}

function NotPlayed({ failure, computing, span }: { readonly failure: Failure | null; readonly computing: Computing | null; readonly span: number }) {
  if (computing !== null) {
    return (
      <td colSpan={span} className="secondary">
        playing, <span className="num">{runTime(computing.playedS)}</span> of <span className="num">{runTime(computing.durationS)}</span>
      </td>
    );
  }
  return (
    <td colSpan={span} className={failure === null ? 'muted' : 'cannot'}>
      {failure === null ? 'not played' : failureSentence(failure)}
    </td>
  );
}

function Played({ outcome, figures }: { readonly outcome: ScenarioOutcome; readonly figures: readonly Figure[] }) {
  const compared = comparisonOf(outcome);
  return (
    <>
      <td>
        <Badge state={VERDICT_STATES[outcome.verdict]} text={VERDICT_WORDS[outcome.verdict]} />
      </td>
      {figures.map(({ heading, text }) => (
        <td key={heading} className={heading === 'Must hold' && !outcome.passed ? 'right cannot' : 'right'}>
          {text(compared)}
        </td>
      ))}
    </>
  );
}

function LayOver({ controller, chosen }: { readonly controller: string; readonly chosen: Chosen }) {
  const player = usePlayerHandle();
  const isOver = usePlayer((state) => state.ghost === controller);
  const has = useBench((state) => state.runs.has(runKey(chosen.scenario.id, controller)));
  if (controller === chosen.controller) return <span className="muted small">in the chart</span>;
  return (
    <button type="button" className={isOver ? 'button compact pressed' : 'button compact'} aria-pressed={isOver} disabled={!has} onClick={() => player.setState({ ghost: isOver ? null : controller })}>
      <Compare size={16} />
      Lay over
      <span className="visually-hidden">: {controllerShortName(controller)}</span>
    </button>
  );
}

function Row({ controller, chosen, figures, acts }: { readonly controller: string; readonly chosen: Chosen; readonly figures: readonly Figure[]; readonly acts: PlayerActs }) {
  const key = runKey(chosen.scenario.id, controller);
  const outcome = useBench((state) => state.outcomes.get(key) ?? null);
  const failure = useBench((state) => state.playFailures.get(key) ?? null);
  const computing = chosen.computing?.request.controller === controller ? chosen.computing : null;
  const isAdded = !chosen.scenario.controllers.includes(controller);
  const isShown = computing === null && outcome !== null && failure === null;
  return (
    <tr className={controller === chosen.controller ? 'chosen' : ''} onClick={() => acts.showRun(controller)}>
      <th scope="row">
        <button
          type="button"
          className="row-name"
          onClick={(event) => {
            event.stopPropagation();
            acts.showRun(controller);
          }}
        >
          {controllerName(controller)}
        </button>
        {isAdded ? <span className="small muted"> not in the file</span> : null}
      </th>
      {isShown ? <Played outcome={outcome} figures={figures} /> : <NotPlayed failure={failure} computing={computing} span={figures.length + 1} />}
      <td className="right" onClick={(event) => event.stopPropagation()}>
        <LayOver controller={controller} chosen={chosen} />
      </td>
    </tr>
  );
}

/** Those whom the file does not list; nothing is expected of them, but their figures tell. */
function Others({ chosen }: { readonly chosen: Chosen }) {
  const player = usePlayerHandle();
  const known = useBench((state) => state.controllers);
  const others = known.filter((name) => !chosen.scenario.controllers.includes(name));
  if (others.length === 0) return null;
  const toggle = (name: string): void => {
    player.setState(({ added, ghost, controllers }) => {
      const before = added[chosen.scenario.id] ?? [];
      const isOn = before.includes(name);
      const now = isOn ? before.filter((other) => other !== name) : [...before, name];
      const picked = Object.fromEntries(Object.entries(controllers).filter(([id, controller]) => id !== chosen.scenario.id || controller !== name));
      return { added: { ...added, [chosen.scenario.id]: now }, ...(isOn ? { ghost: ghost === name ? null : ghost, controllers: picked } : {}) };
    });
  };
  return (
    <fieldset className="other-controllers">
      <legend>Compare with others too</legend>
      {others.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.controllers.includes(name)} onChange={() => toggle(name)} />
          {controllerName(name)}
        </label>
      ))}
    </fieldset>
  );
}

function PlayMissing({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const mode = usePlayer((state) => state.mode);
  const computing = useBench((state) => state.computing);
  const leads = useBench(({ host }) => host?.leads ?? true);
  const missing = useBench((state) => missingRuns(state, chosen.scenario.id, chosen.controllers, mode).length);
  if (computing !== null) {
    return (
      <button type="button" className="button danger compact" disabled={computing.isStopping} onClick={acts.stop}>
        <StopFilled size={16} />
        {computing.isStopping ? 'Stopping' : `Stop, ${computing.index + 1} of ${computing.count}`}
      </button>
    );
  }
  return (
    <button type="button" className="button primary compact" disabled={missing === 0 || !leads} onClick={acts.playMissing}>
      <PlayFilled size={16} />
      {missing === 0 ? 'All are played' : `Play ${missing === 1 ? 'the missing one' : `${missing} missing`}`}
    </button>
  );
}

/** Every controller against its outcome, in the place of the chart. A line opens that run. */
export function ComparisonPanel({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const player = usePlayerHandle();
  const figures = figuresOf(chosen);
  return (
    <section className="comparison-panel panel" aria-labelledby="comparison-panel-title">
      <div className="comparison-head">
        <h2 id="comparison-panel-title">All figures by controller</h2>
        <span className="grow" />
        <PlayMissing chosen={chosen} acts={acts} />
        <button type="button" className="button compact" onClick={() => player.setState({ isComparing: false })}>
          Back to the chart
        </button>
      </div>
      <div className="comparison-scroll" tabIndex={0} role="region" aria-label="Figures by controller">
        <table className="all-figures">
          <thead>
            <tr>
              <th scope="col">Controller</th>
              <th scope="col">Breaker</th>
              {figures.map(({ heading, unit }) => (
                <th key={heading} scope="col" className="right">
                  {heading}
                  {unit === '' ? '' : `, ${unit}`}
                </th>
              ))}
              <th scope="col" className="right">
                Over the chart
              </th>
            </tr>
          </thead>
          <tbody>
            {chosen.controllers.map((controller) => (
              <Row key={controller} controller={controller} chosen={chosen} figures={figures} acts={acts} />
            ))}
          </tbody>
        </table>
      </div>
      <Others chosen={chosen} />
      <p className="small muted">Figures of the worst circuit, as “chargebench scenario compare” prints them. A line opens that run at its worst moment.</p>
    </section>
  );
}
