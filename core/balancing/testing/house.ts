/** A house behind one meter that sees all phases, two EVSEs, and vehicles that follow at once: for row tests with round figures. */
import { evseId, meterId, type PerPhase } from '../../quantities.ts';
import type { EvseReport, MeterReading } from '../../site/readings.ts';
import { siteSchema } from '../../site/schema.ts';
import type { Site } from '../../site/site.ts';
import { initialState, type BalancerState, type StepInputs, type StepResult } from '../state.ts';
import { step } from '../step.ts';

export const A = evseId('a');

export interface Sizes {
  readonly supply?: string;
  readonly ratingA?: number;
  readonly circuit?: object;
  readonly a?: object;
  readonly b?: object;
  readonly policy?: object;
}

/** Two EVSEs of 32 A behind a meter that sees all phases, without uncertainty and hysteresis, so that figures are round. */
export function house({ supply = 'three-phase-star', ratingA = 25, circuit = {}, a = {}, b = {}, policy = {} }: Sizes = {}): Site {
  const evse = (id: string, more: object) => ({
    id,
    name: id,
    circuitId: 'main',
    model: 'openevse',
    link: { kind: 'mqtt', baseTopic: id },
    phaseCount: 3,
    ratingA: 32,
    configuredMaxA: 32,
    failSafeCurrentA: 0,
    powerUpCurrentA: 6,
    startsByItself: false,
    ...more,
  });
  return siteSchema.parse({
    name: 'house',
    supply: { kind: supply, nominalVoltageV: 230 },
    circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA }, continuousFactor: 1, meterId: 'm', ...circuit }],
    meters: [
      {
        id: 'm',
        name: 'M',
        model: 'shelly-em',
        link: { kind: 'mqtt', baseTopic: 'm' },
        clamp: 'one-phase',
        periodMs: 1000,
        latencyMs: 1000,
        allowedAgeMs: 5000,
        uncertainty: { ratio: 0, currentA: 0 },
      },
    ],
    evses: [evse('a', a), evse('b', b)],
    policy: { raiseHysteresisA: 0, minimumOffMs: 0, ...policy },
  });
}

export interface Vehicle {
  /** Site phases the vehicle really draws on. */
  readonly phases: readonly number[];
  readonly maxA?: number;
}

/**
 * Lives through so many seconds with vehicles that follow at once and a house that takes so much, from the 40th second on:
 * until then which phases a vehicle uses can be learned; or what it takes at each second. Answers with the last step.
 */
export function live(site: Site, seconds: number, houseA: PerPhase<number> | ((second: number) => PerPhase<number>), vehicles: Readonly<Record<string, Vehicle>>, more: (second: number) => Partial<StepInputs> = () => ({}), after: (result: StepResult, second: number) => void = () => undefined, told: (reports: readonly EvseReport[]) => readonly EvseReport[] = (reports) => reports): StepResult {
  let state: BalancerState = initialState(site);
  let offers = new Map<string, number>(site.evses.map(({ id }) => [id, 0]));
  let result: StepResult | null = null;
  let before: PerPhase<number> = [0, 0, 0];
  const houseAt = typeof houseA === 'function' ? houseA : (second: number): PerPhase<number> => (second < 40 ? [0, 0, 0] : houseA);
  for (let second = 1; second <= seconds; second += 1) {
    const timeMs = second * 1000;
    const drawn = (id: string, phase: number): number => {
      const vehicle = vehicles[id];
      return vehicle?.phases.includes(phase) === true ? Math.min(offers.get(id) ?? 0, vehicle.maxA ?? 99) : 0;
    };
    const reports = site.evses.map(({ id }): EvseReport => {
      const offeredCurrentA = offers.get(id) ?? 0;
      const state = vehicles[id] === undefined ? 'idle' : offeredCurrentA > 0 ? 'charging' : 'paused';
      const measuredCurrentA: PerPhase<number> = [drawn(id, 0), drawn(id, 1), drawn(id, 2)];
      return { evseId: id, timeMs, state, isVehicleConnected: vehicles[id] !== undefined, offeredCurrentA, measuredCurrentA, measuredTimeMs: timeMs, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null };
    });
    const reading: MeterReading = { meterId: meterId('m'), timeMs, currentA: before, voltageV: null, powerW: [second, 0, 0], isLive: true };
    const total = (phase: 0 | 1 | 2): number => houseAt(second)[phase] + site.evses.reduce((sum, { id }) => sum + drawn(id, phase), 0);
    before = [total(0), total(1), total(2)];
    result = step(site, state, { timeMs, wallMs: timeMs, readings: [reading], reports: told(reports), ...more(second) });
    after(result, second);
    state = result.state;
    offers = new Map(result.setpoints.map(({ evseId: id, offeredCurrentA }) => [id, offeredCurrentA]));
  }
  if (result === null) throw new RangeError('at least one second');
  return result;
}

export const offersOf = ({ setpoints }: StepResult): readonly number[] => setpoints.map(({ offeredCurrentA }) => offeredCurrentA);
