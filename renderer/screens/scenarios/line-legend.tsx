import { controllerShortName } from '../../words/controllers.ts';
import type { Chosen } from './use-chosen.ts';

/** Which run is which line: told by the look of the line in words and as it is drawn, not by colour. */
export function LineLegend({ chosen }: { readonly chosen: Chosen }) {
  const { ghost, controller } = chosen;
  if (ghost === null) return null;
  return (
    <ul className="line-legend" aria-label="Lines in the chart">
      <li>
        <i className="legend-line" />
        <span className="visually-hidden">solid: </span>
        {controllerShortName(controller)}
      </li>
      <li>
        <i className="legend-line dotted-line" />
        <span className="visually-hidden">dotted: </span>
        {controllerShortName(ghost.result.outcome.controller)}
      </li>
    </ul>
  );
}
