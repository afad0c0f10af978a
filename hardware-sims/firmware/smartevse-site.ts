/** The site's EVSEs as SmartEVSEs: what their menus are set to, by the scenario and else by the site. */
import { z } from 'zod';
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerSetup } from '../../core/player/controller-engine.ts';
import type { MeterId } from '../../core/quantities.ts';
import { continuousLimitA, pathToRoot } from '../../core/site/circuit-tree.ts';
import type { Evse, Site } from '../../core/site/site.ts';
import { mainsMeterOf, readModelSettings } from './model-settings.ts';
import { connectBus, type SmartevseBus } from './smartevse-bus.ts';
import { ACCESS, CONTACT_2, MODE, MOST_EVSES, PRIORITY } from './smartevse-codes.ts';
import type { SmartevseSettings, SmartevseVariant } from './smartevse-settings.ts';
import { createVirtualPilot, type VirtualPilot } from './smartevse-under-evse.ts';
import { createSmartevse, type SmartevseOutlet, type SmartevseUnit } from './smartevse-unit.ts';

/** The menu of master and nodes; what is absent follows from the site. Ranges: reference/smartevse.md chapter 1. */
export const smartevseMenu = z.strictObject({
  mode: z.enum(['normal', 'smart', 'solar']).default('smart'),
  /** The continuous limit of the circuit that the mains meter measures where absent. */
  mainsA: z.number().int().min(10).max(200).optional(),
  /** The continuous limit of the lowest circuit that carries all EVSEs where absent. */
  circuitA: z.number().int().min(10).max(160).optional(),
  minA: z.number().int().min(6).max(16).default(6),
  /** MAX of every EVSE; each one's configured maximum where absent. */
  maxA: z.number().int().min(6).max(80).optional(),
  startA: z.number().int().min(0).max(48).default(4),
  stopMin: z.number().int().min(0).max(60).default(10),
  importA: z.number().int().min(0).max(48).default(0),
  capacityA: z.union([z.literal(0), z.number().int().min(10).max(600)]).default(0),
  capacityStopMin: z.number().int().min(0).max(60).default(0),
  priority: z.enum(['address', 'first-connected', 'last-connected']).default('address'),
  rotationMin: z.union([z.literal(0), z.number().int().min(30).max(1440)]).default(0),
  idleTimeoutS: z.number().int().min(30).max(300).default(60),
  /** A meter of the site that measures what all EVSEs take. */
  evMeter: z.string().optional(),
  /** The firmware takes access away with each session, even without RFID: does somebody grant it again? */
  grantsAccess: z.boolean().default(true),
});

type Settings = z.output<typeof smartevseMenu>;

const MODES: Readonly<Record<Settings['mode'], number>> = { normal: MODE.normal, smart: MODE.smart, solar: MODE.solar };
const PRIORITIES: Readonly<Record<Settings['priority'], number>> = { address: PRIORITY.busAddress, 'first-connected': PRIORITY.firstConnected, 'last-connected': PRIORITY.lastConnected };

/** One EVSE of the site with the SmartEVSE that stands in its place. */
export interface SmartevseMember {
  readonly evse: Evse;
  /** As the master sees it. */
  readonly outlet: SmartevseOutlet;
  readonly pilot: VirtualPilot;
}

export interface SmartevseInstallation {
  readonly bus: SmartevseBus;
  readonly members: readonly SmartevseMember[];
  readonly mainsMeterId: MeterId;
  readonly evMeterId: MeterId | null;
  readonly grantsAccess: boolean;
}

/** The EVSE with the lowest bus address, or the first, is the master. Throws as a ControllerMaker does. */
export function installSmartevses(setup: ControllerSetup, variant: SmartevseVariant): SmartevseInstallation {
  const settings = readSettings(setup, variant);
  const { site } = setup;
  const evses = byAddress(site);
  const [first] = evses;
  if (first === undefined || evses.length > MOST_EVSES) throw new ChargebenchError('not-supported', { what: 'controller', evses: evses.length, needs: `1 to ${MOST_EVSES} EVSEs` });
  const master = createUnit(variant, evses.length, site, first, settings, true);
  const nodes = evses.slice(1).map((evse) => createUnit(variant, 1, site, evse, settings, false));
  const members = evses.flatMap((evse, index): SmartevseMember[] => {
    const [unit, outlet] = [index === 0 ? master : nodes[index - 1], master.evses[index]];
    return unit === undefined || outlet === undefined ? [] : [{ evse, outlet, pilot: createVirtualPilot(unit) }];
  });
  return { bus: connectBus(master, nodes), members, mainsMeterId: mainsMeterOf(site, first).id, evMeterId: evMeterOf(setup, settings), grantsAccess: settings.grantsAccess };
}

