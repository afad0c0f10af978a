/** What master and nodes are set to: by the scenario, and else as the site has it. Ranges: reference/smartevse.md chapter 1. */
import { z } from 'zod';
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerSetup } from '../../core/player/controller-engine.ts';
import type { Policy } from '../../core/site/site.ts';
import { readModelSettings } from './model-settings.ts';
import type { SmartevseVariant } from './smartevse-settings.ts';
import { SWITCH_FUNCTIONS } from './smartevse-switch.ts';

/** What is absent follows from the site. */
export const smartevseMenu = z.strictObject({
  /** Solar where the site's mode is, smart elsewhere. */
  mode: z.enum(['normal', 'smart', 'solar']).optional(),
  /** The continuous limit of the circuit that the mains meter measures where absent. */
  mainsA: z.number().int().min(10).max(200).optional(),
  /** The continuous limit of the lowest circuit that carries all EVSEs where absent. */
  circuitA: z.number().int().min(10).max(160).optional(),
  minA: z.number().int().min(6).max(16).default(6),
  /** MAX of every EVSE; each one's configured maximum where absent. */
  maxA: z.number().int().min(6).max(80).optional(),
  startA: z.number().int().min(0).max(48).optional(),
  stopMin: z.number().int().min(0).max(60).optional(),
  importA: z.number().int().min(0).max(48).optional(),
  capacityA: z.union([z.literal(0), z.number().int().min(10).max(600)]).optional(),
  capacityStopMin: z.number().int().min(0).max(60).optional(),
  priority: z.enum(['address', 'first-connected', 'last-connected']).optional(),
  rotationMin: z.union([z.literal(0), z.number().int().min(30).max(1440)]).optional(),
  idleTimeoutS: z.number().int().min(30).max(300).optional(),
  /** A meter of the site that measures what all EVSEs take. */
  evMeter: z.string().optional(),
  /** What the input SWITCH of each EVSE is for; the master's is the grid relay where the site knows one and this is absent. */
  switch: z.enum(SWITCH_FUNCTIONS).optional(),
  rfid: z.enum(['disabled', 'enable-all', 'enable-one']).default('disabled'),
  /** Those it has learned. */
  cards: z
    .string()
    .regex(/^$|^[0-9A-F]{12}([0-9A-F]{2})?(,[0-9A-F]{12}([0-9A-F]{2})?)*$/, 'cards have 12 or 14 hexadecimal digits in capitals, with commas between them')
    .default(''),
  /** How long a home battery's current counts: 11 s in the user's document, 60 s in the firmware (chapter 10). */
  batteryLifetimeS: z.number().int().min(1).max(120).default(11),
  /** The firmware takes access away with each session, even without RFID: does somebody grant it again? */
  grantsAccess: z.boolean().default(true),
});

type Told = z.output<typeof smartevseMenu>;
type FollowsPolicy = 'mode' | 'startA' | 'stopMin' | 'importA' | 'capacityA' | 'capacityStopMin' | 'priority' | 'rotationMin' | 'idleTimeoutS' | 'switch';
type FromPolicy = { readonly [Key in FollowsPolicy]: NonNullable<Told[Key]> };

export type SmartevseMenu = Omit<Told, FollowsPolicy> & FromPolicy;

/** Throws `invalid-file` as a ControllerMaker does. */
export function readMenu(setup: ControllerSetup, variant: SmartevseVariant): SmartevseMenu {
  const told = readModelSettings(smartevseMenu, setup);
  if (variant === 'stabilised' && told.mode === 'solar') throw new ChargebenchError('invalid-file', { path: [...setup.path, 'mode'].join('/'), rule: 'the stabilised variant has no Solar mode' });
  const { policy } = setup.site;
  const fromPolicy: FromPolicy = { ...fromModes(policy, variant), ...fromCapacity(policy), ...fromQueue(policy), switch: hasGridRelay(policy) ? 'grid-relay' : 'disabled' };
  const stated = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Partial<FromPolicy>;
  return { ...told, ...fromPolicy, ...stated };
}

function fromModes({ mode, solar }: Policy, variant: SmartevseVariant): Pick<FromPolicy, 'mode' | 'startA' | 'stopMin' | 'importA'> {
  const isSolar = mode === 'solar' && variant === 'classic';
  return { mode: isSolar ? 'solar' : 'smart', startA: Math.round(solar.startA), stopMin: Math.ceil(solar.stopAfterS / 60), importA: Math.round(solar.importA) };
}

function fromCapacity({ capacity }: Policy): Pick<FromPolicy, 'capacityA' | 'capacityStopMin'> {
  if (capacity?.kind !== 'instant-sum') return { capacityA: 0, capacityStopMin: 0 };
  return { capacityA: Math.trunc(capacity.limitA), capacityStopMin: Math.ceil(capacity.stopAfterS / 60) };
}

const SHORTEST_ROTATION_MIN = 30;

/** It knows no weights, and no turns below half an hour. */
function fromQueue({ queue }: Policy): Pick<FromPolicy, 'priority' | 'rotationMin' | 'idleTimeoutS'> {
  const rotationMin = queue.rotationS === 0 ? 0 : Math.max(SHORTEST_ROTATION_MIN, Math.ceil(queue.rotationS / 60));
  return { priority: queue.strategy === 'weight' ? 'address' : queue.strategy, rotationMin, idleTimeoutS: queue.idleAfterS };
}

const hasGridRelay = ({ gridRelayLimitA, dimmingW }: Policy): boolean => gridRelayLimitA !== null || dimmingW !== null;
