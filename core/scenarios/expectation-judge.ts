import type { ReasonKind } from '../balancing/setpoint.ts';
import type { CircuitTrack } from './circuit-track.ts';
import { worstVerdict } from './circuit-track.ts';
import type { EvseTrack } from './evse-track.ts';
import { always, bounded, createRange, firstTime, isInside } from './expectation-outcome.ts';
import { secondsText, windowText } from './expectation-text.ts';
import type { ExpectationOutcome } from './outcome.ts';
import type { Expectation } from './schema.ts';

/** What a judgement may look at; the tracks hold the sample just taken. */
export interface Tracks {
  readonly circuits: readonly CircuitTrack[];
  readonly evses: readonly EvseTrack[];
  /** Of the setpoint that holds now, by EVSE; the judge keeps it up to date. */
  readonly reasons: ReadonlyMap<string, ReasonKind>;
}

export interface ExpectationJudge {
  /** The tracks' values stand for the time from `timeS` on for `durationS`. */
  sample(timeS: number, durationS: number): void;
  notice(timeS: number, code: string): void;
  outcome(): ExpectationOutcome;
}

type Of<Kind extends Expectation['kind']> = Extract<Expectation, { kind: Kind }>;

const ignore = (): void => undefined;

/** Windows take in their beginning and leave out their end. A missing circuit means the worst of all. */
export function createExpectationJudge(expectation: Expectation, tracks: Tracks): ExpectationJudge {
  switch (expectation.kind) {
    case 'verdict':
      return judgeVerdict(expectation, tracks);
    case 'never-trips':
      return judgeHolding(expectation, tracks);
    case 'peak-current':
      return judgePeak(expectation, tracks);
    case 'seconds-above-continuous':
      return judgeSeconds(expectation, tracks, 'isAboveContinuous', 'the continuous limit');
    case 'seconds-above-rating':
      return judgeSeconds(expectation, tracks, 'isAboveRating', 'the rating');
    case 'back-below-continuous':
      return judgeReturn(expectation, tracks);
    case 'current-at':
      return judgeMoment(expectation, tracks);
    case 'evse-sum':
      return judgeEvseSum(expectation, tracks);
    case 'offered':
      return judgeOffered(expectation, tracks);
    case 'pauses':
      return judgeFirst(expectation, tracks, 'firstPauseS', 'pauses');
    case 'resumes':
      return judgeFirst(expectation, tracks, 'firstResumeS', 'charges again');
    case 'never-pauses':
      return judgeNoPause(expectation, tracks);
    case 'notice':
      return judgeNotice(expectation);
    case 'starts':
      return judgeStarts(expectation, tracks);
    case 'energy-wh':
      return judgeEnergy(expectation, tracks);
    case 'state-at':
      return judgeAt(expectation, tracks, 'is', () => evseOf(tracks, expectation.evse)?.state ?? null);
    case 'phases-at':
      return judgeAt(expectation, tracks, 'has phases', () => evseOf(tracks, expectation.evse)?.phaseCount ?? null);
    case 'reason-at':
      return judgeAt(expectation, tracks, 'has the reason', () => tracks.reasons.get(expectation.evse) ?? null);
  }
}

function circuitsOf(tracks: Tracks, id: string | undefined): readonly CircuitTrack[] {
  return id === undefined ? tracks.circuits : tracks.circuits.filter(({ circuit }) => circuit.id === id);
}

function evseOf(tracks: Tracks, id: string): EvseTrack | undefined {
  return tracks.evses.find(({ evse }) => evse.id === id);
}

const ofCircuit = (tracks: Tracks, id: string | undefined): string =>
  id === undefined ? '' : ` of ${circuitsOf(tracks, id)[0]?.circuit.name ?? id}`;

const evseName = (tracks: Tracks, id: string): string => evseOf(tracks, id)?.evse.name ?? id;

/** Most that any of the circuits carries on any phase, at the sample just taken. */
function worstOf(circuits: readonly CircuitTrack[]): number {
  let worstA = 0;
  for (const circuit of circuits) if (circuit.worstA > worstA) worstA = circuit.worstA;
  return worstA;
}

