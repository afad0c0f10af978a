import { NOTICE_WORDS } from '../../../words/notices.ts';
import { STATE_NAMES, VERDICT_CHOICES, type ExpectationKind, type FaultKind } from '../../../words/scenario-kinds.ts';
import type { JsonObject } from './json-edit.ts';

interface Common {
  readonly key: string;
  readonly label: string;
  readonly isRequired?: boolean;
}

/** One thing that an entry of a kind is told. */
export type FieldSpec =
  | (Common & { readonly type: 'number'; readonly unit: string; readonly start?: number; /** What no figure means. */ readonly hint?: string })
  /** Several figures, one after the other. */
  | (Common & { readonly type: 'numbers'; readonly unit: string; readonly start: readonly number[] })
  | (Common & { readonly type: 'choice'; readonly choices: readonly (readonly [value: string, label: string])[]; /** What no choice means. */ readonly otherwise?: string; readonly isNumber?: boolean })
  | (Common & { readonly type: 'yes-no'; readonly yes: string; readonly no: string })
  | (Common & { readonly type: 'text'; readonly start?: string; readonly hint?: string })
  /** Which of the site's phases; all of them without a choice. */
  | (Common & { readonly type: 'phases' })
  /** A CSV file and one of its columns. */
  | (Common & { readonly type: 'recording' | 'column' })
  | (Common & { readonly type: 'evse' | 'meter' | 'device' | 'circuit' });

export const number = (key: string, label: string, unit: string, more: { readonly isRequired?: boolean; readonly start?: number; readonly hint?: string } = {}): FieldSpec => ({ type: 'number', key, label, unit, ...more });
export const choice = (key: string, label: string, choices: Readonly<Record<string, string>>, isRequired = true): FieldSpec => ({ type: 'choice', key, label, choices: Object.entries(choices), isRequired });

const FROM = number('fromS', 'From', 's');
const UNTIL = number('untilS', 'Until', 's');
const FROM_NEEDED = number('fromS', 'From', 's', { isRequired: true, start: 60 });
const UNTIL_NEEDED = number('untilS', 'Until', 's', { isRequired: true, start: 120 });
const METER: FieldSpec = { type: 'meter', key: 'device', label: 'Meter', isRequired: true };
const DEVICE: FieldSpec = { type: 'device', key: 'device', label: 'Device', isRequired: true };
const GATEWAY: FieldSpec = { type: 'evse', key: 'device', label: 'EVSE', isRequired: true };
const WAY = choice('way', 'Way', { both: 'both ways', 'from-device': 'what it tells', 'to-device': 'what it is told' }, false);
export const WINDOW = [FROM, UNTIL];

export const FAULT_FIELDS: Readonly<Record<FaultKind, readonly FieldSpec[]>> = {
  'meter-silent': [METER, ...WINDOW],
  'meter-frozen': [METER, ...WINDOW],
  'broker-down': WINDOW,
  'gateway-down': [GATEWAY, ...WINDOW],
  'gateway-reboot': [GATEWAY, FROM_NEEDED],
  silent: [DEVICE, WAY, ...WINDOW],
  frozen: [DEVICE, ...WINDOW],
  late: [DEVICE, number('byS', 'By', 's', { isRequired: true, start: 5 }), WAY, ...WINDOW],
  'lost-share': [DEVICE, number('share', 'Share', '0 to 1', { isRequired: true, start: 0.5 }), WAY, ...WINDOW],
  'first-attempt-lost': [GATEWAY, ...WINDOW],
  corrupt: [DEVICE, choice('as', 'As', { 'broken-text': 'broken text', 'wrong-json': 'wrong JSON' }, false), WAY, ...WINDOW],
  'wrong-unit': [DEVICE, choice('quantity', 'Quantity', { power: 'power', current: 'current' }), number('factor', 'Times', 'factor'), ...WINDOW],
  duplicated: [DEVICE, WAY, ...WINDOW],
  reboot: [DEVICE, FROM_NEEDED, UNTIL],
  blackout: [FROM_NEEDED, UNTIL_NEEDED],
  'clock-jump': [FROM_NEEDED, number('byS', 'By', 's', { isRequired: true, start: 3600 })],
  sleep: [FROM_NEEDED, UNTIL_NEEDED],
  'controller-killed': WINDOW,
};

