import type { HouseLoad, PvArray } from '../../../../core/scenarios/plant-schema.ts';
import type { ScenarioSignal, ScenarioWish } from '../../../../core/scenarios/told-schema.ts';
import { CHARGE_MODE_WORDS } from '../../../words/wishes.ts';
import { choice, EVSE, number, WINDOW, type FieldSpec } from './kind-fields.ts';

const CIRCUIT: FieldSpec = { type: 'circuit', key: 'circuit', label: 'Circuit', isRequired: true };
const PHASES: FieldSpec = { type: 'phases', key: 'phases', label: 'Phases' };
/** Where it is; the power factor comes last, for few need it. */
const PLACE = [CIRCUIT, PHASES];
const POWER_FACTOR = number('powerFactor', 'Power factor', '0.1 to 1', { hint: '1' });
const POWER = number('powerW', 'Power', 'W', { isRequired: true, start: 500 });

export const OTHER_LOAD_FIELDS: readonly FieldSpec[] = [...PLACE, number('powerW', 'Power', 'W', { isRequired: true, start: 2400 }), ...WINDOW, POWER_FACTOR];

const RECORDING: readonly FieldSpec[] = [
  { type: 'recording', key: 'file', label: 'CSV file', isRequired: true },
  { type: 'column', key: 'timeColumn', label: 'Time is in' },
  { ...choice('time', 'Times are', { s: 'seconds', ms: 'milliseconds', iso: '2024-12-31 18:00', dmy: '31.12.2024 18:00' }, false), otherwise: 'seconds' } as FieldSpec,
  { type: 'column', key: 'valueColumn', label: 'Power is in' },
  { ...choice('unit', 'Unit', { W: 'W', kW: 'kW', A: 'A on each phase', Wh: 'Wh in its time', kWh: 'kWh in its time' }, false), otherwise: 'W' } as FieldSpec,
  { ...choice('decimal', 'Decimals', { '.': 'point', ',': 'comma' }, false), otherwise: 'point' } as FieldSpec,
  { ...choice('holds', 'A row says', { 'until-next': 'the power until the next', 'since-last': 'the mean since the last', straight: 'a point of a line' }, false), otherwise: 'the power until the next' } as FieldSpec,
  { ...choice('sign', 'Sign', { 1: 'as it is', '-1': 'turned round' }, false), otherwise: 'as it is', isNumber: true } as FieldSpec,
  { type: 'text', key: 'timeZone', label: 'Time zone', hint: 'UTC' },
  number('skipS', 'Begin at', 's', { hint: '0' }),
  number('longestGapS', 'Longest gap', 's', { hint: '3 rows' }),
];

const SERIES: readonly FieldSpec[] = [
  { type: 'numbers', key: 'timesS', label: 'At', unit: 's', start: [0, 600], isRequired: true },
  { type: 'numbers', key: 'powersW', label: 'Power from then on', unit: 'W', start: [0, 2000], isRequired: true },
];

export const HOUSE_LOAD_FIELDS: Readonly<Record<HouseLoad['kind'], readonly FieldSpec[]>> = {
  base: [...PLACE, POWER, ...WINDOW, POWER_FACTOR],
  oven: [...PLACE, number('powerW', 'Power', 'W', { hint: '2500' }), number('heatUpS', 'Heats up for', 's', { hint: '600' }), number('onS', 'Then on for', 's', { hint: '30' }), number('offS', 'and off for', 's', { hint: '60' }), ...WINDOW, POWER_FACTOR],
  'heat-pump': [
    ...[...PLACE, number('powerW', 'Power', 'W', { hint: '2000' }), number('onS', 'Runs for', 's', { hint: '1200' }), number('offS', 'Rests for', 's', { hint: '900' })],
    ...[number('startRatio', 'Starts with', 'times it', { hint: '1' }), number('startS', 'for', 's', { hint: '1' }), ...WINDOW, POWER_FACTOR],
  ],
  kettle: [...PLACE, number('powerW', 'Power', 'W', { hint: '2200' }), number('onS', 'Boils for', 's', { hint: '180' }), { type: 'numbers', key: 'timesS', label: 'Switched on at', unit: 's', start: [60], isRequired: true }, POWER_FACTOR],
  household: [...PLACE, number('basePowerW', 'Base load', 'W', { hint: '250' }), number('activityRatio', 'Activity', 'times usual', { hint: '1' }), ...WINDOW, POWER_FACTOR],
  recorded: [...PLACE, ...RECORDING, ...WINDOW, POWER_FACTOR],
  series: [...PLACE, ...SERIES, POWER_FACTOR],
};

const DAYLIGHT = [number('peakW', 'Peak', 'W', { isRequired: true, start: 5000 }), number('sunriseHour', 'Sunrise', 'h', { hint: '6' }), number('sunsetHour', 'Sunset', 'h', { hint: '20' })];

