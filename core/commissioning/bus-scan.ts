/**
 * Looks through a pair of wires or a network address for Modbus units: listens first, then asks address by address, and finds out what
 * answers. Every request is a read; nothing is ever written. Where another master talks nothing is asked at all.
 */
import { identificationRead, type IdentificationRead } from '../devices/identify-meter.ts';
import type { MeterDescriptions } from '../devices/meter-description-schema.ts';
import { ChargebenchError, failureOf } from '../errors.ts';
import { sleep, type CancelSignal, type Clock } from '../time/clock.ts';
import type { ModbusBus } from '../transport/modbus-bus.ts';
import type { TrafficTap } from '../transport/traffic.ts';
import { identifyUnit, type Candidate } from './identify-unit.ts';
import { lineHints, hasLatencyTimer, type LineHint } from './line-hints.ts';
import { watchLine, type LineWatch } from './line-watch.ts';
import type { LineSettings, ScanPlan } from './scan-plan.ts';

export interface OpenedBus {
  readonly bus: ModbusBus;
  /** Null where bytes cannot be seen. */
  readonly tap: TrafficTap | null;
  close(): Promise<void>;
}

export interface ScanPorts {
  readonly clock: Clock;
  readonly descriptions: MeterDescriptions;
  /** Opens the wires with these settings. Throws what opening throws. */
  openBus(line: LineSettings | null): Promise<OpenedBus>;
}

export interface FoundUnit {
  readonly line: LineSettings | null;
  readonly unitId: number;
  /** The likeliest first; empty for a unit that answers and is like nothing described. */
  readonly candidates: readonly Candidate[];
}

export interface ScanProgress {
  readonly act: 'listening' | 'asking' | 'identifying';
  readonly line: LineSettings | null;
  readonly unitId: number | null;
  /** Of `total` addresses, over all lines; `total` grows once somebody has answered. */
  readonly asked: number;
  readonly total: number;
  readonly found: readonly FoundUnit[];
}

export interface ScannedLine {
  readonly line: LineSettings | null;
  readonly hints: readonly LineHint[];
  /** Somebody else asks here. */
  readonly hearsMaster: boolean;
  readonly hasLatencyTimer: boolean;
}

export interface ScanResult {
  readonly found: readonly FoundUnit[];
  readonly lines: readonly ScannedLine[];
  /** Nothing was asked, because another master talks on this line. */
  readonly masterOn: LineSettings | null | undefined;
  /** False when it was stopped. */
  readonly isComplete: boolean;
}

/** A SmartEVSE master asks every two seconds (reference smartevse.md 6.3). */
const LISTEN_MS = 2200;
/** Slow meters take 100 ms to begin; wire time is added by the bus. */
const PROBE_TIMEOUT_MS = 150;
const IDENTIFY_TIMEOUT_MS = 400;

