import type { Site } from '../../core/site/site.ts';

const WIDTH = 88;
const HEIGHT = 66;
const MIDDLE = WIDTH / 2;
const BUS_Y = 34;
/** More would not be told apart at this size. */
const MOST_EVSES = 5;
const BOX = 13;

function placesOf(count: number): readonly number[] {
  const gap = Math.min(28, (WIDTH - BOX - 6) / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, index) => MIDDLE + (index - (count - 1) / 2) * gap);
}

/** A round clamp for each conductor that the meter surrounds. */
function Meter({ count }: { readonly count: number }) {
  return Array.from({ length: count }, (_, index) => <ellipse key={index} cx={MIDDLE} cy={24 - index * 6} rx={7} ry={3} />);
}

function Sun({ x }: { readonly x: number }) {
  return <path d={`M${x - 7} ${BUS_Y + 25}l3 -13h13l-3 13zM${x - 5} ${BUS_Y + 18}h13M${x + 1} ${BUS_Y + 12}l-3 13`} />;
}

/** The single-line diagram of a site, small: breaker, meter, bus and what hangs on it. Drawing only. */
export function SiteSketch({ site }: { readonly site: Site }) {
  const isEmpty = site.circuits.length === 0;
  const evses = Math.min(MOST_EVSES, site.evses.length);
  const hasSun = site.circuits.some(({ hasSource }) => hasSource) || site.policy.mode === 'solar';
  const places = placesOf(evses + (hasSun ? 1 : 0));
  const [sunX] = places;
  const evsePlaces = hasSun ? places.slice(1) : places;
  const left = Math.min(MIDDLE - 16, ...places.map((x) => x - 9));
  const right = Math.max(MIDDLE + 16, ...places.map((x) => x + 9));
  return (
    <svg className="site-sketch" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {isEmpty ? (
        <>
          <path d={`M${MIDDLE} 3v${BUS_Y - 12}M${MIDDLE - 16} ${BUS_Y - 9}h32`} />
          <path d={`M${MIDDLE} ${BUS_Y - 5}v10`} strokeDasharray="2 3" />
          <rect x={MIDDLE - 10} y={BUS_Y + 8} width={20} height={16} rx={3} strokeDasharray="3 3" />
          <path d={`M${MIDDLE - 4} ${BUS_Y + 16}h8M${MIDDLE} ${BUS_Y + 12}v8`} />
        </>
      ) : (
        <>
          <path d={`M${MIDDLE} 2v6M${MIDDLE - 6} 8l6 8M${MIDDLE - 2} 6l4 4M${MIDDLE + 2} 6l-4 4M${MIDDLE} 16v${BUS_Y - 16}`} />
          {site.meters.length > 0 ? <Meter count={site.meters[0]?.clamp === 'each-phase' ? 2 : 1} /> : null}
          <path d={`M${left} ${BUS_Y}h${right - left}`} strokeWidth={3} />
          {hasSun && sunX !== undefined ? (
            <>
              <path d={`M${sunX} ${BUS_Y}v12`} />
              <Sun x={sunX} />
            </>
          ) : null}
          {evsePlaces.map((x) => (
            <g key={x}>
              <path d={`M${x} ${BUS_Y}v12`} />
              <rect x={x - BOX / 2} y={BUS_Y + 12} width={BOX} height={BOX} rx={3} />
            </g>
          ))}
        </>
      )}
    </svg>
  );
}