function judgeVerdict(expectation: Of<'verdict'>, tracks: Tracks): ExpectationJudge {
  return {
    sample: ignore,
    notice: ignore,
    outcome: () => {
      const verdict = worstVerdict(tracks.circuits.map((circuit) => circuit.verdict));
      return { text: `The breaker ${WORDS[expectation.is]} (it ${WORDS[verdict]})`, passed: verdict === expectation.is };
    },
  };
}

const WORDS = { holds: 'holds', 'may-trip': 'may trip', trips: 'trips' } as const;

function judgeHolding(expectation: Of<'never-trips'>, tracks: Tracks): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  return {
    sample: ignore,
    notice: ignore,
    outcome: () => {
      const verdict = worstVerdict(circuits.map((circuit) => circuit.verdict));
      return { text: `The breaker${ofCircuit(tracks, expectation.circuit)} never trips (it ${WORDS[verdict]})`, passed: verdict === 'holds' };
    },
  };
}

function judgePeak(expectation: Of<'peak-current'>, tracks: Tracks): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  let peakA = 0;
  return {
    sample(timeS) {
      if (isInside(expectation, timeS)) peakA = Math.max(peakA, worstOf(circuits));
    },
    notice: ignore,
    outcome: () => bounded(`Peak${ofCircuit(tracks, expectation.circuit)}`, expectation, peakA, 'A', windowText(expectation)),
  };
}

function judgeSeconds(
  expectation: Of<'seconds-above-continuous'> | Of<'seconds-above-rating'>,
  tracks: Tracks,
  key: 'isAboveContinuous' | 'isAboveRating',
  what: string,
): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  const seconds = new Float64Array(circuits.length);
  return {
    sample(timeS, durationS) {
      if (!isInside(expectation, timeS)) return;
      for (let index = 0; index < circuits.length; index += 1) {
        if (circuits[index]?.[key] === true) seconds[index] = (seconds[index] ?? 0) + durationS;
      }
    },
    notice: ignore,
    outcome: () => {
      const subject = `Time above ${what}${ofCircuit(tracks, expectation.circuit)}`;
      return bounded(subject, expectation, Math.max(0, ...seconds), 's', windowText(expectation));
    },
  };
}

/** So long a circuit must stay at or below its limit before it counts as back. */
const BACK_FOR_S = 10;

function judgeReturn(expectation: Of<'back-below-continuous'>, tracks: Tracks): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  let belowSinceS: number | null = null;
  let backAfterS: number | null = null;
  return {
    sample(timeS, durationS) {
      const endS = timeS + durationS;
      if (backAfterS !== null || endS <= expectation.afterS) return;
      if (circuits.some((circuit) => circuit.isAboveContinuous)) {
        belowSinceS = null;
        return;
      }
      belowSinceS ??= Math.max(timeS, expectation.afterS);
      if (endS - belowSinceS >= BACK_FOR_S) backAfterS = belowSinceS - expectation.afterS;
    },
    notice: ignore,
    outcome: () => {
      const seen = backAfterS === null ? 'not once for 10 s' : `after ${secondsText(backAfterS)}`;
      const limit = `the continuous limit${ofCircuit(tracks, expectation.circuit)}`;
      const text = `Back below ${limit} within ${secondsText(expectation.withinS)} after ${secondsText(expectation.afterS)} (${seen})`;
      return { text, passed: backAfterS !== null && backAfterS <= expectation.withinS };
    },
  };
}

function judgeMoment(expectation: Of<'current-at'>, tracks: Tracks): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  const evse = expectation.evse === undefined ? undefined : evseOf(tracks, expectation.evse);
  let currentA: number | null = null;
  const subject = expectation.evse === undefined ? ofCircuit(tracks, expectation.circuit) : ` of ${evseName(tracks, expectation.evse)}`;
  return {
    sample(timeS) {
      if (timeS <= expectation.atS) currentA = evse === undefined ? worstOf(circuits) : evse.currentA;
    },
    notice: ignore,
    outcome: () => bounded(`Current${subject}`, expectation, currentA, 'A', ` at ${secondsText(expectation.atS)}`),
  };
}

