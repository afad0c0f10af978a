import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import type { Ceiling, Setpoint } from '../../core/balancing/setpoint.ts';
import type { HostEvents, PlayRequest, RunResult } from '../../core/host-api/contract.ts';
import type { Column, NoticeChange, RunMarker, SetpointChange } from '../../core/runs/columns.ts';
import type { Verdict } from '../../core/scenarios/outcome.ts';
import { FAKE_SITE } from './fake-site.ts';

/**
 * Written currents that look like the run the screens were drawn for: the primary joins a charging secondary at
 * 10:00 and the sum passes the rating for a few seconds. Figures are of the drawing, not of any calculation.
 */
export interface FakeRun {
  readonly result: RunResult;
  readonly columns: HostEvents['runColumns'];
}

const DURATION_S = 1800;
const PLUG_IN_S = 600;
const UNPLUG_S = 1500;

const ramp = (timeS: number, fromS: number, rateAPerS: number, topA: number): number => Math.min(topA, Math.max(0, (timeS - fromS) * rateAPerS));

interface Moment {
  readonly primaryA: number;
  readonly secondaryA: number;
  readonly primaryOfferA: number;
  readonly secondaryOfferA: number;
  readonly thermalRatio: number;
}

const STEPS_DOWN: readonly (readonly [untilS: number, offeredA: number])[] = [
  [608, 34], [610, 32], [612, 28], [613, 24], [615, 22], [617, 18], [619, 14], [621, 10], [623, 8], [UNPLUG_S + 4, 6],
];

function secondaryOfferA(timeS: number): number {
  const step = STEPS_DOWN.find(([untilS]) => timeS < untilS);
  return step?.[1] ?? 34;
}

function deviceMoment(timeS: number): Moment {
  const primaryA = timeS < UNPLUG_S ? ramp(timeS, PLUG_IN_S + 3, 2, 34) : 0;
  const falling = secondaryOfferA(timeS - 4);
  const secondaryA = Math.min(ramp(timeS, 63, 2, 34), timeS > UNPLUG_S ? Math.min(34, 6 + ramp(timeS, UNPLUG_S + 8, 2, 28)) : falling);
  const heat = Math.max(0, Math.min(1, (timeS - 605) / 20)) * Math.max(0, 1 - (timeS - 625) / 600);
  return { primaryA, secondaryA, primaryOfferA: 34, secondaryOfferA: secondaryOfferA(timeS), thermalRatio: 0.008 * Math.max(0, heat) };
}

function chargebenchMoment(timeS: number): Moment {
  const primaryOfferA = timeS < 612 ? 6 : 20;
  const secondaryOffer = timeS < 604 || timeS > UNPLUG_S + 10 ? 34 : 20;
  const primaryA = timeS < UNPLUG_S ? Math.min(ramp(timeS, PLUG_IN_S + 3, 2, 20), timeS < 615 ? 6 : 20) : 0;
  const secondaryA = Math.min(ramp(timeS, 63, 2, 34), timeS >= 606 && timeS < UNPLUG_S + 14 ? 20 : 34);
  return { primaryA, secondaryA, primaryOfferA, secondaryOfferA: secondaryOffer, thermalRatio: 0 };
}

function frozenMoment(timeS: number): Moment {
  const primaryA = timeS < UNPLUG_S ? ramp(timeS, PLUG_IN_S + 3, 2, 34) : 0;
  const thermalRatio = timeS < 620 ? 0 : 1.4 * Math.min(1, (Math.min(timeS, UNPLUG_S) - 620) / 700) * (timeS > UNPLUG_S ? Math.exp(-(timeS - UNPLUG_S) / 300) : 1);
  return { primaryA, secondaryA: ramp(timeS, 63, 2, 34), primaryOfferA: 34, secondaryOfferA: 34, thermalRatio };
}

function momentsOf(request: PlayRequest): (timeS: number) => Moment {
  if (request.controller === 'chargebench') return chargebenchMoment;
  return request.scenarioId === 'meter-frozen' || request.scenarioId === 'clamp-reversed' ? frozenMoment : deviceMoment;
}

