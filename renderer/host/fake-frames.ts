import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import type { Notice, Reason } from '../../core/balancing/setpoint.ts';
import type { Frame } from '../../core/runs/frame.ts';
import type { EvseReport } from '../../core/site/readings.ts';

/** What a written live frame shows; currents per leg in A. */
export interface FakeMoment {
  readonly timeMs: number;
  readonly otherA: number;
  readonly primaryA: number;
  readonly secondaryA: number;
  readonly primaryOfferA?: number;
  readonly secondaryOfferA?: number;
  readonly meterAgeMs?: number;
  /** Older than its allowed age: silent. */
  readonly secondaryAgeMs?: number;
  readonly notices?: readonly Notice[];
}

const START_WALL_MS = Date.UTC(2026, 10, 20, 12, 26, 0);

function report(id: 'primary' | 'secondary', timeMs: number, drawnA: number, offeredCurrentA: number): EvseReport {
  return {
    evseId: evseId(id),
    timeMs,
    state: drawnA > 0 ? 'charging' : 'connected',
    isVehicleConnected: true,
    offeredCurrentA,
    measuredCurrentA: [drawnA, drawnA, null],
    measuredTimeMs: timeMs,
    voltageV: 240,
    energyWh: id === 'primary' ? 14_320 : 3070,
    restartCount: 0,
    otherCommander: null,
  };
}

export function fakeFrame(moment: FakeMoment): Frame {
  const { timeMs, otherA, primaryA, secondaryA, meterAgeMs = 600, secondaryAgeMs = 800 } = moment;
  const { primaryOfferA = Math.ceil(primaryA), secondaryOfferA = Math.ceil(secondaryA) } = moment;
  const isSilent = secondaryAgeMs > 10_000;
  const totalA = otherA + primaryA + secondaryA;
  const reservedA = isSilent ? 6 : primaryOfferA - primaryA + (secondaryOfferA - secondaryA);
  const phase = { totalA, otherA, evsesA: primaryA + secondaryA, reservedA, headroomA: 40 - totalA - reservedA };
  const shared: Reason = { kind: 'circuit', circuitId: circuitId('ev'), phase: 0, limitSource: 'continuous', limitA: 40, otherA, otherEvsesA: secondaryA, sharers: 2 };
  const silent: Reason = { kind: 'silent', reservedA: 6 };
  const setpoint = (id: 'primary' | 'secondary', offeredCurrentA: number, reason: Reason) => ({
    evseId: evseId(id),
    offeredCurrentA,
    phases: [0, 1] as const,
    reason,
    limits: [
      { currentA: offeredCurrentA, reason },
      { currentA: 34, reason: { kind: 'configured-max', configuredMaxA: 34 } as const },
      { currentA: 48, reason: { kind: 'evse-rating', ratingA: 48 } as const },
    ],
  });
  return {
    timeMs,
    wallMs: START_WALL_MS + timeMs,
    readings: [
      { meterId: meterId('feed'), timeMs: timeMs - meterAgeMs, currentA: [totalA, totalA, null], voltageV: [120, 120, null], powerW: [totalA * 120, totalA * 120, null], isLive: true },
    ],
    reports: [report('primary', timeMs - 700, primaryA, primaryOfferA), report('secondary', timeMs - secondaryAgeMs, secondaryA, secondaryOfferA)],
    setpoints: [setpoint('primary', primaryOfferA, shared), setpoint('secondary', secondaryOfferA, isSilent ? silent : { ...shared, otherEvsesA: primaryA })],
    confirmations: [],
    circuits: [{ circuitId: circuitId('ev'), ratingA: 50, limitA: 40, phases: [phase, phase, null] }],
    notices: moment.notices ?? [],
  };
}

/** A quarter of an hour, one frame a second: other load comes and goes, the EVSEs give way. */
export function fakeHistory(endMs: number): readonly Frame[] {
  return Array.from({ length: 900 }, (_, index) => {
    const timeMs = endMs - (900 - index) * 1000;
    const otherA = index > 420 && index < 560 ? 10.4 : 4.1;
    const wobbleA = 0.15 * Math.sin(index / 3) + 0.1 * Math.sin(index / 1.7);
    const shareA = (39.5 - otherA) / 2 - (index > 420 && index < 426 ? -3 : 0);
    return fakeFrame({ timeMs, otherA: otherA + wobbleA, primaryA: shareA, secondaryA: shareA, primaryOfferA: Math.ceil(shareA), secondaryOfferA: Math.ceil(shareA) });
  });
}