/** While nothing else runs, what a circuit carries is its EVSEs. */
function judgeEvseSum(expectation: Of<'evse-sum'>, tracks: Tracks): ExpectationJudge {
  const circuits = circuitsOf(tracks, expectation.circuit);
  const range = createRange();
  return {
    sample(timeS) {
      if (!isInside(expectation, timeS)) return;
      for (const circuit of circuits) if (!circuit.hasOtherLoad) range.add(circuit.worstA);
    },
    notice: ignore,
    outcome: () => {
      const subject = `All EVSEs${ofCircuit(tracks, expectation.circuit)} together`;
      return always(subject, expectation, range, 'A', `${windowText(expectation)} while no other load runs`);
    },
  };
}

function judgeOffered(expectation: Of<'offered'>, tracks: Tracks): ExpectationJudge {
  const evse = evseOf(tracks, expectation.evse);
  const range = createRange();
  return {
    sample(timeS) {
      if (evse?.isVehiclePluggedIn === true && isInside(expectation, timeS)) range.add(evse.offeredA);
    },
    notice: ignore,
    outcome: () => always(`${evseName(tracks, expectation.evse)} offers`, expectation, range, 'A', windowText(expectation)),
  };
}

function judgeFirst(
  expectation: Of<'pauses'> | Of<'resumes'>,
  tracks: Tracks,
  key: 'firstPauseS' | 'firstResumeS',
  verb: string,
): ExpectationJudge {
  return {
    sample: ignore,
    notice: ignore,
    outcome: () => {
      const firstS = evseOf(tracks, expectation.evse)?.[key] ?? null;
      return firstTime(`${evseName(tracks, expectation.evse)} ${verb} for the first time`, expectation, firstS);
    },
  };
}

function judgeNoPause(expectation: Of<'never-pauses'>, tracks: Tracks): ExpectationJudge {
  const evse = evseOf(tracks, expectation.evse);
  let pausedS: number | null = null;
  return {
    sample(timeS) {
      if (pausedS === null && evse?.isPaused === true && isInside(expectation, timeS)) pausedS = timeS;
    },
    notice: ignore,
    outcome: () => {
      const seen = pausedS === null ? 'it never does' : `paused at ${secondsText(pausedS)}`;
      return { text: `${evseName(tracks, expectation.evse)} never pauses${windowText(expectation)} (${seen})`, passed: pausedS === null };
    },
  };
}

function judgeNotice(expectation: Of<'notice'>): ExpectationJudge {
  let firstS: number | null = null;
  return {
    sample: ignore,
    notice(timeS, code) {
      if (code === expectation.code) firstS ??= timeS;
    },
    outcome: () => firstTime(`Notice "${expectation.code}" comes for the first time`, expectation, firstS),
  };
}

/** Of one EVSE, or of all together. */
function sumOf(tracks: Tracks, id: string | undefined, key: 'energyWh' | 'starts'): number {
  return tracks.evses.filter(({ evse }) => id === undefined || evse.id === id).reduce((sum, track) => sum + track[key], 0);
}

const evsesName = (tracks: Tracks, id: string | undefined): string => (id === undefined ? 'All EVSEs together' : evseName(tracks, id));

function judgeEnergy(expectation: Of<'energy-wh'>, tracks: Tracks): ExpectationJudge {
  const subject = `${evsesName(tracks, expectation.evse)} ${expectation.evse === undefined ? 'deliver' : 'delivers'}`;
  return {
    sample: ignore,
    notice: ignore,
    outcome: () => bounded(subject, expectation, sumOf(tracks, expectation.evse, 'energyWh'), 'Wh', ''),
  };
}

function judgeStarts(expectation: Of<'starts'>, tracks: Tracks): ExpectationJudge {
  return {
    sample: ignore,
    notice: ignore,
    outcome: () => bounded(`Starts of ${evsesName(tracks, expectation.evse).replace(/^A/, 'a')}:`, expectation, sumOf(tracks, expectation.evse, 'starts'), null, ''),
  };
}

/** What holds at one moment: at the newest sample that is not after it. */
function judgeAt({ evse, atS, is }: Of<'state-at'> | Of<'reason-at'> | Of<'phases-at'>, tracks: Tracks, verb: string, look: () => string | number | null): ExpectationJudge {
  let seen: string | number | null = null;
  return {
    sample(timeS) {
      if (timeS <= atS) seen = look();
    },
    notice: ignore,
    outcome: () => ({ text: `${evseName(tracks, evse)} ${verb} ${is} at ${secondsText(atS)} (${seen ?? 'nothing'} seen)`, passed: seen === is }),
  };
}
