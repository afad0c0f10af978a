import { z } from 'zod';
import { circuitSchema, evseSchema, meterSchema, policySchema, siteSchema } from '../site/schema.ts';
import { expectationSchema } from './expectation-schema.ts';
import { faultSchema } from './fault-schema.ts';
import { evseConditionSchema, homeBatterySchema, houseLoadSchema, impedanceSchema, meterConditionSchema, otherLoadSchema, pvSchema, vehicleSchema } from './plant-schema.ts';
import { batteryFeedSchema, signalSchema, wishSchema } from './told-schema.ts';
import { idText, window } from './window-schema.ts';

/** Version of the scenario file that this program writes and understands. */
export const SCENARIO_FORMAT = 'chargebench-scenario';
export const SCENARIO_VERSION = 1;

const setting = z.union([z.string(), z.number(), z.boolean()]);
/** Per device: its own settings by the device's own keys (OpenEVSE: /config). */
const deviceSettings = z.record(idText, z.record(z.string(), setting));

/** A value that somebody publishes to a topic, whatever it is for: a PV feed that hides a dead load feed. */
const feedSchema = z.strictObject({
  topic: z.string().min(1),
  everyS: z.number().positive(),
  valueW: z.number(),
  ...window,
});

export const controllerSetupSchema = z
  .strictObject({
    devices: deviceSettings.default({}).describe('Device settings under this controller, over those of the scenario.'),
    settings: z.record(z.string(), setting).default({}).describe("The controller's own settings, by its own keys; one it does not know is refused when it is played."),
    expect: z.array(expectationSchema).describe('What must hold under this controller.'),
  })
  .describe('What holds under one controller.');

const siteChangesSchema = z
  .strictObject({
    circuits: z.record(idText, circuitSchema.partial()).default({}),
    meters: z.record(idText, meterSchema.partial()).default({}),
    evses: z.record(idText, evseSchema.partial()).default({}),
    policy: policySchema.partial().optional(),
  })
  .describe("Changes to a template site, by id; every key is the site file's own.");

export const scenarioSchema = z.strictObject({
  id: idText.describe('Small letters, digits and hyphens; the file of a library scenario is called after it.'),
  title: z.string().min(1).max(120).describe('What a person reads in the library.'),
  about: z.string().max(400).default('').describe('One or two sentences for the reader of the library.'),
  group: z.string().min(1).max(60).describe('Heading under which the library lists it.'),
  position: z.number().int().min(0).default(1000).describe('Place in its group; smaller first, equals by id.'),
  tags: z.array(z.string().min(1).max(30)).default([]),
  durationS: z.number().int().min(1).max(31_536_000),
  seed: z.number().int().min(0).max(4_294_967_295).default(1).describe('Of everything random: the same seed gives the same run.'),
  site: z.union([idText, siteSchema]).describe("A template's name, or a whole site as in a site file."),
  siteChanges: siteChangesSchema.optional(),
  lineVoltageV: z.number().min(60).max(300).optional().describe("True line voltage; the supply's nominal one when absent."),
  devices: deviceSettings.default({}).describe("Per device: its own settings by the device's own keys (OpenEVSE: /config)."),
  vehicles: z.array(vehicleSchema).default([]),
  otherLoads: z.array(otherLoadSchema).default([]).describe('What runs besides the EVSEs, between two moments.'),
  houseLoads: z.array(houseLoadSchema).default([]).describe('What the house takes: generated, recorded, or as a series.'),
  pv: z.array(pvSchema).default([]).describe('What feeds in; positive figures are generation.'),
  homeBatteries: z.array(homeBatterySchema).default([]).describe('Batteries that keep what flows through a circuit at a target.'),
  batteryFeed: batteryFeedSchema.optional(),
  startHour: z.number().min(0).max(24).default(0).describe("Hour of the day at which the run begins, for the sun and the household; the devices' clocks begin at midnight UTC all the same."),
  recordings: z.record(z.string(), z.string()).default({}).describe('Texts of the recorded files by the path that names them; put in by the program where they lie beside the scenario file.'),
  evses: z.record(idText, evseConditionSchema).default({}).describe('What the world does to an EVSE beyond what the site file says: wrong wiring.'),
  impedance: impedanceSchema.optional().describe('Of grid and cables: voltages fall with the current.'),
  meters: z.record(idText, meterConditionSchema).default({}).describe('What the world does to a meter beyond what the site file says: noise, wrong wiring.'),
  feeds: z.array(feedSchema).default([]).describe('Values that somebody publishes to a topic, whatever they are for.'),
  signals: z.array(signalSchema).default([]).describe('What contacts and probes tell the controller: grid relay, dimming, temperature.'),
  wishes: z.array(wishSchema).default([]).describe('What a person asks the controller for.'),
  faults: z.array(faultSchema).default([]).describe('What goes wrong, where and when.'),
  controllers: z
    .record(idText, controllerSetupSchema)
    .refine((all) => Object.keys(all).length > 0, 'at least one controller')
    .describe('By name: chargebench, device (the devices decide), none (no balancing at all), or a model of a controller in the field.'),
});

export const scenarioFileSchema = z.looseObject({
  format: z.literal(SCENARIO_FORMAT),
  version: z.number().int(),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioVehicle = Scenario['vehicles'][number];
export type { ScenarioFault } from './fault-schema.ts';
export type { Expectation } from './expectation-schema.ts';
export type ControllerName = 'chargebench' | 'device' | (string & {});
