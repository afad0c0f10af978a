import type { CircuitBalance, PhaseBalance } from '../balancing/setpoint.ts';
import { perPhase, PHASE_NAMES, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { phasesOf } from '../site/circuit-tree.ts';
import type { EvseReport, EvseState, MeterReading } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import type { Frame } from './frame.ts';

/** One cell of a journal row. */
export type Cell = number | string | null;

/** The part of a frame that a row holds; decisions stand in lines of their own when they change. */
export type FrameValues = Pick<Frame, 'readings' | 'reports' | 'circuits'>;

/** How the frames of one site become rows of cells and back. */
export interface FrameRow {
  /** Names of the cells: the thing's id, the phase where there is one, and the quantity with its unit. */
  readonly names: readonly string[];
  cellsOf(frame: FrameValues): Cell[];
  /** Voltages, powers or measured currents of which no phase is known come back as null. */
  frameOf(cells: readonly Cell[]): FrameValues;
}

export function createFrameRow(site: Site): FrameRow {
  const phases = phasesOf(site.supply);
  const names = [
    ...site.meters.flatMap(({ id }) => prefixed(id, meterNames(phases))),
    ...site.evses.flatMap(({ id }) => prefixed(id, evseNames(phases))),
    ...site.circuits.flatMap(({ id }) => prefixed(id, circuitNames(phases))),
  ];
  return {
    names,
    cellsOf: (frame) => [
      ...site.meters.flatMap(({ id }) => meterCells(frame.readings.find(({ meterId }) => meterId === id), phases)),
      ...site.evses.flatMap(({ id }) => evseCells(frame.reports.find(({ evseId }) => evseId === id), phases)),
      ...site.circuits.flatMap(({ id }) => circuitCells(frame.circuits.find(({ circuitId }) => circuitId === id), phases)),
    ],
    frameOf(cells) {
      const next = createCellReader(cells);
      return {
        readings: site.meters.map(({ id }) => readingOf(id, next, phases)).filter((reading) => reading !== null),
        reports: site.evses.map(({ id }) => reportOf(id, next, phases)).filter((report) => report !== null),
        circuits: site.circuits.map((circuit) => balanceOf(circuit, next, phases)).filter((balance) => balance !== null),
      };
    },
  };
}

type Phases = readonly PhaseIndex[];
type Triple = PerPhase<number | null> | null | undefined;

const prefixed = (id: string, names: readonly string[]): readonly string[] => names.map((name) => `${id}.${name}`);
const onPhases = (phases: Phases, ...quantities: readonly string[]): readonly string[] =>
  phases.flatMap((phase) => quantities.map((quantity) => `${PHASE_NAMES[phase]}.${quantity}`));
const flag = (value: boolean | null | undefined): Cell => (value === null || value === undefined ? null : Number(value));

/** Reads cells in the order in which they were written. */
interface CellReader {
  number(): number | null;
  text(): string | null;
  flag(): boolean | null;
}

function createCellReader(cells: readonly Cell[]): CellReader {
  let index = 0;
  const next = (): Cell => {
    const cell = cells[index] ?? null;
    index += 1;
    return cell;
  };
  const number = (): number | null => {
    const cell = next();
    return typeof cell === 'number' ? cell : null;
  };
  return {
    number,
    text: () => {
      const cell = next();
      return typeof cell === 'string' ? cell : null;
    },
    flag: () => {
      const cell = number();
      return cell === null ? null : cell !== 0;
    },
  };
}

/** Fills the phases of the supply in their order. */
function tripleOf(phases: Phases, read: () => number | null): PerPhase<number | null> {
  const values: [number | null, number | null, number | null] = [null, null, null];
  for (const phase of phases) values[phase] = read();
  return values;
}

const orNull = (triple: PerPhase<number | null>): PerPhase<number | null> | null => (triple.every((value) => value === null) ? null : triple);

const meterNames = (phases: Phases): readonly string[] => ['timeMs', 'isLive', ...onPhases(phases, 'currentA', 'voltageV', 'powerW')];

function meterCells(reading: MeterReading | undefined, phases: Phases): Cell[] {
  const at = (triple: Triple, phase: PhaseIndex): Cell => triple?.[phase] ?? null;
  return [
    reading?.timeMs ?? null,
    flag(reading?.isLive),
    ...phases.flatMap((phase) => [at(reading?.currentA, phase), at(reading?.voltageV, phase), at(reading?.powerW, phase)]),
  ];
}

function readingOf(meterId: MeterReading['meterId'], next: CellReader, phases: Phases): MeterReading | null {
  const timeMs = next.number();
  const isLive = next.flag() ?? false;
  const read = phases.map(() => [next.number(), next.number(), next.number()] as const);
  const pick = (quantity: 0 | 1 | 2): PerPhase<number | null> => {
    let index = 0;
    return tripleOf(phases, () => read[index++]?.[quantity] ?? null);
  };
  if (timeMs === null) return null;
  return { meterId, timeMs, currentA: pick(0), voltageV: orNull(pick(1)), powerW: orNull(pick(2)), isLive };
}

const evseNames = (phases: Phases): readonly string[] => [
  ...['timeMs', 'state', 'isVehicleConnected', 'offeredCurrentA'],
  ...onPhases(phases, 'measuredCurrentA'),
  ...['measuredTimeMs', 'voltageV', 'energyWh', 'restartCount', 'otherCommander'],
];

function evseCells(report: EvseReport | undefined, phases: Phases): Cell[] {
  return [
    report?.timeMs ?? null,
    report?.state ?? null,
    flag(report?.isVehicleConnected),
    report?.offeredCurrentA ?? null,
    ...phases.map((phase) => report?.measuredCurrentA?.[phase] ?? null),
    report?.measuredTimeMs ?? null,
    report?.voltageV ?? null,
    report?.energyWh ?? null,
    report?.restartCount ?? null,
    report?.otherCommander ?? null,
  ];
}

const STATES: readonly EvseState[] = ['starting', 'idle', 'connected', 'charging', 'paused', 'fault'];

function reportOf(evseId: EvseReport['evseId'], next: CellReader, phases: Phases): EvseReport | null {
  const timeMs = next.number();
  const state = next.text();
  const rest = {
    state: STATES.find((known) => known === state) ?? null,
    isVehicleConnected: next.flag(),
    offeredCurrentA: next.number(),
    measuredCurrentA: orNull(tripleOf(phases, () => next.number())),
    measuredTimeMs: next.number(),
    voltageV: next.number(),
    energyWh: next.number(),
    restartCount: next.number() ?? 0,
    otherCommander: next.text(),
  };
  return timeMs === null ? null : { evseId, timeMs, ...rest };
}

const BALANCE = ['totalA', 'otherA', 'evsesA', 'reservedA', 'headroomA'] as const;

const circuitNames = (phases: Phases): readonly string[] => ['limitA', ...onPhases(phases, ...BALANCE)];

function circuitCells(balance: CircuitBalance | undefined, phases: Phases): Cell[] {
  return [balance?.limitA ?? null, ...phases.flatMap((phase) => BALANCE.map((key) => balance?.phases[phase]?.[key] ?? null))];
}

function balanceOf(circuit: Site['circuits'][number], next: CellReader, phases: Phases): CircuitBalance | null {
  const limitA = next.number();
  const known = new Map<PhaseIndex, PhaseBalance>();
  for (const phase of phases) {
    const [totalA, otherA, evsesA, reservedA, headroomA] = [next.number(), next.number(), next.number(), next.number(), next.number()];
    if (headroomA !== null) known.set(phase, { totalA, otherA, evsesA: evsesA ?? 0, reservedA: reservedA ?? 0, headroomA });
  }
  if (limitA === null) return null;
  return { circuitId: circuit.id, ratingA: circuit.breaker.ratingA, limitA, phases: perPhase((phase) => known.get(phase) ?? null) };
}
