import type { LoadPreview, PowerCourse } from '../../../../core/host-api/contract.ts';
import { CHARGE_MODE_WORDS } from '../../../words/wishes.ts';
import { asText, energy, limit, power } from '../../../words/numbers.ts';
import { FAULT_NAMES, SIGNAL_NAMES, signalTold } from '../../../words/scenario-kinds.ts';
import type { RunEvent } from '../run-events.ts';
import { isObject, listAt, textAt, valueAt, type JsonObject } from './json-edit.ts';

/** Something that happens in a draft, and the entry of the form that says so. */
export interface DraftEvent extends RunEvent {
  readonly entry: string;
}

/** When a vehicle is plugged in. */
export interface DraftStay {
  readonly evse: string;
  readonly id: string;
  readonly fromS: number;
  readonly untilS: number;
  readonly entry: string;
}

const secondsAt = (entry: unknown, key: string): number | null => {
  const value = valueAt(entry, [key]);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

function wordsOf(list: string, entry: JsonObject): string {
  const kind = textAt(entry, ['kind']);
  if (list === 'faults') return (FAULT_NAMES as Readonly<Record<string, string | undefined>>)[kind] ?? kind;
  if (list === 'signals') return `${(SIGNAL_NAMES as Readonly<Record<string, string | undefined>>)[kind] ?? kind} ${signalTold(entry)}`.trim();
  if (kind === 'limit') return `Not above ${typeof entry.currentA === 'number' ? asText(limit(entry.currentA)) : 'a current'}`;
  if (kind === 'mode') return (CHARGE_MODE_WORDS as Readonly<Record<string, { readonly name: string } | undefined>>)[textAt(entry, ['mode'])]?.name ?? 'A mode';
  return 'A card';
}

const EVENT_LISTS = [
  ['signals', 'signal', 'atS'],
  ['wishes', 'wish', 'atS'],
  ['faults', 'fault', 'fromS'],
] as const;

/** Signals, wishes and faults in order of time. */
export function draftEvents(file: JsonObject): readonly DraftEvent[] {
  const events = EVENT_LISTS.flatMap(([list, kind, key]) =>
    listAt(file, [list]).flatMap((entry, index): readonly DraftEvent[] => (isObject(entry) ? [{ timeS: secondsAt(entry, key) ?? 0, kind, text: wordsOf(list, entry), entry: `${list}/${index}` }] : [])),
  );
  return events.sort((a, b) => a.timeS - b.timeS);
}

export function draftStays(file: JsonObject, durationS: number): readonly DraftStay[] {
  return listAt(file, ['vehicles']).flatMap((vehicle, index): readonly DraftStay[] => {
    const fromS = secondsAt(vehicle, 'plugInS');
    if (fromS === null || fromS >= durationS) return [];
    return [{ evse: textAt(vehicle, ['evse']), id: textAt(vehicle, ['id']), fromS, untilS: Math.min(secondsAt(vehicle, 'unplugS') ?? durationS, durationS), entry: `vehicles/${index}` }];
  });
}

function courseWords(name: string, { meanW, mostW }: PowerCourse, stretchS: number): string {
  const energyWh = meanW.reduce((sum, powerW) => sum + powerW, 0) * (stretchS / 3600);
  return `${name} up to ${asText(power(Math.max(0, ...mostW)))}, ${asText(energy(energyWh))}`;
}

/** "Other load up to 4.8 kW, 3.20 kWh; PV up to 5.0 kW, 12.00 kWh." */
export function pictureWords({ stretchS, house, pv }: LoadPreview, stays: number): string {
  const parts = [
    house === null ? 'No other load' : courseWords('Other load', house, stretchS),
    ...(pv === null ? [] : [courseWords('PV', pv, stretchS)]),
    stays === 0 ? 'no vehicle' : stays === 1 ? '1 vehicle' : `${stays} vehicles`,
  ];
  return `${parts.join('; ')}.`;
}
