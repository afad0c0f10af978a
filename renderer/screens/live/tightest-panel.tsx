import { valueSteps } from '../../charts/scale-steps.ts';
import { Value } from '../../components/value.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { ageText, staleText } from '../../words/ages.ts';
import { headroomText } from '../../words/live.ts';
import { phaseLabel } from '../../words/names.ts';
import { asText, current, limit } from '../../words/numbers.ts';
import { PHASE_TOKENS } from '../../charts/chart-theme.ts';
import type { CircuitLive, LiveView, PhaseLive } from './live-view.ts';

const topOf = (circuit: CircuitLive): number => {
  const flows = circuit.phases.map(({ totalA, otherA, evses, reservedA }) => Math.max(totalA ?? 0, (otherA ?? 0) + evses.reduce((sum, { currentA }) => sum + currentA, 0) + reservedA));
  return Math.max(circuit.ratingA * 1.15, circuit.limitA * 1.2, ...flows.map((flow) => flow * 1.05));
};

const widthOf = (currentA: number, top: number): string => `${(Math.max(0, currentA) / top) * 100}%`;

function Bar({ circuit, phase, top }: { readonly circuit: CircuitLive; readonly phase: PhaseLive; readonly top: number }) {
  return (
    <div className="phase-bar" aria-hidden="true">
      {phase.otherA !== null && phase.otherA > 0 ? <i className="bar-part" data-token="other" style={{ width: widthOf(phase.otherA, top) }} /> : null}
      {phase.evses.map(({ id, token, currentA }) => (currentA > 0.05 ? <i key={id} className="bar-part" data-token={token} style={{ width: widthOf(currentA, top) }} /> : null))}
      {phase.reservedA > 0.05 ? <i className="bar-reserved hatch" style={{ width: widthOf(phase.reservedA, top) }} /> : null}
      {circuit.limitA < circuit.ratingA ? <b className="bar-limit continuous" style={{ left: widthOf(circuit.limitA, top) }} /> : null}
      <b className="bar-limit" style={{ left: widthOf(circuit.ratingA, top) }} />
    </div>
  );
}

/** The bar in words, for those who cannot see it. */
function barText(phase: PhaseLive, view: LiveView): string {
  const parts = [`other load ${asText(current(phase.otherA))}`, ...phase.evses.map(({ id, currentA }) => `${view.names.evse(id)} ${asText(current(currentA))}`)];
  if (phase.reservedA > 0.05) parts.push(`reserved ${asText(current(phase.reservedA))}`);
  return parts.join(', ');
}

function PhaseRow({ circuit, phase, top, view }: { readonly circuit: CircuitLive; readonly phase: PhaseLive; readonly top: number; readonly view: LiveView }) {
  const headroom = phase.headroomA === null ? current(null) : current(Math.abs(phase.headroomA) < 0.05 ? 0 : phase.headroomA);
  return (
    <div className="phase-row">
      <span className="phase-letter" data-token={PHASE_TOKENS[phase.phase]}>
        {view.names.phase(phase.phase) ?? 'I'}
      </span>
      <div className="phase-flow">
        <Value quantity={current(phase.totalA)} />
        <span className="label">flows</span>
      </div>
      <div className="phase-bar-place">
        <Bar circuit={circuit} phase={phase} top={top} />
        <span className="visually-hidden">{barText(phase, view)}</span>
      </div>
      <div className="phase-headroom">
        <Value quantity={headroom} />
        <span className="label">headroom</span>
      </div>
    </div>
  );
}

function Scale({ circuit, top }: { readonly circuit: CircuitLive; readonly top: number }) {
  const limits = circuit.limitA < circuit.ratingA ? [circuit.limitA, circuit.ratingA] : [circuit.ratingA];
  return (
    <div className="phase-row scale" aria-hidden="true">
      <span />
      <span />
      <div className="scale-place">
        {valueSteps(top, 6)
          .filter((value) => limits.every((one) => value < one - top * 0.2 || value > one + top * 0.2))
          .map((value) => (
            <span key={value} style={{ left: widthOf(value, top) }}>
              {value}
            </span>
          ))}
        {circuit.limitA < circuit.ratingA ? (
          <span className="scale-limit continuous" style={{ left: widthOf(circuit.limitA, top) }}>
            {asText(limit(circuit.limitA))} limit
          </span>
        ) : null}
        <span className="scale-limit" style={{ left: widthOf(circuit.ratingA, top) }}>
          {asText(limit(circuit.ratingA))} breaker
        </span>
      </div>
      <span />
    </div>
  );
}

function MeterAge({ circuit, view }: { readonly circuit: CircuitLive; readonly view: LiveView }) {
  const { meter, meterAgeMs, freshness } = circuit;
  if (meter === null) return <span className="small muted">not measured</span>;
  if (freshness === 'stale') {
    return (
      <span className="small state-attention age">
        <StateIcon state="attention" size={14} />
        {meter.name}: {staleText(meterAgeMs, null)}
      </span>
    );
  }
  return (
    <span className={freshness === 'late' ? 'small state-attention age' : 'small muted age'}>
      {freshness === 'late' ? <StateIcon state="attention" size={14} /> : null}
      {view.names.meter(meter.id)}, {ageText(meterAgeMs ?? 0)}
    </span>
  );
}

export function TightestPanel({ circuit, isTightest, view }: { readonly circuit: CircuitLive; readonly isTightest: boolean; readonly view: LiveView }) {
  const top = topOf(circuit);
  const below = view.evses.filter(({ evse }) => circuit.phases.some(({ evses }) => evses.some(({ id }) => id === evse.id)));
  const worst = circuit.phases.reduce<number | null>((lowest, { headroomA }) => (headroomA === null ? lowest : Math.min(lowest ?? headroomA, headroomA)), null);
  return (
    <section className={circuit.freshness === 'stale' ? 'panel tightest stale' : 'panel tightest'} aria-label={`${circuit.circuit.name}${worst === null ? '' : `, ${headroomText(worst)}`}`}>
      <div className="tightest-head">
        <h2>{circuit.circuit.name}</h2>
        {isTightest ? <span className="muted">tightest circuit</span> : null}
        <MeterAge circuit={circuit} view={view} />
        <span className="grow" />
        <span className="key">
          <i className="bar-part" data-token="other" />
          other load
        </span>
        {below.slice(0, 4).map(({ evse, token }) => (
          <span className="key" key={evse.id}>
            <i className="bar-part" data-token={token} />
            {evse.name}
          </span>
        ))}
        <span className="key">
          <i className="bar-reserved hatch" />
          reserved
        </span>
      </div>
      {circuit.phases.map((phase) => (
        <PhaseRow key={phase.phase} circuit={circuit} phase={phase} top={top} view={view} />
      ))}
      <Scale circuit={circuit} top={top} />
      <span className="visually-hidden">{circuit.phases.map(({ phase }) => phaseLabel(phase)).join(', ')}</span>
    </section>
  );
}
