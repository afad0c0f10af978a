import { z } from 'zod';
import { circuitId, evseId, meterId } from '../quantities.ts';
import { customMeterSchema } from './custom-meter.ts';

const idText = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an id has 1 to 40 small letters, digits and hyphens');
const circuitIdSchema = idText.transform(circuitId);
const meterIdSchema = idText.transform(meterId);
const evseIdSchema = idText.transform(evseId);

const nameText = z.string().min(1).max(80);
const positiveA = z.number().positive().max(1000);
const phaseIndex = z.literal([0, 1, 2]);

/** What an EVSE charges by; `pause` and `boost` are wishes of a person and not part of a site. */
export const chargeModeSchema = z.enum(['normal', 'smart', 'solar', 'off']);

/**
 * `phaseMap[d]` is the site phase that the device's own phase d is connected to: a permutation, applied exactly
 * once, where the device's values enter.
 */
const phaseMapSchema = z
  .tuple([phaseIndex, phaseIndex, phaseIndex])
  .refine((map) => new Set(map).size === 3, 'a phase map names each phase once')
  .default([0, 1, 2]);

/**
 * `nominalVoltageV` is what one EVSE sees: line to neutral on single-phase and star supplies, leg to leg (240 V)
 * on split phase, where l1 and l2 are the two legs and a 240 V load flows through both, line to line on a three-wire delta
 * (Norway, parts of Belgium: 230 V without neutral), where a one-phase device loads a pair of lines.
 */
export const supplySchema = z.strictObject({
  kind: z.enum(['single-phase', 'split-phase', 'three-phase-star', 'three-wire-delta']),
  nominalVoltageV: z.number().min(60).max(300),
});

/** A ceiling besides the breaker's, with who imposed it. */
export const limitSchema = z.strictObject({
  source: z.enum(['contract', 'cable', 'operator']),
  currentA: positiveA,
  /** Site phases it holds for; all when absent. */
  phases: z.array(phaseIndex).min(1).optional(),
});

export const circuitSchema = z.strictObject({
  id: circuitIdSchema,
  name: nameText,
  /** null for the circuit at the grid connection. */
  parentId: circuitIdSchema.nullable().default(null),
  breaker: z.strictObject({
    /** File name in core/protection/curves or the user's folder. */
    curve: z.string().min(1),
    ratingA: positiveA,
    /** Where the fuses of the phases differ: the rating of each; `ratingA` is then the largest. */
    ratingsA: z.tuple([positiveA, positiveA, positiveA]).optional(),
  }),
  /** Part of the rating that may flow without end: 0.8 where charging is a continuous load (NEC 210.20), else 1. */
  continuousFactor: z.number().min(0.1).max(1),
  limits: z.array(limitSchema).default([]),
  /** The meter that measures all that flows through this circuit; null where nothing measures it. */
  meterId: meterIdSchema.nullable().default(null),
  /** What other load may take per phase where no meter tells. */
  assumedLoadA: z.number().min(0).max(1000).default(0),
  /** PV or a battery feeds in below this circuit's meter, which may therefore show less than the EVSEs draw. */
  hasSource: z.boolean().default(false),
  /** How far export may raise headroom: what the conductor that carries it allows beyond the breaker. */
  sourceCreditA: z.number().min(0).max(1000).default(0),
  /** Highest difference between two phases that EVSEs may cause here (VDE-AR-N 4100: 20 A; Austria, Switzerland: 16 A). */
  unbalanceLimitA: positiveA.nullable().default(null),
});

/** Base topic without trailing slash, e.g. openevse-7b2c or shellies/shellyem-B164B8. */
const mqttLinkShape = { kind: z.literal('mqtt'), baseTopic: z.string().min(1) };

const modbusLinkSchema = z.strictObject({
  kind: z.literal('modbus'),
  /** The pair of wires or the socket: serial:/dev/ttyUSB0, tcp:192.168.1.20:502, rtu-over-tcp:192.168.1.20:4001. */
  transport: z.string().min(1),
  unitId: z.number().int().min(1).max(247),
  /** Speed and frame of the pair of wires; what the device leaves the factory with when absent. Devices on one pair say the same or nothing. */
  line: z
    .strictObject({
      baud: z.number().int().min(300).max(1_000_000),
      parity: z.enum(['none', 'even', 'odd']).default('none'),
      stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    })
    .optional(),
});

/** A serial line with one device on it: a P1 port, an OpenEVSE controller that speaks RAPI. */
const serialLinkSchema = z.strictObject({
  kind: z.literal('serial'),
  /** serial:/dev/ttyUSB0, serial:COM3, or tcp:192.168.1.20:2001 for a port server. */
  port: z.string().min(1),
  /** The device's usual one when absent. */
  baud: z.number().int().min(300).max(1_000_000).optional(),
});

const ocppLinkSchema = z.strictObject({
  kind: z.literal('ocpp'),
  /** The last part of the address that the charge point dials. */
  chargePointId: z.string().min(1).max(255),
});

