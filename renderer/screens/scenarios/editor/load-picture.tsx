import { useMemo } from 'react';
import type { LoadPreview, PowerCourse } from '../../../../core/host-api/contract.ts';
import { evseToken } from '../../../charts/chart-theme.ts';
import { timeSteps, valueSteps } from '../../../charts/scale-steps.ts';
import { useWidth } from '../../../components/use-width.ts';
import { decimal, decimalsOf } from '../../../words/numbers.ts';
import { runTime } from '../../../words/times.ts';
import { FlagRow } from '../event-flags.tsx';
import { layoutFlags, rowsFor } from '../flag-layout.ts';
import { draftEvents, draftStays, pictureWords, type DraftEvent, type DraftStay } from './draft-picture.ts';
import { useEditor } from './use-editor.ts';

const USUAL_WIDTH_PX = 560;
const PLOT_PX = 84;
const STAY_PX = 16;
/** Of a time with some room beside it. */
const LABEL_PX = 76;
/** More vehicles than this are told in words only. */
const MOST_STAYS = 6;

interface Scale {
  readonly x: (timeS: number) => number;
  /** kW; generation lies below zero. */
  readonly y: (powerKw: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf({ house, pv }: LoadPreview, durationS: number, widthPx: number): Scale {
  const top = Math.max(0.5, ...(house?.mostW ?? [0]).map((powerW) => powerW / 1000)) * 1.1;
  const bottom = -Math.max(0, ...(pv?.mostW ?? [0]).map((powerW) => powerW / 1000)) * 1.1;
  const low = Math.min(bottom, ...(house?.leastW ?? [0]).map((powerW) => powerW / 1000));
  return { x: (timeS) => (timeS / durationS) * widthPx, y: (powerKw) => PLOT_PX - ((powerKw - low) / (top - low)) * PLOT_PX, ticks: valueSteps(top, 3, low) };
}

/** Each stretch as a step, there along the highest and back along the lowest. */
function bandPath({ leastW, mostW }: PowerCourse, sign: 1 | -1, stretchS: number, { x, y }: Scale): string {
  const along = (values: readonly number[]): readonly string[] => values.flatMap((powerW, place) => [place, place + 1].map((edge) => `${x(edge * stretchS).toFixed(1)} ${y((sign * powerW) / 1000).toFixed(1)}`));
  return `M${along(mostW).join('L')}L${[...along(leastW)].reverse().join('L')}Z`;
}

function meanPath({ meanW }: PowerCourse, sign: 1 | -1, stretchS: number, { x, y }: Scale): string {
  return `M${meanW.flatMap((powerW, place) => [place, place + 1].map((edge) => `${x(edge * stretchS).toFixed(1)} ${y((sign * powerW) / 1000).toFixed(1)}`)).join('L')}`;
}

function areaPath(course: PowerCourse, sign: 1 | -1, stretchS: number, scale: Scale): string {
  const endS = course.meanW.length * stretchS;
  return `${meanPath(course, sign, stretchS, scale)}L${scale.x(endS).toFixed(1)} ${scale.y(0).toFixed(1)}L0 ${scale.y(0).toFixed(1)}Z`;
}

function Course({ course, sign, stretchS, scale }: { readonly course: PowerCourse; readonly sign: 1 | -1; readonly stretchS: number; readonly scale: Scale }) {
  return (
    <>
      <path className="picture-area" d={areaPath(course, sign, stretchS, scale)} />
      <path className="picture-band" d={bandPath(course, sign, stretchS, scale)} />
      <path className="picture-mean" d={meanPath(course, sign, stretchS, scale)} />
    </>
  );
}

function Stays({ stays, scale }: { readonly stays: readonly DraftStay[]; readonly scale: Scale }) {
  const { check, focusOn } = useEditor();
  const evses = check?.site.evses ?? [];
  return (
    <div className="picture-stays" style={{ height: stays.length * STAY_PX }}>
      {stays.map(({ id, evse, fromS, untilS, entry }, row) => (
        <button
          key={entry}
          type="button"
          tabIndex={-1}
          className="picture-stay own"
          data-token={evseToken(Math.max(0, evses.findIndex((one) => one.id === evse)))}
          style={{ left: scale.x(fromS), width: Math.max(3, scale.x(untilS) - scale.x(fromS)), top: row * STAY_PX }}
          title={`${id} at ${evses.find((one) => one.id === evse)?.name ?? evse}, ${runTime(fromS)} to ${runTime(untilS)}`}
          onClick={() => focusOn(entry)}
        >
          {id}
        </button>
      ))}
    </div>
  );
}

/** The loads of the draft over its time, its vehicles and what happens, before anything is played. What is clicked gets the focus. */
export function LoadPicture({ loads }: { readonly loads: LoadPreview | null }) {
  const { file, check, focusOn } = useEditor();
  const [place, widthPx] = useWidth<HTMLDivElement>(USUAL_WIDTH_PX);
  const durationS = check?.summary.durationS ?? 0;
  const events = useMemo(() => draftEvents(file).filter(({ timeS }) => timeS <= durationS), [file, durationS]);
  const stays = useMemo(() => draftStays(file, durationS), [file, durationS]);
  const flags = useMemo(() => (durationS === 0 ? [] : layoutFlags(events, [0, durationS], widthPx, Math.min(2, rowsFor(events.length)))), [events, durationS, widthPx]);
  if (loads === null || durationS === 0) {
    return (
      <figure className="load-picture" aria-label="Picture of the loads">
        <figcaption className="muted">Reading the loads.</figcaption>
        <div style={{ height: PLOT_PX }} />
      </figure>
    );
  }
  const scale = scaleOf(loads, durationS, widthPx);
  const shown = stays.length > MOST_STAYS ? [] : stays;
  const times = timeSteps(0, durationS, Math.max(2, Math.min(6, Math.floor(widthPx / LABEL_PX))));
  return (
    <figure className="load-picture" aria-label="Picture of the loads">
      <figcaption>{pictureWords(loads, stays.length)}</figcaption>
      <div className="picture-body">
        {flags.length === 0 ? null : <FlagRow flags={flags} widthPx={widthPx} onPick={([first]) => focusOn((first as DraftEvent | undefined)?.entry ?? '')} />}
        <div className="picture-plot" ref={place} style={{ height: PLOT_PX }}>
          <svg width={widthPx} height={PLOT_PX} aria-hidden="true" focusable="false">
            {times.map((timeS) => (
              <line key={timeS} className="picture-grid" x1={scale.x(timeS)} x2={scale.x(timeS)} y1={0} y2={PLOT_PX} />
            ))}
            {scale.ticks.map((tick) => (
              <line key={tick} className={tick === 0 ? 'picture-zero' : 'picture-grid'} x1={0} x2={widthPx} y1={scale.y(tick)} y2={scale.y(tick)} />
            ))}
            {loads.house === null ? null : <Course course={loads.house} sign={1} stretchS={loads.stretchS} scale={scale} />}
            {loads.pv === null ? null : <Course course={loads.pv} sign={-1} stretchS={loads.stretchS} scale={scale} />}
          </svg>
          {scale.ticks.map((tick) => (
            <span key={tick} className="picture-tick" style={{ top: scale.y(tick) }}>
              {decimal(Math.abs(tick), decimalsOf(tick))}
            </span>
          ))}
          <span className="picture-unit">kW</span>
          {loads.pv === null ? null : <span className="picture-below">below zero: PV</span>}
        </div>
        {shown.length === 0 ? null : <Stays stays={shown} scale={scale} />}
        <div className="picture-times">
          {times.map((timeS) => (
            <span key={timeS} style={{ left: scale.x(timeS) }} className={timeS === 0 ? 'first' : scale.x(timeS) > widthPx - 30 ? 'last' : undefined}>
              {runTime(timeS)}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}
