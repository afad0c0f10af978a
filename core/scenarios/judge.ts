import type { ReasonKind, Setpoint } from '../balancing/setpoint.ts';
import { ChargebenchError } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { roundTo, type CircuitId } from '../quantities.ts';
import type { Site } from '../site/site.ts';
import { createCircuitTrack, worstVerdict, type CircuitTrack } from './circuit-track.ts';
import { createEvseTrack } from './evse-track.ts';
import { createExpectationJudge } from './expectation-judge.ts';
import type { ScenarioOutcome } from './outcome.ts';
import type { RunTruth } from './run-truth.ts';
import type { Scenario } from './schema.ts';

export interface WorstMoment {
  readonly timeS: number;
  readonly circuitId: CircuitId;
  readonly currentA: number;
}

/** Follows a run and says what it came to. Keeps sums only, no samples. */
export interface ScenarioJudge {
  /** `truth` holds from `timeMs` (since the start of the run) on for `durationMs`. Times ascend. */
  sample(timeMs: number, durationMs: number, truth: RunTruth): void;
  /** What holds from now on; EVSEs that are not named keep what they had. */
  decide(setpoints: readonly Setpoint[]): void;
  /** The controller gives a notice it did not give the moment before. */
  notice(timeMs: number, code: string): void;
  /** Thermal load of the circuit's worst phase at the newest sample, as a part of the earliest trip. */
  thermalLoadRatio(circuitId: CircuitId): number;
  /** The first moment of the highest current relative to the rating of its circuit; null before any current. */
  worstMoment(): WorstMoment | null;
  outcome(): Omit<ScenarioOutcome, 'mode' | 'wallMs'>;
}

/**
 * Throws `invalid-argument` for a controller the scenario does not list, `not-found` for an unknown breaker curve and
 * `out-of-range` for a rating that the curve does not cover.
 */
export function createScenarioJudge(site: Site, scenario: Scenario, controller: string, curves: Curves): ScenarioJudge {
  const setup = Object.hasOwn(scenario.controllers, controller) ? scenario.controllers[controller] : undefined;
  if (setup === undefined) throw new ChargebenchError('invalid-argument', { scenario: scenario.id, controller });
  const circuits = site.circuits.map((circuit) => createCircuitTrack(circuit, site.supply, curves));
  const evses = site.evses.map((evse) => createEvseTrack(evse, scenario));
  const reasons = new Map<string, ReasonKind>();
  const judges = setup.expect.map((expectation) => createExpectationJudge(expectation, { circuits, evses, reasons }));
  const worst = createWorstMoment(circuits);
  const byId = new Map(circuits.map((track) => [track.circuit.id, track]));
  let simulatedS = 0;
  let changesSeen = NaN;
  let setpointsSeen: readonly Setpoint[] | null = null;

  return {
    sample(timeMs, durationMs, truth) {
      const timeS = timeMs / 1000;
      const durationS = durationMs / 1000;
      const changes = truth.changes?.() ?? NaN;
      const hasChanged = changes !== changesSeen;
      changesSeen = changes;
      for (const circuit of circuits) {
        if (hasChanged) circuit.look(truth);
        circuit.pass(durationS);
      }
      for (const evse of evses) evse.sample(timeS, truth);
      for (const judge of judges) judge.sample(timeS, durationS);
      if (hasChanged) worst.sample(timeS);
      simulatedS = timeS + durationS;
    },
    decide(setpoints) {
      if (setpoints === setpointsSeen) return;
      setpointsSeen = setpoints;
      for (const { evseId, reason } of setpoints) reasons.set(evseId, reason.kind);
    },
    notice(timeMs, code) {
      for (const judge of judges) judge.notice(timeMs / 1000, code);
    },
    thermalLoadRatio: (circuitId) => byId.get(circuitId)?.loadRatio ?? 0,
    worstMoment: () => worst.moment(),
    outcome() {
      const expectations = judges.map((judge) => judge.outcome());
      return {
        id: scenario.id,
        controller,
        passed: expectations.every(({ passed }) => passed),
        ...worstFigures(circuits),
        circuits: Object.fromEntries(circuits.map((track) => [track.circuit.id, track.outcome()])),
        energyWh: Object.fromEntries(evses.map((track) => [track.evse.id, roundTo(track.energyWh, 0.1)])),
        starts: Object.fromEntries(evses.map((track) => [track.evse.id, track.starts])),
        offeredA: Object.fromEntries(evses.map((track) => [track.evse.id, track.offered()])),
        expectations,
        simulatedS: roundTo(simulatedS, 0.001),
      };
    },
  };
}

type Figures = Pick<ScenarioOutcome, 'verdict' | 'peakCurrentA' | 'secondsAboveContinuousLimit' | 'secondsAboveRating' | 'thermalLoadPeakRatio'>;

/** The figures of one circuit: the one nearest to tripping, else longest above its limits, else most loaded. */
function worstFigures(circuits: readonly CircuitTrack[]): Figures {
  const verdict = worstVerdict(circuits.map((circuit) => circuit.verdict));
  const candidates = circuits.filter((circuit) => circuit.verdict === verdict).map((circuit) => ({ circuit, figures: figuresOf(circuit) }));
  const [worst] = candidates.sort(
    (a, b) =>
      b.figures.thermalLoadPeakRatio - a.figures.thermalLoadPeakRatio ||
      b.figures.secondsAboveRating - a.figures.secondsAboveRating ||
      b.figures.secondsAboveContinuousLimit - a.figures.secondsAboveContinuousLimit ||
      b.figures.peakCurrentA / b.circuit.circuit.breaker.ratingA - a.figures.peakCurrentA / a.circuit.circuit.breaker.ratingA,
  );
  if (worst === undefined) throw new ChargebenchError('internal', { message: 'a site without circuits passed the gate' });
  return worst.figures;
}

function figuresOf(track: CircuitTrack): Figures {
  const { peakCurrentA, secondsAboveRating, thermalLoadPeakRatio } = track.outcome();
  return {
    verdict: track.verdict,
    peakCurrentA: Math.max(...peakCurrentA),
    secondsAboveContinuousLimit: roundTo(track.secondsAboveContinuous, 0.001),
    secondsAboveRating: Math.max(...secondsAboveRating),
    thermalLoadPeakRatio,
  };
}

function createWorstMoment(circuits: readonly CircuitTrack[]): { sample(timeS: number): void; moment(): WorstMoment | null } {
  let highestRatio = 0;
  let worstS = 0;
  let worstA = 0;
  let worstTrack: CircuitTrack | null = null;
  return {
    sample(timeS) {
      for (const track of circuits) {
        const ratio = track.worstA / track.circuit.breaker.ratingA;
        if (ratio <= highestRatio) continue;
        highestRatio = ratio;
        worstS = timeS;
        worstA = track.worstA;
        worstTrack = track;
      }
    },
    moment: () => (worstTrack === null ? null : { timeS: worstS, circuitId: worstTrack.circuit.id, currentA: roundTo(worstA, 0.001) }),
  };
}
