/** Reference traces of the SmartEVSE load balancer: the file format `smartevse-trace/1` (data README, "File layout"). */
import { z } from 'zod';
import { ChargebenchError } from '../../core/errors.ts';
import { parsePart } from '../../core/site/file-gate.ts';

export const TRACE_FORMAT = 'smartevse-trace/1';

const whole = z.number().int();
const flag = z.union([z.literal(0), z.literal(1)]);
const bounded = (most: number): z.ZodNumber => z.number().int().min(0).max(most);
const perPhase = z.tuple([whole, whole, whole]);
const index = bounded(7);

/** Whatever is not listed has the firmware's default. */
const settingsSchema = z.strictObject({
  mode: bounded(2).optional(),
  loadBl: bounded(8).optional(),
  config: flag.optional(),
  maxMains: bounded(65_535).optional(),
  maxCurrent: bounded(6553).optional(),
  minCurrent: bounded(6553).optional(),
  maxCircuit: bounded(65_535).optional(),
  cableMax: bounded(6553).optional(),
  maxSumMains: bounded(65_535).optional(),
  maxSumMainsTime: bounded(255).optional(),
  gridRelayOpen: flag.optional(),
  overrideCurrent: bounded(65_535).optional(),
  prioStrategy: bounded(2).optional(),
  rotationInterval: bounded(65_535).optional(),
  idleTimeout: bounded(65_535).optional(),
  startCurrent: bounded(65_535).optional(),
  stopTime: bounded(1092).optional(),
  importCurrent: bounded(65_535).optional(),
  enableC2: bounded(4).optional(),
  mainsMeterType: bounded(255).optional(),
  evMeterType: bounded(255).optional(),
  maxTemp: bounded(65_535).optional(),
  temp: z.number().int().min(-128).max(127).optional(),
  phases: z.union([z.literal(1), z.literal(3)]).optional(),
  access: bounded(2).optional(),
});

const startEvseSchema = z.strictObject({
  state: bounded(255).default(0),
  max: bounded(65_535).default(0),
  balanced: bounded(65_535).default(0),
  intTimer: bounded(4_294_967_295).default(0),
  connectedTime: bounded(4_294_967_295).default(0),
  schedule: bounded(2).default(0),
});

const inputSchema = z.strictObject({
  set: settingsSchema.optional(),
  evse: z.array(z.strictObject({ n: index, max: bounded(65_535).optional(), state: bounded(255).optional() })).optional(),
  battery: whole.optional(),
  mains: perPhase.optional(),
  ev: perPhase.optional(),
  request: z.array(index.min(1)).optional(),
  bal: z.array(z.tuple([index, bounded(65_535)])).optional(),
  pilot: z.array(z.tuple([bounded(255), bounded(200)])).optional(),
});

const timersSchema = z.strictObject({
  sol: whole.optional(),
  cap: whole.optional(),
  dly: whole.optional(),
  rot: whole.optional(),
  c1: whole.optional(),
  idle: z.array(whole).optional(),
  settle: whole.optional(),
});

/** An absent field says that there was none: it is compared like any other. */
const outputSchema = z.strictObject({
  bal: z.array(whole),
  st: z.array(whole),
  err: whole,
  ph: whole,
  sw: whole.optional(),
  sch: z.array(whole).optional(),
  nerr: z.array(whole).optional(),
  granted: z.array(whole).optional(),
  denied: z.array(whole).optional(),
  trip: whole.optional(),
  k: z.array(whole).optional(),
  pilotOn: whole.optional(),
  iset: whole,
  nc: whole,
  t: timersSchema,
  osc: whole.optional(),
  idf: whole.optional(),
});