function readSettings(setup: ControllerSetup, variant: SmartevseVariant): Settings {
  const settings = readModelSettings(smartevseMenu, setup);
  if (variant === 'stabilised' && settings.mode === 'solar') throw new ChargebenchError('invalid-file', { path: [...setup.path, 'mode'].join('/'), rule: 'the stabilised variant has no Solar mode' });
  return settings;
}

/** Above every address of a bus. */
const LAST_ADDRESS = 248;

/** Stated addresses in their order, then the others in the site's. */
function byAddress({ evses }: Site): readonly Evse[] {
  return [...evses].sort((a, b) => (a.busAddress ?? LAST_ADDRESS) - (b.busAddress ?? LAST_ADDRESS));
}

/** Only the master reads an EV meter. */
function createUnit(variant: SmartevseVariant, evseCount: number, site: Site, evse: Evse, settings: Settings, isMaster: boolean): SmartevseUnit {
  const unit = createSmartevse(variant, evseCount);
  const maxA = Math.min(settings.maxA ?? 80, Math.trunc(Math.min(evse.configuredMaxA, evse.ratingA)));
  const { minA, startA, stopMin, importA, capacityA, capacityStopMin, rotationMin, idleTimeoutS } = settings;
  const menu: Partial<SmartevseSettings> = {
    ...{ minA, startA, stopMin, importA, capacityA, capacityStopMin, rotationMin, idleTimeoutS, maxA },
    mode: MODES[settings.mode],
    priority: PRIORITIES[settings.priority],
    isFixedCable: true,
    cableA: maxA,
    mainsA: settings.mainsA ?? mainsLimitA(site, evse),
    circuitA: settings.circuitA ?? circuitLimitA(site),
    mainsMeterType: 1,
    evMeterType: isMaster && settings.evMeter !== undefined ? 1 : 0,
    contact2: contact2Of(evse, settings),
  };
  Object.assign(unit.settings, menu);
  unit.access = ACCESS.on;
  unit.phases = evse.phaseCount === 1 ? 1 : 3;
  return unit;
}

/** Nothing below it can change the phases of an EVSE. */
function contact2Of({ id, phaseCount, phaseSwitching }: Evse, { mode }: Settings): number {
  const isSwitched = phaseSwitching === 'auto' || phaseSwitching === 'solar-off';
  if (isSwitched && mode === 'solar') throw new ChargebenchError('not-supported', { what: 'controller', evse: id, needs: 'phases that stay as they are' });
  return phaseCount === 1 || phaseSwitching === 'always-off' ? CONTACT_2.alwaysOff : CONTACT_2.alwaysOn;
}

function mainsLimitA(site: Site, evse: Evse): number {
  const meter = mainsMeterOf(site, evse);
  const circuit = site.circuits.find(({ meterId }) => meterId === meter.id);
  return circuit === undefined ? 25 : Math.trunc(continuousLimitA(circuit));
}

/** Of the lowest circuit above every EVSE. */
function circuitLimitA(site: Site): number {
  const [path = [], ...others] = site.evses.map(({ circuitId }) => pathToRoot(site, circuitId));
  const common = path.find((circuit) => others.every((other) => other.includes(circuit)));
  return common === undefined ? 25 : Math.trunc(continuousLimitA(common));
}

function evMeterOf({ site, path }: ControllerSetup, { evMeter }: Settings): MeterId | null {
  if (evMeter === undefined) return null;
  const meter = site.meters.find(({ id }) => id === evMeter);
  if (meter === undefined) throw new ChargebenchError('invalid-file', { path: [...path, 'evMeter'].join('/'), rule: 'unknown-meter' });
  return meter.id;
}