export const PV_FIELDS: Readonly<Record<PvArray['kind'], readonly FieldSpec[]>> = {
  clear: [...PLACE, ...DAYLIGHT, POWER_FACTOR],
  cloudy: [...PLACE, ...DAYLIGHT, number('coverRatio', 'Under clouds', '0 to 1', { hint: '0.5' }), number('meanCloudS', 'A cloud lasts', 's', { hint: '240' }), POWER_FACTOR],
  recorded: [...PLACE, ...RECORDING, POWER_FACTOR],
  series: [...PLACE, ...SERIES, POWER_FACTOR],
};

export const HOME_BATTERY_FIELDS: readonly FieldSpec[] = [
  ...[{ type: 'text', key: 'id', label: 'Battery id', isRequired: true } as const, ...PLACE, { type: 'circuit', key: 'watches', label: 'Watches' } as const],
  ...[number('capacityWh', 'Capacity', 'Wh', { isRequired: true, start: 10_000 }), number('socRatio', 'Full at the start', '0 to 1', { hint: '0.5' })],
  ...[number('maxChargeW', 'Charges with up to', 'W', { isRequired: true, start: 5000 }), number('maxDischargeW', 'Gives up to', 'W', { isRequired: true, start: 5000 })],
  ...[number('targetW', 'Keeps the circuit at', 'W', { hint: '0' }), number('delayS', 'After', 's', { hint: '2' }), number('efficiencyRatio', 'Efficiency', '0 to 1', { hint: '0.9' }), POWER_FACTOR],
];

export const VEHICLE_FIELDS: readonly FieldSpec[] = [
  ...[{ type: 'text', key: 'id', label: 'Vehicle id', isRequired: true } as const, EVSE, number('plugInS', 'Plugs in at', 's', { isRequired: true, start: 60 }), number('unplugS', 'Leaves at', 's', { hint: 'never' })],
  ...[number('maxCurrentA', 'Takes at most', 'A', { hint: '48' }), number('requestedWh', 'Needs', 'Wh', { hint: 'no end' })],
];

const CONDUCTORS = { 1: '1 phase', 2: '2 phases or legs', 3: '3 phases' };
const conductors = (key: string, label: string, otherwise: string): FieldSpec => ({ ...choice(key, label, CONDUCTORS, false), otherwise, isNumber: true }) as FieldSpec;

/** What vehicles are known to do; nothing of it happens where nothing is said. */
export const HABIT_FIELDS: readonly FieldSpec[] = [
  ...[conductors('phaseCount', 'Uses', 'as the EVSE'), number('offerOffsetA', 'Draws beside its offer', 'A', { hint: '0' }), number('deadTimeS', 'Follows after', 's', { hint: '3' }), number('riseAPerS', 'Rises by', 'A/s', { hint: '2' })],
  ...[number('startsAfterS', 'Asks after', 's', { hint: 'at once' }), number('startsFromA', 'Begins from', 'A', { hint: 'any' }), number('stopsBelowA', 'Draws nothing below', 'A', { hint: 'none' }), number('sleepsAfterS', 'Sleeps after a pause of', 's', { hint: 'never' })],
  ...[conductors('startPhaseCount', 'Starts on', 'all it uses'), number('morePhasesAfterS', 'More phases after', 's', { hint: 'at once' })],
];

/** Below the key `battery`. */
export const VEHICLE_BATTERY_FIELDS: readonly FieldSpec[] = [
  ...[number('capacityWh', 'Capacity', 'Wh', { isRequired: true, start: 60_000 }), number('socRatio', 'Full at arrival', '0 to 1', { isRequired: true, start: 0.4 }), number('targetRatio', 'Stops at', '0 to 1', { hint: '1' })],
  ...[number('taperFromRatio', 'Tapers from', '0 to 1', { hint: '0.9' }), number('endCurrentA', 'down to', 'A', { hint: '2' }), number('efficiencyRatio', 'Efficiency', '0 to 1', { hint: '0.9' })],
];

const AT = number('atS', 'At', 's', { isRequired: true, start: 60 });
const ENDS = number('untilS', 'Until', 's', { hint: 'the end' });
const CONTACT = { open: 'open', closed: 'closed' };

export const SIGNAL_FIELDS: Readonly<Record<ScenarioSignal['kind'], readonly FieldSpec[]>> = {
  'grid-relay': [AT, choice('gridRelay', 'Is', CONTACT)],
  dimming: [AT, { type: 'yes-no', key: 'isDimmed', label: 'Dimming', yes: 'begins', no: 'ends', isRequired: true }],
  temperature: [AT, EVSE, number('temperatureC', 'Temperature', '°C', { isRequired: true, start: 60 })],
  switch: [AT, EVSE, choice('contact', 'Is', CONTACT)],
};

const MODES = Object.fromEntries(Object.entries(CHARGE_MODE_WORDS).map(([mode, { name }]) => [mode, name]));

export const WISH_FIELDS: Readonly<Record<ScenarioWish['kind'], readonly FieldSpec[]>> = {
  mode: [AT, ENDS, { type: 'evse', key: 'evse', label: 'EVSE' }, choice('mode', 'Charges by', MODES)],
  limit: [AT, ENDS, EVSE, number('currentA', 'Not above', 'A', { isRequired: true, start: 10 })],
  card: [AT, EVSE, { type: 'text', key: 'card', label: 'Card', start: '04A1B2C3', isRequired: true }],
};