const httpLinkSchema = z.strictObject({
  kind: z.literal('http'),
  /** Without user name and password: secrets are not part of a site. */
  url: z.string().regex(/^https?:\/\/[^\s/@]+(\/\S*)?$/, 'a link is written http://host or http://host/path, without a password'),
});

export const meterSchema = z.strictObject({
  id: meterIdSchema,
  name: nameText,
  /** Name of the description that says how it is read: one that comes with the program, or the user's own. */
  model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'a model has 1 to 60 small letters, digits and hyphens'),
  link: z.discriminatedUnion('kind', [
    z.strictObject({ ...mqttLinkShape, channel: z.literal([0, 1]).default(0) }),
    modbusLinkSchema,
    serialLinkSchema,
    httpLinkSchema,
  ]),
  /** How a modbus-meter is read: what a SmartEVSE calls a custom meter. */
  custom: customMeterSchema.optional(),
  /**
   * What the clamp surrounds: `one-phase` the conductor of the device's first phase; `each-phase` every conductor has its
   * own (or the meter is wired in, as a P1 meter); `both-legs` both hot legs of a split-phase circuit, one of them
   * reversed, with the meter fed by one leg (its power is then that of the 240 V load, its current the sum of both legs).
   */
  clamp: z.enum(['one-phase', 'each-phase', 'both-legs']),
  phaseMap: phaseMapSchema,
  /** -1 where the clamp is known to be mounted backwards. */
  sign: z.literal([1, -1]).default(1),
  /** How often it publishes. */
  periodMs: z.number().int().min(200).max(300_000),
  /** From the moment a sample describes to its arrival. */
  latencyMs: z.number().int().min(0).max(60_000).default(1000),
  /** Older than this, a reading is stale: no value. */
  allowedAgeMs: z.number().int().min(1000).max(900_000),
  /**
   * What its current may be wrong by: part of the reading plus a fixed part; and how far the line may rise above its nominal
   * voltage, which makes a limit in watts worth fewer amperes. Absent: what the description of its model says.
   */
  uncertainty: z
    .strictObject({ ratio: z.number().min(0).max(0.5), currentA: z.number().min(0).max(10), voltageRatio: z.number().min(0).max(0.2).optional() })
    .optional(),
});

export const evseSchema = z.strictObject({
  id: evseIdSchema,
  name: nameText,
  circuitId: circuitIdSchema,
  /** Which driver speaks with it. */
  model: z.enum(['openevse', 'smartevse', 'ocpp', 'easee']),
  link: z.discriminatedUnion('kind', [z.strictObject(mqttLinkShape), modbusLinkSchema, serialLinkSchema, ocppLinkSchema, httpLinkSchema]),
  phaseMap: phaseMapSchema,
  /** Conductors it loads: on split phase 2 (both legs of a 240 V EVSE). */
  phaseCount: z.literal([1, 2, 3]),
  /** What hardware and cable carry. */
  ratingA: positiveA,
  /** Its own stored ceiling (OpenEVSE: max_current_soft). */
  configuredMaxA: positiveA,
  minCurrentA: positiveA.default(6),
  stepA: positiveA.default(1),
  /** What it falls back to without communication. */
  failSafeCurrentA: z.number().min(0).max(1000),
  /** What it offers after its own restart until told otherwise. */
  powerUpCurrentA: z.number().min(0).max(1000),
  /** From a write to its effect in the vehicle: IEC 61851-1 gives the vehicle 5 s; the device's own delay comes on top. */
  responseTimeMs: z.number().int().min(100).max(120_000).default(7000),
  /** Reports older than this leave it silent: while it charges, and otherwise. */
  allowedAgeMs: z
    .strictObject({ charging: z.number().int().min(1000), idle: z.number().int().min(1000) })
    .default({ charging: 10_000, idle: 75_000 }),
  /** True when a vehicle that is plugged in charges at once with whatever is offered. */
  startsByItself: z.boolean().default(true),
  /** Lower numbers are served first; equals by their order in the site. */
  priority: z.number().int().min(1).max(1000).default(1),
  /** Share of the rest after the minimums, relative to others. */
  weight: z.number().positive().max(100).default(1),
  /** Address on a bus, for the queue strategy that goes by it; the place in the site when absent. */
  busAddress: z.number().int().min(0).max(247).optional(),
  /** The site's mode when absent. */
  mode: chargeModeSchema.optional(),
  /** Second contactor for L2 and L3 (SmartEVSE CONTACT 2). */
  phaseSwitching: z.enum(['not-present', 'always-off', 'solar-off', 'always-on', 'auto']).default('not-present'),
  /** An offer must be repeated within this time or the device lets it go; absent where offers stand for ever. */
  offerTtlMs: z.number().int().min(1000).optional(),
  /** Charging stops at the first and resumes at the second (SmartEVSE MAX TEMP: 65 and 55 degrees). */
  temperature: z.strictObject({ stopC: z.number(), resumeC: z.number() }).optional(),
});

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written hh:mm');
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** Surplus charging. START and IMPORT of SmartEVSE are sums over all phases, minimum currents are per phase. */
export const solarSchema = z.strictObject({
  variant: z.enum(['surplus', 'divert']).default('surplus'),
  startA: z.number().min(0).max(48).default(4),
  /** Below the threshold for so long: stop; 0 never stops. */
  stopAfterS: z.number().int().min(0).max(3600).default(600),
  importA: z.number().min(0).max(48).default(0),
  /** OpenEVSE's divert (openevse.md b.1). */
  divert: z
    .strictObject({
      feed: z.enum(['grid', 'pv']).default('grid'),
      pvRatio: z.number().min(0).max(3).default(1.1),
      attackS: z.number().min(0).max(3600).default(20),
      decayS: z.number().min(0).max(3600).default(600),
      minChargeS: z.number().min(0).max(7200).default(600),
      /** At unplugging: back to normal as the guide says, or stay as the firmware does. */
      afterUnplug: z.enum(['normal', 'stay']).default('normal'),
    })
    .prefault({}),
});