const CIRCUIT: FieldSpec = { type: 'circuit', key: 'circuit', label: 'Circuit' };
export const EVSE: FieldSpec = { type: 'evse', key: 'evse', label: 'EVSE', isRequired: true };
const ANY_EVSE: FieldSpec = { type: 'evse', key: 'evse', label: 'EVSE' };
const AT = number('atS', 'At', 's', { isRequired: true, start: 60 });
const bounds = (unit: string, start: number): readonly FieldSpec[] => [number('atLeast', 'At least', unit), number('atMost', 'At most', unit, { start })];

export const EXPECTATION_FIELDS: Readonly<Record<ExpectationKind, readonly FieldSpec[]>> = {
  verdict: [choice('is', 'Is', VERDICT_CHOICES)],
  'never-trips': [CIRCUIT],
  'peak-current': [CIRCUIT, ...bounds('A', 50), ...WINDOW],
  'seconds-above-continuous': [CIRCUIT, ...bounds('s', 30), ...WINDOW],
  'seconds-above-rating': [CIRCUIT, ...bounds('s', 0), ...WINDOW],
  'back-below-continuous': [CIRCUIT, number('afterS', 'After', 's', { isRequired: true, start: 60 }), number('withinS', 'Within', 's', { isRequired: true, start: 30 })],
  'current-at': [CIRCUIT, ANY_EVSE, AT, ...bounds('A', 32)],
  'evse-sum': [CIRCUIT, ...bounds('A', 40), ...WINDOW],
  offered: [EVSE, ...bounds('A', 32), ...WINDOW],
  pauses: [EVSE, ...WINDOW],
  resumes: [EVSE, ...WINDOW],
  'never-pauses': [EVSE, ...WINDOW],
  starts: [ANY_EVSE, ...bounds('', 2)],
  notice: [{ ...choice('code', 'Notice', Object.fromEntries(Object.keys(NOTICE_WORDS).map((code) => [code, code]))) }, ...WINDOW],
  'energy-wh': [ANY_EVSE, number('atLeast', 'At least', 'Wh', { start: 1000 }), number('atMost', 'At most', 'Wh')],
  'state-at': [EVSE, AT, choice('is', 'Is', STATE_NAMES)],
  'phases-at': [EVSE, AT, number('is', 'Phases', '', { isRequired: true, start: 3 })],
  'reason-at': [EVSE, AT, { type: 'text', key: 'is', label: 'Kind of reason', isRequired: true }],
};

const textOf = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');

/** What may stand where an id belongs. */
export interface SiteIds {
  readonly evses: readonly string[];
  readonly meters: readonly string[];
  readonly circuits: readonly string[];
}

function startOf(spec: FieldSpec, ids: SiteIds): unknown {
  if (spec.type === 'number' || spec.type === 'numbers') return spec.start;
  if (spec.isRequired !== true) return undefined;
  switch (spec.type) {
    case 'choice':
      return spec.choices[0]?.[0];
    case 'text':
      return spec.start ?? (spec.key === 'is' ? 'circuit' : undefined);
    case 'yes-no':
      return true;
    case 'recording':
      return 'recording.csv';
    case 'column':
    case 'phases':
      return undefined;
    case 'evse':
    case 'meter':
    case 'device':
    case 'circuit':
      return { evse: ids.evses, meter: ids.meters, device: [...ids.meters, ...ids.evses], circuit: ids.circuits }[spec.type][0];
  }
}

/** Without the figures that its kind began with and the other kind begins otherwise: nobody chose them. */
export function withoutStarts(entry: JsonObject, before: readonly FieldSpec[], after: readonly FieldSpec[]): JsonObject {
  const startIn = (fields: readonly FieldSpec[], key: string): number | undefined => {
    const spec = fields.find((field) => field.key === key);
    return spec?.type === 'number' ? spec.start : undefined;
  };
  return Object.fromEntries(
    Object.entries(entry).filter(([key, value]) => {
      const start = startIn(before, key);
      return start === undefined || value !== start || startIn(after, key) === start;
    }),
  );
}

/** An entry as another kind: what both kinds are told stays, what the new one needs is there. */
export function asKind(entry: JsonObject, kind: string, fields: readonly FieldSpec[], ids: SiteIds): JsonObject {
  const kept = fields.map((spec) => {
    const before = entry[spec.key];
    const fits = before !== undefined && (spec.type !== 'choice' || spec.choices.some(([value]) => value === textOf(before)));
    return [spec.key, fits ? before : startOf(spec, ids)] as const;
  });
  return { kind, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) };
}
