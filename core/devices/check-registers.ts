/** What a register section must hold beyond its shape: registers that exist, a sign that can be told, samples that come out. */
import { failure, success, type ErrorContext, type Result } from '../errors.ts';
import type { PerPhase } from '../quantities.ts';
import { numberIn, wordCountOf } from './data-types.ts';
import { decodeRegisters, registerValues } from './decode-registers.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import type { RegisterBlock } from './meter-values.ts';
import { addressesOf, entriesOf, registerSets } from './register-places.ts';
import type { RegisterMap, Sample } from './register-schema.ts';

const refuse = (path: string, rule: string, context: ErrorContext = {}): Result<never> => failure('invalid-file', { path: `modbus/${path}`, rule, ...context });

/** Fails with `invalid-file`, path and rule of the first breach. */
export function checkRegisters(description: MeterDescription): Result<null> {
  const map = description.modbus;
  if (map === undefined) return success(null);
  const checks = [() => checkSets(map), () => checkAddresses(map), () => checkIdentify(map), () => checkSamples(description, map)];
  for (const check of checks) {
    const checked = check();
    if (!checked.ok) return checked;
  }
  return success(null);
}

/** A current can always be read, and its sign be told, whichever registers count. */
function checkSets({ registers, choice, currentSign }: RegisterMap): Result<null> {
  const sets = choice?.cases.map((each) => ({ ...registers, ...each.registers })) ?? [registers];
  for (const [index, set] of sets.entries()) {
    const path = choice === undefined ? 'registers' : `choice/cases/${String(index)}/registers`;
    if (set.current === undefined) return refuse(`${path}/current`, 'current-is-needed');
    if (currentSign === 'from-power' && set.power === undefined) return refuse(`${path}/power`, 'sign-needs-power');
  }
  return success(null);
}

function checkAddresses(map: RegisterMap): Result<null> {
  for (const registers of registerSets(map)) {
    for (const [quantity, register] of entriesOf(registers)) {
      const addresses = addressesOf(map, quantity, register);
      if (register.addresses !== undefined && addresses.length !== map.phases) return refuse(`registers/${quantity}/addresses`, 'one-address-per-phase', { phases: map.phases });
      if (register.addresses !== undefined && register.addresses[0] !== register.address) return refuse(`registers/${quantity}/addresses`, 'first-address-is-address');
      const last = Math.max(...addresses) + wordCountOf(register.type) - 1;
      if (last > 0xffff) return refuse(`registers/${quantity}/address`, 'beyond-last-register', { last });
      if (wordCountOf(register.type) > map.bus.longestRead) return refuse('bus/longestRead', 'value-does-not-fit-a-read', { quantity });
    }
  }
  return success(null);
}

function checkIdentify({ identify }: RegisterMap): Result<null> {
  if (identify === undefined) return success(null);
  for (const [index, { address, type, from, to }] of identify.plausible.entries()) {
    const path = `identify/plausible/${String(index)}`;
    if (address < identify.address || address + wordCountOf(type) > identify.address + identify.count) return refuse(`${path}/address`, 'outside-the-request');
    if (from > to) return refuse(`${path}/from`, 'from-above-to');
  }
  return success(null);
}

function checkSamples(description: MeterDescription, { evidence }: RegisterMap): Result<null> {
  if (evidence.kind !== 'frames') return success(null);
  for (const [index, sample] of evidence.samples.entries()) {
    const path = `evidence/samples/${String(index)}`;
    const block = blockOf(sample);
    if (block === null) return refuse(path, 'sample-is-no-frame');
    for (const [key, wanted] of Object.entries(sample.values)) {
      if (wanted === undefined) continue;
      const got = sampleValue(description, key as keyof Sample['values'], block);
      if (!isAsWanted(wanted, got)) return refuse(`${path}/values/${key}`, 'sample-contradicts-registers', { wanted: JSON.stringify(wanted), got: JSON.stringify(got) });
    }
  }
  return success(null);
}

const bytesOf = (hexFrame: string): readonly number[] => hexFrame.split(' ').map((pair) => Number.parseInt(pair, 16));

/** The registers of a sample; null where request and answer are none or do not belong together. The CRC is judged where frames are. */
export function blockOf({ request, response }: Pick<Sample, 'request' | 'response'>): RegisterBlock | null {
  const [asked, answered] = [bytesOf(request), bytesOf(response)];
  const [unitId, code] = asked;
  const wordIn = (bytes: readonly number[], offset: number): number => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  const count = wordIn(asked, 4);
  const isPair = asked.length === 8 && answered.length === 5 + 2 * count && answered[0] === unitId && answered[1] === code && answered[2] === 2 * count;
  if (!isPair || (code !== 3 && code !== 4)) return null;
  const words = Array.from({ length: count }, (_, index) => numberIn([wordIn(answered, 3 + 2 * index)], 'u16', 3));
  return { table: code === 3 ? 'holding' : 'input', address: wordIn(asked, 2), words };
}

function sampleValue(description: MeterDescription, key: keyof Sample['values'], block: RegisterBlock): PerPhase<number | null> | number | null {
  if (key === 'magnitudeA') return registerValues(description, 'current', [block]);
  return decodeRegisters(description, [block])[key];
}

/** A part in a thousand, or the last digits that sources print. */
function isNear(wanted: number | null, got: number | null): boolean {
  if (wanted === null || got === null) return wanted === got;
  return Math.abs(wanted - got) <= Math.max(Math.abs(wanted) * 1e-3, 1e-6);
}

function isAsWanted(wanted: readonly (number | null)[] | number, got: PerPhase<number | null> | number | null): boolean {
  if (typeof wanted === 'number') return typeof got === 'number' && isNear(wanted, got);
  if (got === null || typeof got === 'number') return false;
  return got.every((value, phase) => isNear(wanted[phase] ?? null, value));
}
