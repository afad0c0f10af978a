import type { ReactNode } from 'react';
import { LaneChart } from '../../charts/lane-chart.tsx';
import { LimitLabel, TickLabels } from '../../charts/lane-labels.tsx';
import type { LaneModel, LaneWindow } from '../../charts/lane-model.ts';

/** One lane: what it is and its value at the cursor on the left, ticks, plot. */
export function Lane(props: {
  readonly kind: 'breaker-lane' | 'evse' | 'power' | 'thermal';
  readonly header: ReactNode;
  readonly model: LaneModel;
  readonly window: LaneWindow;
  readonly children?: ReactNode;
  readonly hasLabelsRight?: boolean;
}) {
  const { kind, header, model, window, children, hasLabelsRight = false } = props;
  return (
    <div className={`lane ${kind}`}>
      <div className="lane-header">{header}</div>
      <div className="plot">
        <LaneChart model={model} window={window} />
        <TickLabels model={model} />
        {model.limits.map((limit) => (
          <LimitLabel key={limit.label} limit={limit} top={model.top} isRight={hasLabelsRight} />
        ))}
        {children}
      </div>
    </div>
  );
}
