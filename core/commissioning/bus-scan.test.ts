import { describe, expect, it } from 'vitest';
import { BUNDLED_METERS } from '../devices/list-meters.ts';
import { encodeRegisters } from '../devices/encode-registers.ts';
import { ChargebenchError } from '../errors.ts';
import { createVirtualClock } from '../time/virtual-clock.ts';
import type { ModbusBus, ModbusRead, ModbusTable } from '../transport/modbus-bus.ts';
import type { TrafficChunk, TrafficTap } from '../transport/traffic.ts';
import { scanBus, type OpenedBus, type ScanPorts, type ScanProgress, type ScanResult } from './bus-scan.ts';
import { lineText, scanPlanOf, type LineSettings } from './scan-plan.ts';

type Registers = ReadonlyMap<ModbusTable, ReadonlyMap<number, number>>;

/** A unit answers for registers it has, and refuses others with exception 2 or is silent. */
interface Unit {
  readonly registers: Registers;
  readonly onUnknown: 'refuses' | 'silent';
}

interface Wires {
  readonly settings: string;
  readonly units: ReadonlyMap<number, Unit>;
  /** What somebody else says twice a second. */
  readonly overheard?: Uint8Array;
  /** What a gateway says of a unit that does not answer. */
  readonly gatewayException?: number;
}

const VALUES = { currentA: [4.2, 0, 11], voltageV: [231, 229.5, 233], powerW: [960, 0, 2500], totalPowerW: 3460, energyImportWh: 12_000, energyExportWh: 0 } as const;

function meter(model: string, onUnknown: Unit['onUnknown'] = 'refuses'): Unit {
  const description = BUNDLED_METERS.get(model);
  if (description === undefined) throw new Error(model);
  return { registers: encodeRegisters(description, VALUES), onUnknown };
}

/** The box answers for all of its 32 registers (reference smartevse.md 7.1). */
function sensorbox(): Unit {
  const { registers, onUnknown } = meter('sensorbox');
  const told = registers.get('input');
  return { registers: new Map([['input', new Map(Array.from({ length: 32 }, (_, address) => [address, told?.get(address) ?? 0]))]]), onUnknown };
}

function openable(wires: Wires) {
  const clock = createVirtualClock(0);
  const asked: { readonly line: string; readonly read: ModbusRead }[] = [];
  let writes = 0;
  let open = 0;
  const answer = (unit: Unit, { table, address, count }: ModbusRead): readonly number[] | ChargebenchError => {
    const words = Array.from({ length: count }, (_, at) => unit.registers.get(table)?.get(address + at));
    if (words.every((word): word is number => word !== undefined)) return words;
    return new ChargebenchError(unit.onUnknown === 'refuses' ? 'refused' : 'timeout', { exception: 2 });
  };
  const nobody = wires.gatewayException === undefined ? new ChargebenchError('timeout') : new ChargebenchError('refused', { exception: wires.gatewayException });
  const openBus = (line: LineSettings | null): Promise<OpenedBus> => {
    open += 1;
    const fits = line === null || lineText(line) === wires.settings;
    const listeners = new Set<(chunk: TrafficChunk) => void>();
    const said = wires.overheard;
    const speak = (): void => {
      for (const listener of listeners) if (said !== undefined && fits) listener({ direction: 'in', bytes: said, timeMs: clock.monotonicMs() });
      if (listeners.size > 0) clock.callAt(clock.monotonicMs() + 500, speak);
    };
    const bus: Pick<ModbusBus, 'read' | 'write'> = {
      read: (read, signal) =>
        new Promise((resolve, reject) => {
          asked.push({ line: line === null ? 'socket' : lineText(line), read });
          const unit = fits ? wires.units.get(read.unitId) : undefined;
          clock.callAt(clock.monotonicMs() + (unit === undefined ? (read.timeoutMs ?? 1000) : 20), () => {
            const told = unit === undefined ? nobody : answer(unit, read);
            if (signal?.aborted === true) reject(new ChargebenchError('cancelled'));
            else if (told instanceof ChargebenchError) reject(told);
            else resolve({ words: told, timeMs: clock.monotonicMs() });
          });
        }),
      write: () => {
        writes += 1;
        return Promise.reject(new Error('a scan never writes'));
      },
    };
    const tap: TrafficTap = {
      linkText: 'serial:/dev/ttyUSB0',
      protocol: 'modbus-rtu',
      onChunk(listener) {
        listeners.add(listener);
        clock.callAt(clock.monotonicMs() + 500, speak);
        return () => listeners.delete(listener);
      },
    };
    return Promise.resolve({
      bus: bus as ModbusBus,
      tap,
      close: () => {
        open -= 1;
        return Promise.resolve();
      },
    });
  };
  const ports: ScanPorts = { clock, descriptions: BUNDLED_METERS, openBus };
  return { ports, clock, asked, writes: () => writes, open: () => open };
}

