import type { CircuitBalance, Notice, Setpoint } from '../../../core/balancing/setpoint.ts';
import { PHASES, type PhaseIndex } from '../../../core/quantities.ts';
import type { Confirmation, Frame, HeldMode } from '../../../core/runs/frame.ts';
import type { EvseReport } from '../../../core/site/readings.ts';
import type { Circuit, Evse, Meter, Site } from '../../../core/site/site.ts';
import { evseToken, type Token } from '../../charts/chart-theme.ts';
import { freshnessOf, type Freshness } from '../../words/ages.ts';
import { namesOf, type Names } from '../../words/names.ts';

export interface EvseLive {
  readonly evse: Evse;
  readonly token: Token;
  readonly report: EvseReport | null;
  readonly ageMs: number | null;
  readonly freshness: Freshness;
  readonly setpoint: Setpoint | null;
  readonly confirmation: Confirmation | null;
  /** Null once the report is too old to be a value. */
  readonly offeredA: number | null;
  readonly measuredA: number | null;
  readonly phases: readonly PhaseIndex[];
  readonly powerW: number | null;
  /** Null in a frame that does not say. */
  readonly mode: HeldMode | null;
  /** Its vehicle takes less than it could have: what it takes, and of what. */
  readonly drawsLess: { readonly measuredA: number; readonly ofA: number } | null;
}

export interface PhaseLive {
  readonly phase: PhaseIndex;
  readonly totalA: number | null;
  readonly otherA: number | null;
  readonly evses: readonly { readonly id: string; readonly token: Token; readonly currentA: number }[];
  readonly reservedA: number;
  readonly headroomA: number | null;
}

export interface CircuitLive {
  readonly circuit: Circuit;
  readonly depth: number;
  readonly ratingA: number;
  readonly limitA: number;
  readonly meter: Meter | null;
  readonly meterAgeMs: number | null;
  readonly freshness: Freshness;
  readonly phases: readonly PhaseLive[];
}

/** The newest frame as the Live screen shows it at a moment: what is too old has no value any more. */
export interface LiveView {
  readonly site: Site;
  readonly names: Names;
  readonly frame: Frame;
  readonly circuits: readonly CircuitLive[];
  readonly evses: readonly EvseLive[];
  readonly notices: readonly Notice[];
  readonly tightest: { readonly circuit: CircuitLive; readonly phase: PhaseLive; readonly headroomA: number } | null;
}

/** `sinceFrameMs`: how long ago the frame came in; ages go on from there while nothing arrives. */
export function makeLiveView(site: Site, frame: Frame, sinceFrameMs: number): LiveView {
  const nowMs = frame.timeMs + Math.max(0, sinceFrameMs);
  const evses = site.evses.map((evse, index) => evseLive(site, evse, index, frame, nowMs));
  const circuits = site.circuits.flatMap((circuit) => {
    const balance = frame.circuits.find(({ circuitId }) => circuitId === circuit.id);
    return balance === undefined ? [] : [circuitLive(site, circuit, balance, frame, nowMs, evses)];
  });
  return { site, names: namesOf(site), frame, circuits, evses, notices: frame.notices, tightest: tightestOf(circuits) };
}

function evseLive(site: Site, evse: Evse, index: number, frame: Frame, nowMs: number): EvseLive {
  const report = frame.reports.find(({ evseId }) => evseId === evse.id) ?? null;
  const setpoint = frame.setpoints.find(({ evseId }) => evseId === evse.id) ?? null;
  const ageMs = report === null ? null : nowMs - report.timeMs;
  const allowedAgeMs = report?.state === 'charging' ? evse.allowedAgeMs.charging : evse.allowedAgeMs.idle;
  // The balancer judges silence by its own rule; where it reserves for a silent EVSE, there is no value to show.
  const freshness = setpoint?.reason.kind === 'silent' ? 'stale' : freshnessOf(ageMs, { periodMs: allowedAgeMs / 4, allowedAgeMs });
  const isGone = freshness === 'stale';
  const perPhase = isGone ? null : (report?.measuredCurrentA ?? null);
  const measured: readonly number[] = [...(perPhase ?? [])].flatMap((value) => value ?? []);
  return {
    evse,
    token: evseToken(index),
    report,
    ageMs,
    freshness,
    setpoint,
    confirmation: frame.confirmations.find(({ evseId }) => evseId === evse.id) ?? null,
    offeredA: isGone ? null : (report?.offeredCurrentA ?? null),
    measuredA: measured.length === 0 ? null : Math.max(...measured),
    phases: setpoint?.phases ?? PHASES.filter((phase) => (report?.measuredCurrentA?.[phase] ?? 0) > 0.05),
    powerW: measured.length === 0 ? null : powerOf(site, measured, report?.voltageV ?? site.supply.nominalVoltageV),
    mode: frame.modes?.find(({ evseId }) => evseId === evse.id) ?? null,
    drawsLess: isGone ? null : drawsLessOf(setpoint),
  };
}