/** Answers with what was found also when it is stopped; throws `link-lost` and what opening throws. */
export async function scanBus(plan: ScanPlan, ports: ScanPorts, onProgress: (progress: ScanProgress) => void, signal: CancelSignal): Promise<ScanResult> {
  const { clock, descriptions } = ports;
  const total = plan.lines.length * plan.unitIds.length + plan.furtherUnitIds.length;
  const found: FoundUnit[] = [];
  const lines: ScannedLine[] = [];
  let masterOn: ScanResult['masterOn'];
  let asked = 0;

  const tell = (act: ScanProgress['act'], line: LineSettings | null, unitId: number | null): void => {
    onProgress({ act, line, unitId, asked, total, found: [...found] });
  };

  const listen = async (line: LineSettings | null, tap: TrafficTap | null, watch: LineWatch): Promise<void> => {
    if (tap === null || tap.protocol === 'modbus-tcp') return;
    tell('listening', line, null);
    await sleep(clock, LISTEN_MS, signal);
    if (watch.evidence().foreign > 0) masterOn = line;
  };

  const lookFor = async (line: LineSettings | null, unitId: number, bus: ModbusBus, watch: LineWatch): Promise<void> => {
    tell('asking', line, unitId);
    const isThere = await answers(bus, unitId, probesOf(unitId, descriptions), watch, signal);
    asked += 1;
    if (!isThere) return;
    tell('identifying', line, unitId);
    const candidates = await identifyUnit({ bus, unitId, timeoutMs: IDENTIFY_TIMEOUT_MS, signal }, descriptions);
    found.push({ line, unitId, candidates });
    tell('identifying', line, unitId);
  };

  const note = (line: LineSettings | null, watch: LineWatch): void => {
    const at = lines.findIndex((known) => known.line === line);
    const scanned: ScannedLine = { line, hints: lineHints(watch.evidence()), hearsMaster: masterOn === line, hasLatencyTimer: hasLatencyTimer(watch.gapsMs()) };
    if (at < 0) lines.push(scanned);
    else if (scanned.hints.length > 0 || scanned.hasLatencyTimer) lines[at] = scanned;
  };

  const lookAt = async (line: LineSettings | null, unitIds: readonly number[]): Promise<void> => {
    const opened = await ports.openBus(line);
    const watch = watchLine(opened.tap);
    try {
      if (lines.every((known) => known.line !== line)) await listen(line, opened.tap, watch);
      if (masterOn === undefined) for (const unitId of unitIds) await lookFor(line, unitId, opened.bus, watch);
    } finally {
      note(line, watch);
      watch.stop();
      await opened.close();
    }
  };

  const lookEverywhere = async (): Promise<void> => {
    for (const line of plan.lines) {
      await lookAt(line, plan.unitIds);
      if (masterOn !== undefined) return;
      // One pair of wires has one speed: where somebody has answered, everybody is.
      if (found.length > 0) break;
    }
    if (plan.furtherUnitIds.length > 0) await lookAt(found[0]?.line ?? plan.lines[0] ?? null, plan.furtherUnitIds);
  };

  try {
    await lookEverywhere();
    return { found, lines, masterOn, isComplete: true };
  } catch (error) {
    if (failureOf(error).code === 'cancelled') return { found, lines, masterOn, isComplete: false };
    throw error;
  }
}

/** Whether anything comes from a unit: words, or a refusal. */
async function answers(bus: ModbusBus, unitId: number, probes: readonly IdentificationRead[], watch: LineWatch, signal: CancelSignal): Promise<boolean> {
  for (const read of probes) {
    try {
      await bus.read({ ...read, unitId, urgency: 'scan', timeoutMs: PROBE_TIMEOUT_MS, retries: 0 }, signal);
      watch.noteAnswer();
      return true;
    } catch (error) {
      const { code, context } = failureOf(error);
      if (code === 'refused' && isOfGateway(context['exception'])) continue;
      if (code === 'refused') {
        watch.noteAnswer();
        return true;
      }
      if (code === 'checksum' || code === 'unexpected-reply') watch.noteBroken();
      else if (code !== 'timeout') throw new ChargebenchError(code, { ...context, unitId }, { cause: error });
    }
  }
  return false;
}

/** "Gateway path unavailable" and "gateway target device failed to respond" (Application Protocol V1.1b3, section 7): nobody has answered. */
const isOfGateway = (exception: unknown): boolean => exception === 10 || exception === 11;

/** Most units answer or refuse the first two; one that is silent to what it does not know may leave the factory with this address. */
function probesOf(unitId: number, descriptions: MeterDescriptions): readonly IdentificationRead[] {
  const usual: readonly IdentificationRead[] = [
    { table: 'input', address: 0, count: 2 },
    { table: 'holding', address: 0, count: 2 },
  ];
  const own = [...descriptions.values()].flatMap((description) => (description.modbus?.bus.unitId === unitId ? [identificationRead(description)] : []));
  return [...new Map([...usual, ...own].map((read) => [`${read.table} ${String(read.address)} ${String(read.count)}`, read])).values()];
}
