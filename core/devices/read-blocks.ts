import type { ModbusTable } from '../transport/modbus-bus.ts';
import { wordCountOf } from './data-types.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type Cadence, type ReadBlock } from './meter-values.ts';
import { addressesOf, allExpectations, cadenceOf, entriesOf, registerSets, tableOf } from './register-places.ts';
import type { Quantity, Register, RegisterMap } from './register-schema.ts';

/** Registers that belong together; `end` is the first that does not. */
interface Span {
  readonly table: ModbusTable;
  readonly start: number;
  readonly end: number;
  readonly cadence: Cadence;
}

/**
 * The requests that give all that a description knows, in as few as the device allows: neighbours are read together, a gap is read
 * along where the device answers for it, and what a fast request holds anyway is not asked for again. Throws `not-supported`
 * without registers.
 */
export function readBlocksOf(description: MeterDescription): readonly ReadBlock[] {
  const map = registerMapOf(description);
  const spans = spansOf(map);
  const fast = joined(map, spans, 'fast');
  const isHeld = (span: Span): boolean => fast.some((held) => held.table === span.table && held.start <= span.start && span.end <= held.end);
  const slow = joined(map, spans.filter((span) => span.cadence === 'slow' && !isHeld(span)), 'slow', spans);
  return [...fast, ...slow].map(({ table, start, end, cadence }) => ({ table, address: start, count: end - start, cadence }));
}

function spansOf(map: RegisterMap): readonly Span[] {
  const spans: Span[] = registerSets(map).flatMap((registers) => entriesOf(registers).flatMap(([quantity, register]) => spansOfRegister(map, quantity, register)));
  if (map.choice !== undefined) spans.push({ table: map.table, start: map.choice.address, end: map.choice.address + 1, cadence: 'fast' });
  for (const { address, type } of allExpectations(map)) spans.push({ table: map.table, start: address, end: address + wordCountOf(type), cadence: 'fast' });
  for (const address of map.bus.readAlong) spans.push({ table: map.table, start: address, end: address + 1, cadence: 'fast' });
  return spans;
}

/** One span for all phases where they are neighbours and fit one answer, and one for the exponent. */
function spansOfRegister(map: RegisterMap, quantity: Quantity, register: Register): readonly Span[] {
  const common = { table: tableOf(map, register), cadence: cadenceOf(quantity, register) };
  const size = wordCountOf(register.type);
  const addresses = addressesOf(map, quantity, register);
  const [start, end] = [Math.min(...addresses), Math.max(...addresses) + size];
  const isWhole = end - start === addresses.length * size && end - start <= map.bus.longestRead;
  const values = isWhole ? [{ ...common, start, end }] : addresses.map((address) => ({ ...common, start: address, end: address + size }));
  const { exponentAddress } = register;
  return exponentAddress === undefined ? values : [...values, { ...common, start: exponentAddress, end: exponentAddress + 1 }];
}

function joined(map: RegisterMap, spans: readonly Span[], cadence: Cadence, known: readonly Span[] = spans): readonly Span[] {
  const sorted = spans.filter((span) => span.cadence === cadence).toSorted((a, b) => (a.table === b.table ? a.start - b.start : a.table < b.table ? -1 : 1));
  const blocks: Span[] = [];
  for (const span of sorted) {
    const last = blocks.at(-1);
    const end = Math.max(last?.end ?? 0, span.end);
    if (last?.table === span.table && end - last.start <= map.bus.longestRead && isReadable(map, known, last, span.start)) blocks[blocks.length - 1] = { ...last, end };
    else blocks.push(span);
  }
  return blocks;
}

/** Nothing lies between but registers of this description, and no more others than the device lets pass. */
function isReadable(map: RegisterMap, known: readonly Span[], { table, end }: Span, start: number): boolean {
  let unknown = 0;
  for (let address = end; address < start && unknown <= map.bus.largestGap; address += 1) {
    if (!known.some((span) => span.table === table && span.start <= address && address < span.end)) unknown += 1;
  }
  return unknown <= map.bus.largestGap;
}
