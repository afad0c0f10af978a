import { useMemo, useRef, type ReactNode } from 'react';
import { LaneChart } from '../../charts/lane-chart.tsx';
import type { LaneModel } from '../../charts/lane-model.ts';
import { within, type TimeRange } from '../../charts/time-range.ts';
import type { RunView } from './run-view.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

type Grip = 'move' | 'from' | 'until';

function overviewModel(view: RunView): LaneModel {
  const { breaker } = view;
  return {
    ...breaker,
    ghost: null,
    ticks: [],
    series: breaker.series.map((series) => ({ ...series, token: 'ink2', widthPx: 1.25, fillAlpha: 0.12 })),
    limits: breaker.limits.map((limit) => ({ ...limit, fillAlpha: 0 })),
  };
}

function gripped([fromS, untilS]: TimeRange, grip: Grip, byS: number, durationS: number): TimeRange {
  if (grip === 'move') return within([fromS + byS, untilS + byS], durationS);
  const shortestS = Math.min(5, durationS);
  if (grip === 'from') return [Math.min(Math.max(0, fromS + byS), untilS - shortestS), untilS];
  return [fromS, Math.max(Math.min(durationS, untilS + byS), fromS + shortestS)];
}

interface GripProps {
  readonly grip: Grip;
  readonly className: string;
  readonly durationS: number;
  readonly widthOf: () => number;
  readonly style?: React.CSSProperties;
  readonly children?: ReactNode;
}

/** Something to drag: the brush itself, or one of its edges. */
function Gripped({ grip, className, durationS, widthOf, style, children }: GripProps) {
  const player = usePlayerHandle();
  const drag = useRef<{ readonly x: number; readonly range: TimeRange } | null>(null);
  return (
    <div
      className={className}
      style={style}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, range: player.getState().range };
      }}
      onPointerMove={(event) => {
        if (drag.current === null) return;
        const byS = ((event.clientX - drag.current.x) / widthOf()) * durationS;
        player.setState({ range: gripped(drag.current.range, grip, byS, durationS) });
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
    >
      {children}
    </div>
  );
}

function Brush({ durationS, widthOf }: { readonly durationS: number; readonly widthOf: () => number }) {
  const [fromS, untilS] = usePlayer((state) => state.range);
  const style = { left: `${(fromS / durationS) * 100}%`, width: `${((untilS - fromS) / durationS) * 100}%` };
  return (
    <Gripped grip="move" className="brush" style={style} durationS={durationS} widthOf={widthOf}>
      <Gripped grip="from" className="brush-edge from" durationS={durationS} widthOf={widthOf} />
      <Gripped grip="until" className="brush-edge until" durationS={durationS} widthOf={widthOf} />
    </Gripped>
  );
}

/** The whole run; the brush is the part above. Keys + - 0 do the same. */
export function Overview({ view }: { readonly view: RunView | null }) {
  const player = usePlayerHandle();
  const place = useRef<HTMLDivElement>(null);
  const cursorS = usePlayer((state) => state.cursorS);
  const model = useMemo(() => (view === null ? null : overviewModel(view)), [view]);
  const durationS = view?.durationS ?? 0;
  const whole = useMemo(() => ({ range: [0, Math.max(durationS, 1)] as const, untilS: null }), [durationS]);
  const jump = (event: React.PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const centreS = ((event.clientX - box.left) / box.width) * durationS;
    player.setState(({ range: [fromS, untilS] }) => ({ range: within([centreS - (untilS - fromS) / 2, centreS + (untilS - fromS) / 2], durationS) }));
  };
  return (
    <div className="overview" aria-hidden="true">
      {model === null || durationS <= 0 ? null : (
        <div className="overview-plot" ref={place} onPointerDown={jump}>
          <LaneChart model={model} window={whole} />
          {view?.events.map((event, index) => <i key={index} className={`overview-mark mark-${event.kind}`} style={{ left: `${(event.timeS / durationS) * 100}%` }} title={event.text} />)}
          <Brush durationS={durationS} widthOf={() => place.current?.clientWidth ?? 1} />
          <i className="overview-cursor" style={{ left: `${(cursorS / durationS) * 100}%` }} />
        </div>
      )}
    </div>
  );
}