async function scan(wires: Wires, isSocket = false, stopAfter = Infinity) {
  const opened = openable(wires);
  const progress: ScanProgress[] = [];
  const abort = new AbortController();
  const state: { result: ScanResult | null; error: unknown } = { result: null, error: null };
  scanBus(
    scanPlanOf(BUNDLED_METERS, isSocket),
    opened.ports,
    (each) => {
      progress.push(each);
      if (each.asked >= stopAfter) abort.abort();
    },
    abort.signal,
  ).then(
    (result) => {
      state.result = result;
    },
    (error: unknown) => {
      state.error = error;
    },
  );
  for (let turn = 0; turn < 200_000 && state.result === null && state.error === null; turn += 1) {
    for (let wait = 0; wait < 6; wait += 1) await Promise.resolve();
    const nextMs = opened.clock.nextCallMs();
    if (Number.isFinite(nextMs)) opened.clock.advanceTo(nextMs);
  }
  if (state.result === null) throw new Error('the scan did not end', { cause: state.error });
  return { ...opened, result: state.result, progress };
}

/** Phoenix Contact's and Carlo Gavazzi's meters have their voltages and currents in the same registers (meter-frames/README.md). */
const namesOf = ({ found }: ScanResult, unitId: number): readonly string[] => found.find((unit) => unit.unitId === unitId)?.candidates.map(({ model }) => model) ?? [];
const foundIn = ({ found }: ScanResult): readonly string[] => found.map(({ unitId, line, candidates }) => `${String(unitId)} ${line === null ? 'socket' : lineText(line)} ${candidates[0]?.model ?? 'unknown'}`);

describe('a scan of a pair of wires', () => {
  it('finds every unit at the speed it has, says what it is, and writes nothing', async () => {
    const wires = { settings: '9600 8E1', units: new Map([[1, meter('eastron-sdm630')], [10, sensorbox()], [42, meter('phoenix-eem-350-d-mcb')]]) };
    const { result, writes, open, asked } = await scan(wires);
    expect(foundIn(result).slice(0, 2)).toEqual(['1 9600 8E1 eastron-sdm630', '10 9600 8E1 sensorbox']);
    expect(namesOf(result, 42).slice(0, 2)).toEqual(expect.arrayContaining(['phoenix-eem-350-d-mcb', 'carlogavazzi-em340']));
    expect(writes()).toBe(0);
    expect(open()).toBe(0);
    // The speeds behind the one that fits are not tried.
    expect(new Set(asked.map(({ line }) => line))).toEqual(new Set(['9600 8N1', '19200 8E1', '9600 8E1']));
  });

  it('finds a meter that is silent to registers it does not have, at its factory address', async () => {
    const { result } = await scan({ settings: '9600 8N1', units: new Map([[1, meter('finder-7m38', 'silent')]]) });
    expect(foundIn(result)).toEqual(['1 9600 8N1 finder-7m38']);
  });

  it('names a unit that is like nothing described', async () => {
    const unknown: Unit = { registers: new Map([['holding', new Map([[0, 7], [1, 9]])]]), onUnknown: 'silent' };
    const { result } = await scan({ settings: '9600 8N1', units: new Map([[5, unknown]]) });
    expect(foundIn(result)).toEqual(['5 9600 8N1 unknown']);
  });

  it('asks nothing where another master is heard', async () => {
    // A SmartEVSE master polls node 2 (reference smartevse.md 6.4).
    const overheard = Uint8Array.from([0x03, 0x04, 0x00, 0x00, 0x00, 0x08, 0xf0, 0x2e]);
    const { result, asked } = await scan({ settings: '9600 8N1', units: new Map([[1, meter('eastron-sdm630')]]), overheard });
    expect(asked).toEqual([]);
    expect(result.masterOn).toMatchObject({ baud: 9600, parity: 'none' });
    expect(result.lines[0]).toMatchObject({ hearsMaster: true, hints: expect.arrayContaining([{ kind: 'two-masters', isLikely: true }]) as unknown });
  });

  it('can be stopped, keeps what it has found, and leaves nothing open', async () => {
    const { result, open, progress } = await scan({ settings: '9600 8N1', units: new Map([[2, meter('eastron-sdm630')]]) }, false, 5);
    expect(result.isComplete).toBe(false);
    expect(foundIn(result)).toEqual(['2 9600 8N1 eastron-sdm630']);
    expect(open()).toBe(0);
    const last = progress.at(-1);
    expect(last?.asked).toBeLessThanOrEqual(6);
    expect(last?.total).toBeGreaterThan(247);
  });
});

it('a network address is looked through once, whatever baud its gateway has', async () => {
  const { result, asked } = await scan({ settings: 'any', units: new Map([[200, meter('carlogavazzi-em340')]]) }, true);
  expect(foundIn(result)).toEqual(['200 socket carlogavazzi-em340']);
  expect(new Set(asked.map(({ line }) => line))).toEqual(new Set(['socket']));
});

// Modbus Application Protocol V1.1b3, section 7: 0x0A gateway path unavailable, 0x0B gateway target device failed to respond.
it.each([10, 11])('a gateway that says with exception %i that nobody answers is no unit', async (gatewayException) => {
  const { result } = await scan({ settings: '9600 8N1', units: new Map([[10, sensorbox()]]), gatewayException }, true);
  expect(foundIn(result)).toEqual(['10 socket sensorbox']);
});