/** Limits from a capacity tariff: the sum of all phases at once, or the quarter-hour mean against the month's peak. */
export const capacitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('instant-sum'), limitA: z.number().min(10).max(600), stopAfterS: z.number().int().min(0).max(3600).default(0) }),
  z.strictObject({ kind: z.literal('quarter-hour'), floorW: z.number().min(0).max(1_000_000).default(2500) }),
]);

/** A window of the week in the site's time zone; one that ends before it begins ends on the next day. */
export const scheduleWindowSchema = z.strictObject({
  days: z.array(weekday).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  from: clockTime,
  to: clockTime,
  /** EVSEs it holds for; all when absent. */
  evses: z.array(z.string()).optional(),
  /** What holds within the window: a mode, or a limit per EVSE. */
  mode: chargeModeSchema.optional(),
  limitA: z.number().min(0).max(1000).optional(),
});

export const queueSchema = z.strictObject({
  strategy: z.enum(['weight', 'address', 'first-connected', 'last-connected']).default('weight'),
  /** A turn lasts so long; 0: whoever is first charges until done. */
  rotationS: z.number().int().min(0).max(86_400).default(0),
  /** A vehicle that draws nothing for so long gives its turn away. */
  idleAfterS: z.number().int().min(30).max(300).default(60),
});

export const policySchema = z.strictObject({
  /** Each phase against its own limit, or the most loaded phase against all (as simple recipes do). */
  phaseRule: z.enum(['per-phase', 'most-loaded']).default('per-phase'),
  /** Who charges in shortage: by order, or as many as possible. */
  admission: z.enum(['priority', 'most-vehicles']).default('priority'),
  queue: queueSchema.prefault({}),
  /** How long an EVSE may stay at its minimum in an overload below 1.13 In with a cool breaker; an exception in the report. */
  rideThroughS: z.number().min(0).max(3600).default(0),
  mode: chargeModeSchema.default('normal'),
  solar: solarSchema.prefault({}),
  capacity: capacitySchema.nullable().default(null),
  /** Sum over all phases while the grid relay is open (SmartEVSE: 18 A); null where there is none. */
  gridRelayLimitA: z.number().min(0).max(1000).nullable().default(null),
  /** 14a EnWG: dimmed to this power for one device; null where it does not hold. */
  dimmingW: z.number().min(0).max(100_000).nullable().default(null),
  schedule: z.array(scheduleWindowSchema).default([]),
  /** A home battery's current is compensated in solar mode while younger than this; null without a battery. */
  batteryMaxAgeMs: z.number().int().min(1000).max(600_000).nullable().default(null),
  /** A pause or start holds at least so long; never delays a cut. */
  minimumOnMs: z.number().int().min(0).max(3_600_000).default(0),
  minimumOffMs: z.number().int().min(0).max(3_600_000).default(60_000),
  /** After a meter's reading is stale: how long offers stay where they are before the circuit goes to its fail-safe sum. */
  staleGraceMs: z.number().int().min(0).max(120_000).default(3000),
  /** Headroom kept free after a raise, so that noise does not take it back at once. */
  raiseHysteresisA: z.number().min(0).max(10).default(0.5),
  /** Headroom must have been there this long before anything is raised. */
  raiseHoldMs: z.number().int().min(0).max(600_000).default(5000),
  /** Findings a person has accepted in writing; they stand in the report. */
  acceptances: z
    .array(z.strictObject({ finding: z.string().min(1), circuitId: circuitIdSchema.optional(), reason: z.string().min(1) }))
    .default([]),
});

export const siteSchema = z.strictObject({
  name: nameText,
  timeZone: z.string().min(1).default('UTC'),
  supply: supplySchema,
  circuits: z.array(circuitSchema),
  meters: z.array(meterSchema),
  evses: z.array(evseSchema),
  policy: policySchema.prefault({}),
});