function makeColumns(runId: string, momentAt: (timeS: number) => Moment, feedDies: boolean): HostEvents['runColumns'] {
  const timeS = Float64Array.from({ length: DURATION_S + 1 }, (_, row) => row);
  const moments = Array.from(timeS, momentAt);
  const column = (kind: Column, value: (moment: Moment, row: number) => number) => ({ column: kind, values: Float32Array.from(moments, value) });
  const totalA = (moment: Moment): number => moment.primaryA + moment.secondaryA;
  const ev = circuitId('ev');
  const feed = meterId('feed');
  const feedAgeS = (row: number): number => (feedDies && row > 300 && row < 900 ? row - 300 : 1);
  return {
    runId,
    columns: {
      timeS,
      columns: [
        column({ kind: 'circuit-current', circuitId: ev, phase: 0 }, totalA),
        column({ kind: 'circuit-current', circuitId: ev, phase: 1 }, totalA),
        column({ kind: 'other-load', circuitId: ev, phase: 0 }, () => 0),
        column({ kind: 'other-load', circuitId: ev, phase: 1 }, () => 0),
        column({ kind: 'thermal-load', circuitId: ev }, (moment) => moment.thermalRatio),
        column({ kind: 'metered-current', meterId: feed, phase: 0 }, (_, row) => totalA(moments[Math.max(0, row - 1)] ?? momentAt(0))),
        column({ kind: 'feed-age', meterId: feed }, (_, row) => feedAgeS(row)),
        column({ kind: 'evse-current', evseId: evseId('primary') }, (moment) => moment.primaryA),
        column({ kind: 'evse-offered', evseId: evseId('primary') }, (moment) => moment.primaryOfferA),
        column({ kind: 'evse-setpoint', evseId: evseId('primary') }, (moment) => moment.primaryOfferA),
        column({ kind: 'evse-current', evseId: evseId('secondary') }, (moment) => moment.secondaryA),
        column({ kind: 'evse-offered', evseId: evseId('secondary') }, (moment) => moment.secondaryOfferA),
        column({ kind: 'evse-setpoint', evseId: evseId('secondary') }, (moment) => moment.secondaryOfferA),
      ],
    },
  };
}

function ladder(reason: Setpoint['reason'], offeredA: number): readonly Ceiling[] {
  const rungs: Ceiling[] = [
    { currentA: offeredA, reason },
    { currentA: 34, reason: { kind: 'configured-max', configuredMaxA: 34 } },
    { currentA: 48, reason: { kind: 'evse-rating', ratingA: 48 } },
  ];
  return reason.kind === 'device-configured-max' ? [{ currentA: 34, reason }, ...rungs.slice(2)] : rungs;
}

function reasonAt(request: PlayRequest, evse: 'primary' | 'secondary', moment: Moment): Setpoint['reason'] {
  const totalA = moment.primaryA + moment.secondaryA;
  if (request.controller === 'chargebench') {
    return { kind: 'circuit', circuitId: circuitId('ev'), phase: 0, limitSource: 'continuous', limitA: 40, otherA: 0, otherEvsesA: evse === 'primary' ? moment.secondaryA : moment.primaryA, sharers: 2 };
  }
  if (evse === 'primary') return { kind: 'device-configured-max', configuredMaxA: 34 };
  return { kind: 'device-shaper', maxPowerW: 9600, livePowerW: Math.round(totalA * 240), measuredA: moment.secondaryA };
}

function setpointChanges(request: PlayRequest, momentAt: (timeS: number) => Moment): readonly SetpointChange[] {
  const changes: SetpointChange[] = [];
  for (const evse of ['primary', 'secondary'] as const) {
    let lastA = Number.NaN;
    for (let timeS = 0; timeS <= DURATION_S; timeS += 1) {
      const moment = momentAt(timeS);
      const offeredCurrentA = evse === 'primary' ? moment.primaryOfferA : moment.secondaryOfferA;
      if (offeredCurrentA === lastA) continue;
      lastA = offeredCurrentA;
      const reason = reasonAt(request, evse, moment);
      changes.push({ timeS, setpoint: { evseId: evseId(evse), offeredCurrentA, phases: [0, 1], reason, limits: ladder(reason, offeredCurrentA) } });
    }
  }
  return changes.sort((a, b) => a.timeS - b.timeS);
}

