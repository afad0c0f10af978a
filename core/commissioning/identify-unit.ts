/** Which of the described models can have given what a unit answers. Only reads, and no more than each description asks for. */
import { judgeIdentification, identificationRead, type IdentificationRead } from '../devices/identify-meter.ts';
import type { MeterDescription, MeterDescriptions } from '../devices/meter-description-schema.ts';
import { isFailure } from '../errors.ts';
import { decodeStatus, STATUS_COUNT, STATUS_REGISTER } from '../protocols/smartevse-bus.ts';
import type { CancelSignal } from '../time/clock.ts';
import type { ModbusBus, ModbusTable } from '../transport/modbus-bus.ts';

export interface Candidate {
  readonly kind: 'meter' | 'evse';
  readonly model: string;
  readonly name: string;
  /** How much of the answers only a device of this model is likely to give; the highest of several is the likeliest. */
  readonly score: number;
  /** True where no frame of such a device has ever been seen by us: to be verified on site. */
  readonly isUnproven: boolean;
}

export interface UnitAsked {
  readonly bus: ModbusBus;
  readonly unitId: number;
  readonly timeoutMs: number;
  readonly signal: CancelSignal;
}

const PATTERN_SCORE = 3;

/** Words, or null where the unit refused the request or said nothing to it. */
type Answers = (read: IdentificationRead) => Promise<readonly number[] | null>;

/** The models that fit, the likeliest first. Throws `cancelled` and `link-lost` only. */
export async function identifyUnit(asked: UnitAsked, descriptions: MeterDescriptions): Promise<readonly Candidate[]> {
  const answers = askingOnce(asked);
  const candidates: Candidate[] = [];
  for (const description of descriptions.values()) {
    if (description.modbus === undefined) continue;
    const words = await answers(identificationRead(description));
    const verdict = words === null ? null : judgeIdentification(description, words);
    if (verdict?.fits === true) candidates.push(candidateOf(description, verdict.score));
  }
  const node = await answers({ table: 'input', address: STATUS_REGISTER, count: STATUS_COUNT });
  if (node !== null && decodeStatus(node).ok) candidates.push({ kind: 'evse', model: 'smartevse', name: 'SmartEVSE as a node', score: scoreOfNode(node), isUnproven: false });
  return candidates.toSorted((a, b) => b.score - a.score || Number(a.isUnproven) - Number(b.isUnproven));
}

/** Twelve small numbers are a weak proof; with a serial number and a temperature behind them a good one. */
function scoreOfNode(words: readonly number[]): number {
  const [temperatureC = 0, serial = 0] = words.slice(10);
  const isTemperature = temperatureC > 0 && temperatureC < 100;
  return (isTemperature ? 2 : 0) + (serial > 0 ? 2 : 0);
}

function candidateOf({ model, name, modbus }: MeterDescription, score: number): Candidate {
  // A pattern that the maker put there says more than voltages that could stand there by the way another meter counts.
  const weighted = score + (modbus?.identify === undefined ? 0 : PATTERN_SCORE);
  return { kind: 'meter', model, name, score: weighted, isUnproven: modbus?.evidence.kind === 'register-table-only' };
}

/** Several descriptions ask for the same registers: each request goes out once. */
function askingOnce({ bus, unitId, timeoutMs, signal }: UnitAsked): Answers {
  const known = new Map<string, readonly number[] | null>();
  return async ({ table, address, count }) => {
    const key = `${table} ${String(address)} ${String(count)}`;
    const told = known.get(key);
    if (told !== undefined) return told;
    const words = await readQuietly(bus, { unitId, table, address, count, timeoutMs }, signal);
    known.set(key, words);
    return words;
  };
}

interface QuietRead {
  readonly unitId: number;
  readonly table: ModbusTable;
  readonly address: number;
  readonly count: number;
  readonly timeoutMs: number;
}

async function readQuietly(bus: ModbusBus, read: QuietRead, signal: CancelSignal): Promise<readonly number[] | null> {
  try {
    return (await bus.read({ ...read, urgency: 'scan', retries: 1 }, signal)).words;
  } catch (error) {
    if (isFailure(error) && (error.code === 'cancelled' || error.code === 'link-lost')) throw error;
    return null;
  }
}
