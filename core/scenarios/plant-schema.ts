/**
 * The electrical part of the scenario file: vehicles, loads, sun, batteries, cables, and what is wired otherwise than the site file
 * says. Times are seconds since the start of the run; consumption is positive.
 */
import { z } from 'zod';
import { idText, momentS, window } from './window-schema.ts';

const phaseIndex = z.literal([0, 1, 2]);
const phaseTriple = z.tuple([phaseIndex, phaseIndex, phaseIndex]);
const phaseOrder = phaseTriple.refine((map) => new Set(map).size === 3, 'a phase order names each phase once');
const phaseCount = z.literal([1, 2, 3]);
const hour = z.number().min(0).max(24);
const powerW = z.number().min(0).max(500_000);
const durationS = z.number().min(1).max(31_536_000);

const vehicleBatterySchema = z.strictObject({
  capacityWh: z.number().positive().max(1_000_000),
  socRatio: z.number().min(0).max(1).describe('State of charge at arrival, 0 to 1.'),
  targetRatio: z.number().min(0).max(1).default(1).describe('It stops there.'),
  taperFromRatio: z.number().min(0).max(1).default(0.9).describe('From here to the target its current falls in a straight line to `endCurrentA`.'),
  endCurrentA: z.number().min(0).max(200).default(2),
  efficiencyRatio: z.number().positive().max(1).default(0.9).describe('Of what it draws, the part that is stored.'),
});

/** What is left out does not happen: such a vehicle follows its pilot to the ampere for ever. */
export const vehicleSchema = z.strictObject({
  id: idText,
  evse: idText,
  plugInS: momentS,
  unplugS: momentS.optional(),
  maxCurrentA: z.number().min(0).max(200).default(48).describe('Most its own charger takes.'),
  phaseCount: phaseCount.optional().describe("Conductors it uses; the EVSE's when absent."),
  deadTimeS: z.number().min(0).max(60).default(3).describe('From a change of the pilot to the first change of its current.'),
  riseAPerS: z.number().positive().max(1000).default(2).describe('How fast its current rises. Falls are at once, as the vehicle must follow within 5 s (IEC 61851-1).'),
  startPhaseCount: phaseCount.optional().describe('It starts on so many conductors.'),
  morePhasesAfterS: durationS.optional().describe('So long after it began to draw it takes the other conductors too.'),
  offerOffsetA: z.number().min(-5).max(5).optional().describe('What it draws beside what is offered: -0.5 to -1 A is common, a little above happens.'),
  startsAfterS: durationS.optional().describe('It asks for energy so long after it is plugged in: a departure timer.'),
  startsFromA: z.number().min(0).max(80).optional().describe('It does not begin to draw below this offer.'),
  stopsBelowA: z.number().min(0).max(80).optional().describe('It draws nothing below this offer (older Renault ZOE: about 10 A).'),
  sleepsAfterS: durationS.optional().describe('After a pause of so long it sleeps, and wakes when the pilot goes away and comes back once more, or is plugged in anew.'),
  battery: vehicleBatterySchema.optional(),
  requestedWh: z.number().positive().max(1_000_000).optional().describe('It stops when so much has been delivered.'),
});

/** Site phases, evenly; all when absent. On a delta 0 is the pair l1-l2, 1 is l2-l3, 2 is l3-l1; on split phase both legs are a 240 V load. */
const phases = z.array(phaseIndex).min(1).max(3).optional();
/** Where a load is. Its power factor is that of a current behind the voltage, 1 when absent. */
const place = { circuit: idText, phases, powerFactor: z.number().min(0.1).max(1).optional() };

export const otherLoadSchema = z.strictObject({ ...place, powerW, ...window });

/** A column of a CSV file beside the scenario file, as power over time. What the file does not tell is no power. */
const recordingShape = {
  kind: z.literal('recorded'),
  file: z.string().max(500).regex(/^(?!.*(^|\/)\.\.?(\/|$))[^/\\:][^\\:]*$/, 'a path below the folder of the scenario file, with /').describe('Path of the file, from the folder of the scenario file and below it.'),
  timeColumn: z.union([z.string().min(1), z.number().int().min(0)]).default(0).describe('Its heading, or its number counted from 0.'),
  valueColumn: z.union([z.string().min(1), z.number().int().min(0)]).default(1).describe('Its heading, or its number counted from 0.'),
  unit: z.enum(['W', 'kW', 'A', 'Wh', 'kWh']).default('W').describe('A is the current of each of its phases; Wh and kWh are the energy of the time that a row stands for, and no counter.'),
  time: z.enum(['s', 'ms', 'iso', 'dmy']).default('s').describe('`s` and `ms` are counted from anywhere, `iso` is 2020-03-16T06:40:00Z or 2020-03-16 06:40:00, `dmy` is 16.03.2020 06:40 or 16/03/2020 06:40:00.'),
  timeZone: z.string().min(1).optional().describe('Of times that name none: an IANA zone as Europe/Berlin, whose clocks change twice a year. UTC when absent.'),
  decimal: z.enum(['.', ',']).default('.'),
  holds: z.enum(['until-next', 'since-last', 'straight']).default('until-next').describe('What a row says: the value until the next row, the mean since the last one, or a point of a straight line.'),
  longestGapS: durationS.optional().describe('Nothing is assumed about a gap beyond this; three times the usual distance of two rows when absent.'),
  skipS: z.number().min(0).default(0).describe('Where in the file the run begins, from its first row.'),
  sign: z.literal([1, -1]).default(1).describe('-1 turns a column round whose feed-in is positive.'),
};

