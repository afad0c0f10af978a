/** What is asked of an OpenEVSE controller how often (reference openevse e.6): currents fast, what hardly moves slowly. */
import { openEvseState } from '../../protocols/openevse.ts';
import type { RapiQuestion, RapiUnit } from './openevse-rapi-unit.ts';

interface Poll {
  readonly question: RapiQuestion;
  readonly whileChargingMs: number;
  readonly elseMs: number;
}

/** State changes are told as events too; the polls are there for those that get lost. */
const POLLS: readonly Poll[] = [
  { question: '$GG', whileChargingMs: 1000, elseMs: 5000 },
  { question: '$GS', whileChargingMs: 2000, elseMs: 2000 },
  { question: '$GC', whileChargingMs: 2000, elseMs: 2000 },
  { question: '$GU', whileChargingMs: 10_000, elseMs: 60_000 },
  { question: '$GP', whileChargingMs: 30_000, elseMs: 30_000 },
  { question: '$GF', whileChargingMs: 60_000, elseMs: 60_000 },
];
/** While a controller sleeps, protocols before 5 know of a vehicle by this alone. */
const VEHICLE: Poll = { question: '$G0', whileChargingMs: 10_000, elseMs: 2000 };

/** The gateway pulses each second; a third of the interval where that is less (reference openevse e.7). */
const LONGEST_PULSE_MS = 1000;

export interface RapiPolls {
  /** In the order in which they are to be asked; they count as asked. */
  due(unit: RapiUnit, nowMs: number): readonly RapiQuestion[];
  isPulseDue(unit: RapiUnit, nowMs: number): boolean;
  reset(): void;
}

export function createRapiPolls(): RapiPolls {
  const askedMs = new Map<RapiQuestion, number>();
  const isDue = (question: RapiQuestion, periodMs: number, nowMs: number): boolean => {
    if (nowMs - (askedMs.get(question) ?? -Infinity) < periodMs) return false;
    askedMs.set(question, nowMs);
    return true;
  };
  return {
    due(unit, nowMs) {
      const { stateCode } = unit.status;
      const isCharging = stateCode !== null && openEvseState(stateCode) === 'charging';
      const polls = unit.version?.isDecimalState === true ? [...POLLS, VEHICLE] : POLLS;
      return polls.filter(({ question, whileChargingMs, elseMs }) => isDue(question, isCharging ? whileChargingMs : elseMs, nowMs)).map(({ question }) => question);
    },
    isPulseDue({ heartbeat }, nowMs) {
      if (heartbeat === null || heartbeat.intervalS === 0) return false;
      return isDue('$SY', Math.min(LONGEST_PULSE_MS, (heartbeat.intervalS * 1000) / 3), nowMs);
    },
    reset() {
      askedMs.clear();
    },
  };
}
