import { useMemo } from 'react';
import type { LaneWindow } from '../../charts/lane-model.ts';
import { useWidth } from '../../components/use-width.ts';
import { asText, limit } from '../../words/numbers.ts';
import { RUN_EVENT_WORDS, type RunEventKind } from '../../words/run-events.ts';
import { runTime } from '../../words/times.ts';
import { EventIcon } from './event-icon.tsx';
import { mainExcursion } from './excursions.ts';
import { flagText, layoutFlags, rowsFor, type PlacedFlag } from './flag-layout.ts';
import type { RunEvent } from './run-events.ts';
import type { RunView } from './run-view.ts';

const USUAL_WIDTH_PX = 600;
export const FLAG_ROW_PX = 22;

/** Of several at one place the one to look at first. */
const GRAVITY: readonly RunEventKind[] = ['fault', 'limit', 'signal', 'wish', 'vehicle', 'load', 'battery', 'pv'];

export const gravest = (events: readonly RunEvent[]): RunEventKind => GRAVITY.find((kind) => events.some((event) => event.kind === kind)) ?? 'vehicle';

export function eventsIn(view: RunView, { range: [fromS, toS], untilS }: LaneWindow): readonly RunEvent[] {
  const events = [...view.events];
  const back = mainExcursion(view.aboveContinuous.length > 0 ? view.aboveContinuous : view.aboveRating, fromS, toS);
  const limitA = view.aboveContinuous.length > 0 ? view.continuousA : view.ratingA;
  if (back !== null && back.untilS < view.durationS) events.push({ timeS: back.untilS, kind: 'limit', text: `Back at ${asText(limit(limitA))}` });
  return events.filter(({ timeS }) => timeS >= fromS && timeS <= Math.min(toS, untilS ?? toS)).sort((a, b) => a.timeS - b.timeS);
}

type OnPick = (events: readonly RunEvent[]) => void;

function Flag({ flag, widthPx, onPick }: { readonly flag: PlacedFlag; readonly widthPx: number; readonly onPick: OnPick }) {
  const { events, atPx, row, side, textPx } = flag;
  const kind = gravest(events);
  const text = flagText(events);
  const place = side === 'after' ? { left: atPx } : { right: widthPx - atPx };
  return (
    // One tab stop per chart: keys reach events with Shift and the arrows.
    <button
      type="button"
      tabIndex={-1}
      className={`flag flag-${kind}${side === 'before' ? ' turned' : ''}`}
      style={{ ...place, top: 4 + row * FLAG_ROW_PX }}
      title={events.map((event) => `${runTime(event.timeS)} ${event.text}`).join('\n')}
      onClick={() => onPick(events)}
    >
      <EventIcon kind={kind} />
      {textPx === null ? (
        <span className="visually-hidden">{text}</span>
      ) : (
        <span className="flag-text" style={{ maxWidth: textPx }}>
          {text}
        </span>
      )}
    </button>
  );
}

/** Flags by themselves, where there are no lanes beneath them. */
export function FlagRow({ flags, widthPx, onPick }: { readonly flags: readonly PlacedFlag[]; readonly widthPx: number; readonly onPick: OnPick }) {
  const rows = Math.max(0, ...flags.map(({ row }) => row)) + 1;
  return (
    <div className="flag-row" style={{ height: rows * FLAG_ROW_PX + 4 }}>
      <Flags flags={flags} widthPx={widthPx} onPick={onPick} />
    </div>
  );
}

function Flags({ flags, widthPx, onPick }: { readonly flags: readonly PlacedFlag[]; readonly widthPx: number; readonly onPick: OnPick }) {
  return flags.map((flag) => <Flag key={`${flag.events[0]?.timeS ?? 0} ${flagText(flag.events)}`} flag={flag} widthPx={widthPx} onPick={onPick} />);
}

/** What happened in the run, above the lanes. */
export function EventFlags({ view, window, onSeek }: { readonly view: RunView; readonly window: LaneWindow; readonly onSeek: (timeS: number) => void }) {
  const [place, widthPx] = useWidth<HTMLDivElement>(USUAL_WIDTH_PX);
  const flags = useMemo(() => layoutFlags(eventsIn(view, window), window.range, widthPx, rowsFor(view.events.length)), [view, window, widthPx]);
  return (
    <div className="lane events">
      <div className="lane-header">
        <span className="lane-name muted">Events</span>
      </div>
      <div className="plot" ref={place}>
        <Flags flags={flags} widthPx={widthPx} onPick={([first]) => onSeek(first?.timeS ?? 0)} />
      </div>
    </div>
  );
}

/** Which shape is what, for the kinds that this run has. */
export function EventLegend({ view }: { readonly view: RunView }) {
  const kinds = (Object.keys(RUN_EVENT_WORDS) as RunEventKind[]).filter((kind) => view.events.some((event) => event.kind === kind));
  if (kinds.length === 0) return null;
  return (
    <ul className="line-legend event-legend" aria-label="Flags in the chart">
      {kinds.map((kind) => (
        <li key={kind}>
          <EventIcon kind={kind} />
          {RUN_EVENT_WORDS[kind]}
        </li>
      ))}
    </ul>
  );
}
