import { decodeRegisters, type DecodedMeter } from '../../devices/decode-registers.ts';
import { contradictionsIn, identificationRead, judgeIdentification } from '../../devices/identify-meter.ts';
import type { MeterDescription } from '../../devices/meter-description-schema.ts';
import { registerMapOf, type MeterValues, type ReadBlock, type RegisterBlock, type RejectedValue } from '../../devices/meter-values.ts';
import { readBlocksOf } from '../../devices/read-blocks.ts';
import { ChargebenchError, failureOf, type Failure } from '../../errors.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Meter } from '../../site/site.ts';
import type { CancelSignal } from '../../time/clock.ts';
import type { ModbusBus, ModbusUrgency } from '../../transport/modbus-bus.ts';
import type { DriverPorts, Identity, MeterDriver, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';
import { registerReading } from './register-reading.ts';

/** Voltages, totals and counters are asked for so often. */
const SLOW_PERIOD_MS = 10_000;
/** What was asked for slowly is shown beside fresh currents for so long. */
const SLOW_AGE_MS = 35_000;
/** A meter that has been silent so often is asked more rarely: its timeouts are the others' time. */
const PATIENT_FAILURES = 3;
const PATIENT_PERIOD_MS = 3000;

export interface RegisterMeterDriver extends MeterDriver {
  /** All that the device has told, each as it was last read; null before the first answer. By its own phases. */
  values(): MeterValues | null;
}

type TimedBlock = RegisterBlock & { readonly timeMs: number };

/**
 * Reads a meter by the registers of its description: what currents and their direction need at the site's period, the rest slowly.
 * A reading is as old as the oldest of its fast registers. Throws `invalid-argument` without its bus.
 */
export function createRegisterMeterDriver(meter: Meter, { links, clock }: DriverPorts, description: MeterDescription): RegisterMeterDriver {
  const { bus, unitId } = busOf(meter, links.buses);
  const { refresh } = registerMapOf(description);
  const blocks = readBlocksOf(description);
  const fastBlocks = blocks.filter(({ cadence }) => cadence === 'fast');
  const slowBlocks = blocks.filter(({ cadence }) => cadence === 'slow').map((block) => ({ block, askedMs: -Infinity }));
  const readings = createListeners<MeterReading>();
  const rejections = createListeners<Rejection>();
  const slowWords = new Map<ReadBlock, TimedBlock>();
  let fastWords: readonly TimedBlock[] = [];
  let lastLiveMs = -Infinity;
  let failures = 0;
  let isAskingSlowly = false;
  let isClosed = false;
  let callOff = (): void => undefined;

  const reject = (error: Failure): void => {
    if (!isClosed) rejections.emit({ timeMs: clock.monotonicMs(), failure: { code: error.code, context: { meter: meter.id, ...error.context } } });
  };

  const ask = async ({ table, address, count }: Pick<ReadBlock, 'table' | 'address' | 'count'>, urgency: ModbusUrgency, signal?: CancelSignal): Promise<TimedBlock> => {
    const { words, timeMs } = await bus.read({ unitId, table, address, count, urgency }, signal);
    if (words.length !== count) throw new ChargebenchError('unexpected-reply', { reason: 'wrong-count', address, words: words.length, expected: count });
    return { table, address, words, timeMs };
  };

  /** An equal answer is a new measurement only where the description says so, and once the device can have measured again. */
  const isNews = (now: readonly TimedBlock[], timeMs: number): boolean => {
    const isRepeated = now.length === fastWords.length && now.every(({ words }, index) => words.every((word, at) => word === fastWords[index]?.words[at]));
    return !isRepeated || (refresh !== undefined && timeMs - lastLiveMs >= 0.8 * refresh.periodMs);
  };

  const recentSlow = (nowMs: number): readonly TimedBlock[] => [...slowWords.values()].filter(({ timeMs }) => nowMs - timeMs <= SLOW_AGE_MS);

  const takeFast = (now: readonly TimedBlock[]): void => {
    const timeMs = Math.min(...now.map((block) => block.timeMs));
    const decoded = decodeRegisters(description, [...now, ...recentSlow(timeMs)]);
    for (const value of decoded.rejected) reject(failureOfValue(value));
    if (decoded.rejected.some(({ quantity }) => quantity === null || quantity === 'current')) return;
    const isLive = isNews(now, timeMs);
    if (isLive) lastLiveMs = timeMs;
    fastWords = now;
    const reading = registerReading(meter, decoded, timeMs, isLive);
    if (reading.ok) readings.emit(reading.value);
    else reject(reading.error);
  };

  const askFast = async (): Promise<void> => {
    const now: TimedBlock[] = [];
    for (const block of fastBlocks) now.push(await ask(block, 'fast'));
    if (!isClosed) takeFast(now);
  };

  /** One at a time, the one that has waited longest. */
  const askSlowly = async (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const [due] = slowBlocks.filter(({ askedMs }) => nowMs - askedMs >= SLOW_PERIOD_MS).toSorted((a, b) => a.askedMs - b.askedMs);
    if (due === undefined || isAskingSlowly) return;
    due.askedMs = nowMs;
    isAskingSlowly = true;
    try {
      slowWords.set(due.block, await ask(due.block, 'slow'));
    } catch (thrown) {
      slowWords.delete(due.block);
      reject(failureOf(thrown));
    } finally {
      isAskingSlowly = false;
    }
  };

  const turn = async (): Promise<void> => {
    const startMs = clock.monotonicMs();
    try {
      await askFast();
      failures = 0;
      void askSlowly();
    } catch (thrown) {
      failures += 1;
      reject(failureOf(thrown));
    }
    if (isClosed) return;
    const periodMs = failures >= PATIENT_FAILURES ? Math.max(meter.periodMs, PATIENT_PERIOD_MS) : meter.periodMs;
    callOff = clock.callAt(Math.max(startMs + periodMs, clock.monotonicMs()), () => void turn());
  };
  callOff = clock.callAt(clock.monotonicMs(), () => void turn());

  const identify = async (signal?: CancelSignal): Promise<Identity> => {
    const { words } = await ask(identificationRead(description), 'scan', signal);
    const verdict = judgeIdentification(description, words);
    if (!verdict.fits) throw new ChargebenchError('unexpected-reply', { meter: meter.id, reason: verdict.reasons.join('; ') });
    const whole: RegisterBlock[] = [];
    for (const block of blocks) whole.push(await ask(block, 'scan', signal));
    const doubts = contradictionsIn(decodeRegisters(description, whole));
    if (doubts.length > 0) throw new ChargebenchError('unexpected-reply', { meter: meter.id, reason: doubts.join('; ') });
    return { model: description.name, firmware: null, serial: null };
  };

  return {
    meterId: meter.id,
    identify,
    values: () => (fastWords.length === 0 ? null : valuesOf(decodeRegisters(description, [...fastWords, ...slowWords.values()]))),
    read: (signal) => nextEvent(readings, () => true, clock, meter.allowedAgeMs, signal),
    onReading: (listener) => readings.add(listener),
    onRejection: (listener) => rejections.add(listener),
    close() {
      isClosed = true;
      callOff();
    },
  };
}

function busOf(meter: Meter, buses: ReadonlyMap<string, ModbusBus> | undefined): { readonly bus: ModbusBus; readonly unitId: number } {
  if (meter.link.kind !== 'modbus') throw new ChargebenchError('not-supported', { device: meter.id, model: meter.model, link: meter.link.kind, needs: 'modbus' });
  const bus = buses?.get(meter.link.transport);
  if (bus === undefined) throw new ChargebenchError('invalid-argument', { meter: meter.id, needs: meter.link.transport });
  return { bus, unitId: meter.link.unitId };
}

function failureOfValue({ reason, quantity, phase, address, got }: RejectedValue): Failure {
  const place = { ...(quantity === null ? {} : { quantity }), ...(phase === null ? {} : { phase: phase + 1 }) };
  return { code: reason === 'out-of-range' ? 'out-of-range' : 'unexpected-reply', context: { reason, ...place, address, got } };
}

function valuesOf({ currentA, voltageV, powerW, totalPowerW, energyImportWh, energyExportWh }: DecodedMeter): MeterValues {
  return { currentA, voltageV, powerW, totalPowerW, energyImportWh, energyExportWh };
}
