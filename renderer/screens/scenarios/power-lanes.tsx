import type { LaneModel, LaneWindow } from '../../charts/lane-model.ts';
import { valueSteps } from '../../charts/scale-steps.ts';
import { Value } from '../../components/value.tsx';
import { columnOf, rowAt, valueAt, type PlayedRun } from '../../store/played-run.ts';
import { power } from '../../words/numbers.ts';
import { batteryName, batteryStateText } from '../../words/run-events.ts';
import { EventIcon } from './event-icon.tsx';
import { Lane } from './lane.tsx';
import type { RunView } from './run-view.ts';
import { usePlayer } from './use-player.ts';

/** What house, PV or a battery takes or gives, over the whole site. */
export interface PowerLaneView {
  readonly key: string;
  readonly kind: 'load' | 'pv' | 'battery';
  readonly name: string;
  readonly powerW: Float32Array;
  readonly model: LaneModel;
}

/** Of a lane in which nothing ever flows. */
const LEAST_TOP_KW = 0.5;

/** In kW, from what was given back below zero to what was taken. */
function powerModel(timeS: Float64Array, powerW: Float32Array): LaneModel {
  const powerKw = powerW.map((value) => value / 1000);
  let top = LEAST_TOP_KW;
  let bottom = 0;
  for (const value of powerKw) {
    if (value > top) top = value;
    if (value < bottom) bottom = value;
  }
  const high = top * 1.15;
  const low = bottom * 1.15;
  return { timeS, series: [{ values: powerKw, token: 'ink2', look: 'solid', isStepped: true, widthPx: 1.5, fillAlpha: 0.14 }], limits: [], ghost: null, top: high, bottom: low, ticks: valueSteps(high, 3, low) };
}

export function powerLanes({ columns }: PlayedRun): readonly PowerLaneView[] {
  const { timeS } = columns;
  const lane = (key: string, kind: PowerLaneView['kind'], name: string, powerW: Float32Array | undefined): readonly PowerLaneView[] =>
    powerW === undefined ? [] : [{ key, kind, name, powerW, model: powerModel(timeS, powerW) }];
  const batteries = columns.columns.flatMap(({ column, values }) => (column.kind === 'battery-power' ? [{ id: column.batteryId, values }] : []));
  return [
    ...lane('house', 'load', 'Other load', columnOf(columns, ({ kind }) => kind === 'house-power')),
    ...lane('pv', 'pv', 'PV', columnOf(columns, ({ kind }) => kind === 'pv-power')),
    ...batteries.flatMap(({ id, values }) => lane(`battery ${id}`, 'battery', batteryName(id, batteries.length), values)),
  ];
}

function PowerHeader({ lane, timeS }: { readonly lane: PowerLaneView; readonly timeS: Float64Array }) {
  const powerW = usePlayer((state) => valueAt(lane.powerW, rowAt(timeS, state.cursorS)));
  const isBattery = lane.kind === 'battery';
  return (
    <>
      <div className="lane-name">
        <EventIcon kind={lane.kind} />
        {lane.name}
      </div>
      <div className="power-value">
        <Value className="lane-value" quantity={power(isBattery && powerW !== null ? Math.abs(powerW) : powerW)} />
        {isBattery ? <span className="lane-note">{batteryStateText(powerW)}</span> : null}
      </div>
    </>
  );
}

export function PowerLane({ lane, view, window }: { readonly lane: PowerLaneView; readonly view: RunView; readonly window: LaneWindow }) {
  return <Lane kind="power" header={<PowerHeader lane={lane} timeS={view.run.columns.timeS} />} model={lane.model} window={window} />;
}