const MARKERS: readonly RunMarker[] = [
  { timeS: 60, kind: 'vehicle', text: 'Secondary: vehicle plugs in', about: evseId('secondary') },
  { timeS: PLUG_IN_S, kind: 'vehicle', text: 'Primary: vehicle plugs in', about: evseId('primary') },
  { timeS: UNPLUG_S, kind: 'vehicle', text: 'Primary: vehicle leaves', about: evseId('primary') },
];

interface FakeFigures {
  readonly verdict: Verdict;
  readonly peakA: number;
  readonly aboveContinuousS: number;
  readonly aboveRatingS: number;
  readonly thermalRatio: number;
  readonly worstS: number;
}

function figuresOf(request: PlayRequest): FakeFigures {
  if (request.controller === 'chargebench') return { verdict: 'holds', peakA: 40, aboveContinuousS: 0, aboveRatingS: 0, thermalRatio: 0, worstS: 622 };
  if (momentsOf(request) === frozenMoment) return { verdict: 'may-trip', peakA: 68, aboveContinuousS: 893, aboveRatingS: 888, thermalRatio: 1.4, worstS: 620 };
  return { verdict: 'holds', peakA: 52, aboveContinuousS: 19, aboveRatingS: 4, thermalRatio: 0.008, worstS: 613 };
}

export function fakeRun(request: PlayRequest, runId = `${request.scenarioId}-${request.controller}`): FakeRun {
  const momentAt = momentsOf(request);
  const figures = figuresOf(request);
  const columns = makeColumns(runId, momentAt, request.scenarioId === 'feed-dies');
  const notices: readonly NoticeChange[] =
    figures.aboveRatingS === 0
      ? []
      : [
          { timeS: 611, isOn: true, notice: { code: 'above-rating', severity: 'danger', about: circuitId('ev'), context: { ratingA: 50, currentA: figures.peakA } } },
          { timeS: 621, isOn: false, notice: { code: 'above-rating', severity: 'danger', about: circuitId('ev'), context: { ratingA: 50, currentA: 50 } } },
        ];
  const { peakA, verdict } = figures;
  return {
    columns,
    result: {
      runId,
      request,
      site: FAKE_SITE,
      worstMoment: { timeS: figures.worstS, circuitId: circuitId('ev'), currentA: peakA },
      setpointChanges: setpointChanges(request, momentAt),
      noticeChanges: notices,
      markers: MARKERS,
      rows: columns.columns.timeS.length,
      outcome: {
        id: request.scenarioId,
        controller: request.controller,
        mode: request.mode,
        passed: true,
        verdict,
        peakCurrentA: peakA,
        secondsAboveContinuousLimit: figures.aboveContinuousS,
        secondsAboveRating: figures.aboveRatingS,
        thermalLoadPeakRatio: figures.thermalRatio,
        circuits: { ev: { peakCurrentA: [peakA, peakA], secondsAboveRating: [figures.aboveRatingS, figures.aboveRatingS], thermalLoadPeakRatio: figures.thermalRatio } },
        energyWh: { primary: 2010, secondary: 2250 },
        starts: { primary: 1, secondary: 1 },
        offeredA: { primary: { min: 34, max: 34 }, secondary: { min: 6, max: 34 } },
        expectations: [
          { text: 'Never trips the breaker', passed: verdict === 'holds' },
          { text: 'At or below 40 A again within 30 s', passed: verdict === 'holds' },
          { text: 'Above 50 A for at most 60 s', passed: verdict === 'holds' },
          { text: 'Secondary keeps at least 6 A', passed: true },
        ],
        simulatedS: DURATION_S,
        wallMs: 42,
      },
    },
  };
}
