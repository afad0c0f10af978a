import { heightOf } from '../../charts/lane-labels.tsx';
import type { LaneWindow } from '../../charts/lane-model.ts';
import { Value } from '../../components/value.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { rowAt, valueAt, type PlayedRun } from '../../store/played-run.ts';
import { controllerShortName } from '../../words/controllers.ts';
import { asText, current } from '../../words/numbers.ts';
import { aboveShortText, aboveText, worstMomentText } from '../../words/verdicts.ts';
import { mainExcursion, type Excursion } from './excursions.ts';
import { Lane } from './lane.tsx';
import type { RunView } from './run-view.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

/** From 0 to 1 across what is shown. */
const across = (timeS: number, [fromS, untilS]: LaneWindow['range']): number => (timeS - fromS) / (untilS - fromS);

function AboveLabel({ excursions, limitA, token, view, window }: { readonly excursions: readonly Excursion[]; readonly limitA: number; readonly token: string; readonly view: RunView; readonly window: LaneWindow }) {
  const [fromS, untilS] = window.range;
  const main = mainExcursion(excursions, fromS, window.untilS ?? untilS);
  if (main === null || (window.untilS !== null && main.untilS > window.untilS)) return null;
  const place = across(main.untilS, window.range);
  const isNearEnd = place > 0.72;
  const style = isNearEnd ? { right: '8px', bottom: heightOf(limitA, view.breaker.top) } : { left: `max(${Math.max(place, 0) * 100}%, 146px)`, bottom: heightOf(limitA, view.breaker.top) };
  return (
    <span className="limit-label above" data-token={token} style={style}>
      <span className="in-full">{aboveText(limitA, main.aboveS)}</span>
      <span className="in-short" aria-hidden="true">
        {aboveShortText(main.aboveS)}
      </span>
    </span>
  );
}

function WorstMoment({ view, window }: { readonly view: RunView; readonly window: LaneWindow }) {
  const worst = view.run.result.worstMoment;
  if (worst?.circuitId !== view.circuit.id || (window.untilS !== null && worst.timeS > window.untilS)) return null;
  const place = across(worst.timeS, window.range);
  if (place < 0 || place > 1) return null;
  const isLeft = place < 0.34;
  const words = worstMomentText(worst.currentA, view.ratingA);
  return (
    <>
      <span className="worst-ring" style={{ left: `${place * 100}%`, bottom: heightOf(worst.currentA, view.breaker.top) }} />
      <span className="worst-text" style={isLeft ? { left: `calc(${place * 100}% + 12px)` } : { right: `min(calc(${(1 - place) * 100}% + 12px), calc(100% - 128px))` }}>
        <b>
          <Sentence text={words.text} />
        </b>
        <span className="of-rating">{words.ofRating}</span>
      </span>
    </>
  );
}

/** The other run's name, where it is farthest from the chosen one. */
function GhostLabel({ view, ghost, window }: { readonly view: RunView; readonly ghost: PlayedRun; readonly window: LaneWindow }) {
  const drawn = view.breaker.ghost;
  if (drawn === null) return null;
  const [fromS, untilS] = window.range;
  let best = { part: 0.6, valueA: 0, distanceA: -1 };
  for (let part = 0.12; part <= 0.62; part += 0.05) {
    const timeS = fromS + part * (untilS - fromS);
    const valueA = drawn.values[rowAt(drawn.timeS, timeS)] ?? 0;
    const distanceA = Math.abs(valueA - (view.currentA[rowAt(view.run.columns.timeS, timeS)] ?? 0));
    if (distanceA > best.distanceA) best = { part, valueA, distanceA };
  }
  const { outcome } = ghost.result;
  return (
    <span className="ghost-label" style={{ left: `${best.part * 100}%`, bottom: `calc(${heightOf(best.valueA, view.breaker.top)} - 24px)` }}>
      <i className="dots" />
      {controllerShortName(outcome.controller)}, peak {asText(current(outcome.peakCurrentA))}
    </span>
  );
}

function CircuitChoice({ view }: { readonly view: RunView }) {
  const player = usePlayerHandle();
  const { circuits } = view.run.result.site;
  if (circuits.length < 2) return <>{view.circuit.name}</>;
  return (
    <select className="circuit-select" aria-label="Circuit" value={view.circuit.id} onChange={(event) => player.setState({ circuitId: event.currentTarget.value })}>
      {circuits.map((circuit) => (
        <option key={circuit.id} value={circuit.id}>
          {circuit.name}
        </option>
      ))}
    </select>
  );
}

function Header({ view }: { readonly view: RunView }) {
  const value = usePlayer((state) => asText(current(valueAt(view.currentA, rowAt(view.run.columns.timeS, state.cursorS)))));
  const [number = '', unit = ''] = value.split('\u2009');
  return (
    <>
      <div className="lane-name">
        <i className="swatch own" data-token="total" />
        <CircuitChoice view={view} />
      </div>
      <div className="lane-value">
        <Value quantity={{ value: number, unit }} />
      </div>
      <div className="lane-note">measured</div>
    </>
  );
}

export function BreakerLane({ view, ghost, window }: { readonly view: RunView; readonly ghost: PlayedRun | null; readonly window: LaneWindow }) {
  return (
    <Lane kind="breaker-lane" header={<Header view={view} />} model={view.breaker} window={window}>
      <AboveLabel excursions={view.aboveRating} limitA={view.ratingA} token="limit-rating" view={view} window={window} />
      <AboveLabel excursions={view.aboveContinuous} limitA={view.continuousA} token="limit-continuous" view={view} window={window} />
      {ghost === null ? null : <GhostLabel view={view} ghost={ghost} window={window} />}
      <WorstMoment view={view} window={window} />
    </Lane>
  );
}
