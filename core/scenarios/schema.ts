import { z } from 'zod';
import { circuitSchema, evseSchema, meterSchema, policySchema, siteSchema } from '../site/schema.ts';
import { expectationSchema } from './expectation-schema.ts';
import { faultSchema } from './fault-schema.ts';
import { idText, momentS, window } from './window-schema.ts';

/** Version of the scenario file that this program writes and understands. */
export const SCENARIO_FORMAT = 'chargebench-scenario';
export const SCENARIO_VERSION = 1;

const setting = z.union([z.string(), z.number(), z.boolean()]);
/** Per device: its own settings by the device's own keys (OpenEVSE: /config). */
const deviceSettings = z.record(idText, z.record(z.string(), setting));

const vehicleSchema = z.strictObject({
  id: idText,
  evse: idText,
  plugInS: momentS,
  unplugS: momentS.optional(),
  /** Most its own charger takes. */
  maxCurrentA: z.number().min(0).max(200).default(48),
  /** Conductors it uses; the EVSE's when absent. */
  phaseCount: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
  /** From a change of the pilot to the first change of its current. */
  deadTimeS: z.number().min(0).max(60).default(3),
  /** Falls are at once, as the vehicle must follow within 5 s (IEC 61851-1). */
  riseAPerS: z.number().positive().max(1000).default(2),
});

const otherLoadSchema = z.strictObject({
  circuit: idText,
  powerW: z.number().min(0).max(500_000),
  ...window,
});

const clampSign = z.union([z.literal(1), z.literal(-1)]);
const phaseIndex = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const phaseTriple = z.tuple([phaseIndex, phaseIndex, phaseIndex]);

/** What the world does to a meter beyond what its description says. */
const meterConditionSchema = z.strictObject({
  noiseW: z.number().min(0).max(10_000).default(0),
  /** -1: the clamp is mounted backwards and nobody knows. */
  clampSign: z.union([z.literal(1), z.literal(-1)]).default(1),
  /** Part of the current that the clamp sees: 0.5 where it surrounds one leg of two. */
  clampShare: z.number().min(0).max(2).default(1),
  /** Of each channel's own clamp, where only some are mounted backwards. */
  clampSigns: z.tuple([clampSign, clampSign, clampSign]).default([1, 1, 1]),
  /** Site phases that its phases are truly connected to, clamps and voltage taps alike; the site file's `phaseMap` when absent. */
  phases: phaseTriple.refine((map) => new Set(map).size === 3, 'each phase once').optional(),
  /** Site phases that its clamps surround, where they are on other phases than the voltage taps. */
  clampPhases: phaseTriple.optional(),
  /** A clamp round both legs, one of them reversed (`opposite`): as meant, with both the same way, or round one leg only. */
  legs: z.enum(['opposite', 'same-way', 'one']).default('opposite'),
  /** `pair`: fed from two lines, and so with their voltage, where a line and the neutral were meant. */
  fedBy: z.enum(['line', 'pair']).default('line'),
});

/** A value that somebody publishes to a topic, whatever it is for: a PV feed that hides a dead load feed. */
const feedSchema = z.strictObject({
  topic: z.string().min(1),
  everyS: z.number().positive(),
  valueW: z.number(),
  ...window,
});

const controllerSetupSchema = z.strictObject({
  /** Device settings under this controller, over those of the scenario. */
  devices: deviceSettings.default({}),
  /** The controller's own settings, by its own keys; which there are, the controller says. */
  settings: z.record(z.string(), setting).default({}),
  expect: z.array(expectationSchema),
});

/** Changes to a template site, by id; every key is the site file's own. */
const siteChangesSchema = z.strictObject({
  circuits: z.record(idText, circuitSchema.partial()).default({}),
  meters: z.record(idText, meterSchema.partial()).default({}),
  evses: z.record(idText, evseSchema.partial()).default({}),
  policy: policySchema.partial().optional(),
});

export const scenarioSchema = z.strictObject({
  id: idText,
  title: z.string().min(1).max(120),
  /** One or two sentences for the reader of the library. */
  about: z.string().max(400).default(''),
  /** Heading under which the library lists it. */
  group: z.string().min(1).max(60),
  /** Place in its group; smaller first, equals by id. */
  position: z.number().int().min(0).default(1000),
  tags: z.array(z.string().min(1).max(30)).default([]),
  durationS: z.number().int().min(1).max(31_536_000),
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
  /** A template's name, or a whole site. */
  site: z.union([idText, siteSchema]),
  siteChanges: siteChangesSchema.optional(),
  /** True line voltage; the supply's nominal one when absent. */
  lineVoltageV: z.number().min(60).max(300).optional(),
  devices: deviceSettings.default({}),
  vehicles: z.array(vehicleSchema).default([]),
  otherLoads: z.array(otherLoadSchema).default([]),
  meters: z.record(idText, meterConditionSchema).default({}),
  feeds: z.array(feedSchema).default([]),
  faults: z.array(faultSchema).default([]),
  controllers: z.record(idText, controllerSetupSchema).refine((all) => Object.keys(all).length > 0, 'at least one controller'),
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