const traceSchema = z.looseObject({
  format: z.literal(TRACE_FORMAT),
  id: z.string().min(1),
  variant: z.enum(['classic', 'stabilised']),
  level: z.enum(['balance', 'system', 'scheduler']),
  conformance: z.enum(['normative', 'quirk']),
  cycleSeconds: whole.optional(),
  evseCount: z.number().int().min(1).max(8),
  init: z.strictObject({
    settings: settingsSchema.default({}),
    evse: z.array(startEvseSchema).max(8).default([]),
    isetBalanced: whole.default(0),
    uptime: bounded(4_294_967_295).default(0),
    battery: whole.default(0),
  }),
  cycles: whole.optional(),
  steps: z.array(z.strictObject({ c: bounded(1e9), n: z.number().int().min(1).max(1e9), in: inputSchema, out: outputSchema })).min(1),
});

export type SmartevseTrace = z.output<typeof traceSchema>;
export type TraceSettings = z.output<typeof settingsSchema>;
export type TraceInput = z.output<typeof inputSchema>;
export type TraceOutput = z.output<typeof outputSchema>;
export type TraceStep = SmartevseTrace['steps'][number];

/** Ticks of 10 ms in the 2 s of a cycle. */
export const PILOT_TICKS = 200;

/** Throws `invalid-file` with file, path and rule. */
export function restoreTrace(file: unknown, name: string): SmartevseTrace {
  const parsed = parsePart(traceSchema, file, []);
  if (!parsed.ok) throw new ChargebenchError('invalid-file', { file: name, ...parsed.error.context });
  const breach = breachOf(parsed.value);
  if (breach !== null) throw new ChargebenchError('invalid-file', { file: name, ...breach });
  return parsed.value;
}

interface Breach {
  readonly path: string;
  readonly rule: string;
}

/** What a schema cannot say: places that must agree with each other. */
function breachOf(trace: SmartevseTrace): Breach | null {
  if (trace.cycleSeconds !== undefined && trace.cycleSeconds !== (trace.level === 'scheduler' ? 1 : 2)) return { path: 'cycleSeconds', rule: '1 at level scheduler, otherwise 2' };
  if (trace.init.evse.length > trace.evseCount) return { path: 'init/evse', rule: 'no more than evseCount' };
  if (trace.variant === 'stabilised' && trace.init.settings.mode === 2) return { path: 'init/settings/mode', rule: NO_SOLAR };
  let nextCycle = 0;
  for (const [place, step] of trace.steps.entries()) {
    if (step.c !== nextCycle) return { path: `steps/${place}/c`, rule: `the cycle after the last one, ${nextCycle}` };
    const breach = breachOfStep(trace, step);
    if (breach !== null) return { path: `steps/${place}/${breach.path}`, rule: breach.rule };
    nextCycle += step.n;
  }
  return trace.cycles === undefined || trace.cycles === nextCycle ? null : { path: 'cycles', rule: `the steps have ${nextCycle}` };
}

const NO_SOLAR = 'the stabilised variant has no Solar mode';

function breachOfStep({ evseCount, level, variant }: SmartevseTrace, { in: input, out }: TraceStep): Breach | null {
  const beyond = (n: number): boolean => n >= evseCount;
  const rule = `below evseCount ${evseCount}`;
  if (variant === 'stabilised' && input.set?.mode === 2) return { path: 'in/set/mode', rule: NO_SOLAR };
  if (input.evse?.some(({ n }) => beyond(n)) === true) return { path: 'in/evse', rule };
  if (input.request?.some(beyond) === true) return { path: 'in/request', rule };
  if (input.bal?.some(([n]) => beyond(n)) === true) return { path: 'in/bal', rule };
  if (out.bal.length !== evseCount) return { path: 'out/bal', rule: `${evseCount} values` };
  if (out.st.length !== evseCount) return { path: 'out/st', rule: `${evseCount} values` };
  const ticks = input.pilot?.reduce((sum, [, count]) => sum + count, 0) ?? 0;
  return level === 'system' && ticks !== PILOT_TICKS ? { path: 'in/pilot', rule: `${PILOT_TICKS} readings, not ${ticks}` } : null;
}