/** By the ceiling that the vehicle itself makes, and the lowest of all others. */
function drawsLessOf(setpoint: Setpoint | null): EvseLive['drawsLess'] {
  const own = setpoint?.limits.flatMap(({ reason }) => (reason.kind === 'draws-less' ? [reason.measuredA] : [])) ?? [];
  const others = setpoint?.limits.filter(({ reason }) => reason.kind !== 'draws-less').map(({ currentA }) => currentA) ?? [];
  const [measuredA] = own;
  const ofA = Math.min(...others);
  return measuredA === undefined || !Number.isFinite(ofA) || ofA <= measuredA ? null : { measuredA, ofA };
}

/** On split phase both legs carry the same current of one 240 V load; elsewhere each phase adds its own power. */
function powerOf(site: Site, measuredA: readonly number[], voltageV: number): number {
  const currentA = site.supply.kind === 'split-phase' ? Math.max(...measuredA) : measuredA.reduce((sum, value) => sum + value, 0);
  return currentA * voltageV;
}

function depthOf(site: Site, circuit: Circuit): number {
  const parent = site.circuits.find(({ id }) => id === circuit.parentId);
  return parent === undefined || parent === circuit ? 0 : 1 + depthOf(site, parent);
}

/** Itself or one of its ancestors is the circuit. */
function hangsOn(site: Site, evse: Evse, circuit: Circuit): boolean {
  let here = site.circuits.find(({ id }) => id === evse.circuitId);
  for (let guard = 0; here !== undefined && guard <= site.circuits.length; guard += 1) {
    if (here.id === circuit.id) return true;
    const { parentId } = here;
    here = site.circuits.find(({ id }) => id === parentId);
  }
  return false;
}

function circuitLive(site: Site, circuit: Circuit, balance: CircuitBalance, frame: Frame, nowMs: number, evses: readonly EvseLive[]): CircuitLive {
  const meter = site.meters.find(({ id }) => id === circuit.meterId) ?? null;
  const reading = meter === null ? undefined : frame.readings.find(({ meterId }) => meterId === meter.id);
  const meterAgeMs = reading === undefined ? null : nowMs - reading.timeMs;
  const freshness = meter === null ? 'fresh' : freshnessOf(meterAgeMs, meter);
  const below = evses.filter(({ evse }) => hangsOn(site, evse, circuit));
  const phases = PHASES.flatMap((phase): readonly PhaseLive[] => {
    const seen = balance.phases[phase];
    if (seen === null) return [];
    const isGone = freshness === 'stale';
    return [
      {
        phase,
        totalA: isGone ? null : seen.totalA,
        otherA: isGone ? null : seen.otherA,
        evses: below.map((live) => ({ id: live.evse.id, token: live.token, currentA: live.freshness === 'stale' ? 0 : (live.report?.measuredCurrentA?.[phase] ?? 0) })),
        reservedA: seen.reservedA,
        headroomA: isGone && seen.totalA !== null ? null : seen.headroomA,
      },
    ];
  });
  return { circuit, depth: depthOf(site, circuit), ratingA: balance.ratingA, limitA: balance.limitA, meter, meterAgeMs, freshness, phases };
}

function tightestOf(circuits: readonly CircuitLive[]): LiveView['tightest'] {
  let tightest: LiveView['tightest'] = null;
  for (const circuit of circuits) {
    for (const phase of circuit.phases) {
      const { headroomA } = phase;
      if (headroomA !== null && (tightest === null || headroomA < tightest.headroomA)) tightest = { circuit, phase, headroomA };
    }
  }
  return tightest;
}