/** Power from each moment until the next. */
const seriesShape = {
  kind: z.literal('series'),
  timesS: z.array(momentS).min(1),
  powersW: z.array(z.number().min(-500_000).max(500_000)).min(1),
};

export const houseLoadSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('base'), ...place, powerW, ...window }),
  z.strictObject({ kind: z.literal('oven'), ...place, powerW: powerW.default(2500), heatUpS: durationS.default(600), onS: durationS.default(30), offS: durationS.default(60), ...window }).describe('Heats up, then its thermostat switches it.'),
  /** A compressor that runs and rests; `startRatio` times its power at the start. */
  z.strictObject({
    kind: z.literal('heat-pump'),
    ...place,
    powerW: powerW.default(2000),
    onS: durationS.default(1200),
    offS: durationS.default(900),
    startRatio: z.number().min(1).max(8).default(1),
    startS: durationS.default(1),
    ...window,
  }),
  z.strictObject({ kind: z.literal('kettle'), ...place, powerW: powerW.default(2200), onS: durationS.default(180), timesS: z.array(momentS).min(1) }),
  z.strictObject({ kind: z.literal('household'), ...place, basePowerW: powerW.default(250), activityRatio: z.number().positive().max(20).default(1), ...window }).describe("A household's appliances by the hour of the day, each on a phase of its own, as the seed has it."),
  z.strictObject({ ...recordingShape, ...place, ...window }),
  z.strictObject({ ...seriesShape, ...place }),
]);

const daylight = { peakW: powerW, sunriseHour: hour.default(6), sunsetHour: hour.default(20) };

/** Feeds in: positive figures here are generation. */
export const pvSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clear'), ...place, ...daylight }),
  z.strictObject({ kind: z.literal('cloudy'), ...place, ...daylight, coverRatio: z.number().min(0).max(1).default(0.5), meanCloudS: durationS.default(240) }).describe('Clouds pass as the seed has it; `coverRatio` of the day lies under them.'),
  z.strictObject({ ...recordingShape, ...place }),
  z.strictObject({ ...seriesShape, ...place }),
]);

/** A home battery that keeps what flows through a circuit at its target, as its inverter saw it `delayS` ago. */
export const homeBatterySchema = z.strictObject({
  id: idText,
  ...place,
  watches: idText.optional().describe('Whose power it watches; the one at the grid connection when absent.'),
  capacityWh: z.number().positive().max(1_000_000),
  socRatio: z.number().min(0).max(1).default(0.5),
  maxChargeW: powerW,
  maxDischargeW: powerW,
  targetW: z.number().min(-500_000).max(500_000).default(0),
  delayS: z.number().int().min(1).max(600).default(2),
  efficiencyRatio: z.number().positive().max(1).default(0.9).describe('Of what it takes, the part that it gives back.'),
});

const clampSign = z.literal([1, -1]);

/** What the world does to a meter beyond what its description says. */
export const meterConditionSchema = z.strictObject({
  noiseW: z.number().min(0).max(10_000).default(0),
  clampSign: clampSign.default(1).describe('-1: the clamp is mounted backwards and nobody knows.'),
  clampShare: z.number().min(0).max(2).default(1).describe('Part of the current that the clamp sees: 0.5 where it surrounds one leg of two.'),
  clampSigns: z.tuple([clampSign, clampSign, clampSign]).default([1, 1, 1]).describe("Of each channel's own clamp, where only some are mounted backwards."),
  phases: phaseOrder.optional().describe("Site phases that its phases are truly connected to, clamps and voltage taps alike; the site file's `phaseMap` when absent."),
  clampPhases: phaseTriple.optional().describe('Site phases that its clamps surround, where they are on other phases than the voltage taps.'),
  legs: z.enum(['opposite', 'same-way', 'one']).default('opposite').describe('A clamp round both legs, one of them reversed (`opposite`): as meant, with both the same way, or round one leg only.'),
  fedBy: z.enum(['line', 'pair']).default('line').describe('`pair`: fed from two lines, and so with their voltage, where a line and the neutral were meant.'),
});

/** What the world does to an EVSE: site phases that its phases are truly connected to. */
export const evseConditionSchema = z.strictObject({ phases: phaseOrder });

const conductorSchema = z.strictObject({
  resistanceOhm: z.number().min(0).max(10),
  reactanceOhm: z.number().min(0).max(10).default(0),
});

/** Of one conductor each, the neutral's being the same: voltages fall with the current. None where left out. */
export const impedanceSchema = z.strictObject({
  source: conductorSchema.default({ resistanceOhm: 0, reactanceOhm: 0 }).describe("The grid up to the site's connection."),
  circuits: z.record(idText, conductorSchema).default({}).describe("From a circuit's breaker to its loads and to the breakers below it."),
});

export type VehicleBattery = z.output<typeof vehicleBatterySchema>;
export type HouseLoad = z.output<typeof houseLoadSchema>;
export type PvArray = z.output<typeof pvSchema>;
export type HomeBatterySpec = z.output<typeof homeBatterySchema>;
export type Impedance = z.output<typeof impedanceSchema>;
export type RecordingSpec = Extract<HouseLoad, { readonly kind: 'recorded' }> | Extract<PvArray, { readonly kind: 'recorded' }>;
