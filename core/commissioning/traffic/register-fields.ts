/** What registers are called and say, by the description of the model that has them. */
import { decodeRegisters } from '../../devices/decode-registers.ts';
import type { MeterDescriptions } from '../../devices/meter-description-schema.ts';
import type { RegisterBlock } from '../../devices/meter-values.ts';
import { addressesOf, entriesOf, registerSets, tableOf } from '../../devices/register-places.ts';
import type { Quantity } from '../../devices/register-schema.ts';
import { wordCountOf } from '../../devices/data-types.ts';
import { decodeIdentity, decodeStatus, smartevseErrorTexts, smartevseStateText, STATUS_REGISTER } from '../../protocols/smartevse-bus.ts';
import { hexAddress, type ReadField } from './traffic-frame.ts';

const WORDS: Readonly<Record<Quantity, { readonly name: string; readonly unit: string }>> = {
  current: { name: 'current', unit: 'A' },
  voltage: { name: 'voltage', unit: 'V' },
  power: { name: 'power', unit: 'W' },
  totalPower: { name: 'power', unit: 'W' },
  energyImport: { name: 'energy imported', unit: 'Wh' },
  energyExport: { name: 'energy exported', unit: 'Wh' },
};

/** Empty for a model without registers, and for registers that its description does not name. */
export function registerFields(descriptions: MeterDescriptions, model: string, block: RegisterBlock): readonly ReadField[] {
  if (model === 'smartevse') return nodeFields(block);
  const description = descriptions.get(model);
  const map = description?.modbus;
  if (description === undefined || map === undefined) return [];
  const values = decodeRegisters(description, [block]);
  const byQuantity: Readonly<Record<Quantity, readonly (number | null)[]>> = {
    current: values.currentA,
    voltage: values.voltageV,
    power: values.powerW,
    totalPower: [values.totalPowerW],
    energyImport: [values.energyImportWh],
    energyExport: [values.energyExportWh],
  };
  const fields = registerSets(map).flatMap((registers) =>
    entriesOf(registers).flatMap(([quantity, register]) =>
      addressesOf(map, quantity, register).flatMap((address, phase): readonly ReadField[] => {
        const isHeld = tableOf(map, register) === block.table && address >= block.address && address + wordCountOf(register.type) <= block.address + block.words.length;
        const { name, unit } = WORDS[quantity];
        const ofPhase = byQuantity[quantity].length === 1 ? name : `${name} phase ${String(phase + 1)}`;
        return isHeld ? [{ name: ofPhase, place: `${block.table} ${hexAddress(address)}`, value: byQuantity[quantity][phase] ?? null, unit }] : [];
      }),
    ),
  );
  return [...new Map(fields.map((field) => [`${field.place} ${field.name}`, field])).values()];
}

/** The status block of a SmartEVSE (reference smartevse.md 6.2). */
function nodeFields({ address, words }: RegisterBlock): readonly ReadField[] {
  if (address !== STATUS_REGISTER) return [];
  const status = decodeStatus(words);
  if (!status.ok) return [];
  const { stateCode, errors, balancedDa, mode, solarStopS, access, isConfigChanged, maxCurrentA } = status.value;
  const field = (register: number, name: string, value: ReadField['value'], unit: string | null = null): ReadField => ({ name, place: hexAddress(register), value, unit });
  const identity = decodeIdentity(words);
  return [
    field(0, 'state', smartevseStateText(stateCode)),
    field(1, 'errors', smartevseErrorTexts(errors).join(', ') || 'none'),
    field(2, 'offered current', balancedDa / 10, 'A'),
    field(3, 'mode', mode),
    field(4, 'solar stop timer', solarStopS, 's'),
    field(5, 'access', access),
    field(6, 'configuration changed', isConfigChanged),
    field(7, 'maximum current', maxCurrentA, 'A'),
    ...(identity.ok ? [field(10, 'temperature', identity.value.temperatureC, '°C'), field(11, 'serial number, low word', identity.value.serial)] : []),
  ];
}
