/** The site's EVSEs as SmartEVSEs: one bus, a pilot over each EVSE of the site, and what is connected to each unit. */
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerSetup } from '../../core/player/controller-engine.ts';
import type { MeterId } from '../../core/quantities.ts';
import { continuousLimitA, pathToRoot } from '../../core/site/circuit-tree.ts';
import type { Evse, Site } from '../../core/site/site.ts';
import { mainsMeterOf } from './model-settings.ts';
import { connectBus, type SmartevseBus } from './smartevse-bus.ts';
import { createCardReader, type CardReader } from './smartevse-card-reader.ts';
import { ACCESS, CONTACT_2, MODE, MOST_EVSES, PRIORITY } from './smartevse-codes.ts';
import { readMenu, type SmartevseMenu } from './smartevse-menu.ts';
import type { SmartevseSettings, SmartevseVariant } from './smartevse-settings.ts';
import { createSwitchInput, type SwitchFunction, type SwitchInput } from './smartevse-switch.ts';
import { createVirtualPilot, type VirtualPilot } from './smartevse-under-evse.ts';
import { createSmartevse, type SmartevseOutlet, type SmartevseUnit } from './smartevse-unit.ts';

const MODES: Readonly<Record<SmartevseMenu['mode'], number>> = { normal: MODE.normal, smart: MODE.smart, solar: MODE.solar };
const PRIORITIES: Readonly<Record<SmartevseMenu['priority'], number>> = { address: PRIORITY.busAddress, 'first-connected': PRIORITY.firstConnected, 'last-connected': PRIORITY.lastConnected };

/** One EVSE of the site with the SmartEVSE that stands in its place. */
export interface SmartevseMember {
  readonly evse: Evse;
  /** As the master sees it. */
  readonly outlet: SmartevseOutlet;
  readonly pilot: VirtualPilot;
  /** null where RFID is disabled. */
  readonly reader: CardReader | null;
  readonly input: SwitchInput;
  readonly switchFunction: SwitchFunction;
  /** A person has ended access: nobody grants it until the person lets go. */
  isBarred: boolean;
}

export interface SmartevseInstallation {
  readonly bus: SmartevseBus;
  readonly members: readonly SmartevseMember[];
  readonly mainsMeterId: MeterId;
  readonly evMeterId: MeterId | null;
  readonly grantsAccess: boolean;
  readonly menuMode: number;
  readonly batteryLifetimeMs: number;
}

/** The EVSE with the lowest bus address, or the first, is the master. Throws as a ControllerMaker does. */
export function installSmartevses(setup: ControllerSetup, variant: SmartevseVariant): SmartevseInstallation {
  const menu = readMenu(setup, variant);
  const { site } = setup;
  const evses = byAddress(site);
  const [first] = evses;
  if (first === undefined || evses.length > MOST_EVSES) throw new ChargebenchError('not-supported', { what: 'controller', evses: evses.length, needs: `1 to ${MOST_EVSES} EVSEs` });
  const master = createUnit(variant, evses.length, site, first, menu, true);
  const nodes = evses.slice(1).map((evse) => createUnit(variant, 1, site, evse, menu, false));
  const members = evses.flatMap((evse, index): SmartevseMember[] => {
    const [unit, outlet] = [index === 0 ? master : nodes[index - 1], master.evses[index]];
    return unit === undefined || outlet === undefined ? [] : [createMember(evse, outlet, unit, menu, index === 0)];
  });
  return {
    bus: connectBus(master, nodes),
    members,
    mainsMeterId: mainsMeterOf(site, first).id,
    evMeterId: evMeterOf(setup, menu),
    grantsAccess: menu.grantsAccess,
    menuMode: master.settings.mode,
    batteryLifetimeMs: menu.batteryLifetimeS * 1000,
  };
}

/** Grid Relay is not available on nodes. */
function createMember(evse: Evse, outlet: SmartevseOutlet, unit: SmartevseUnit, menu: SmartevseMenu, isMaster: boolean): SmartevseMember {
  const switchFunction = menu.switch === 'grid-relay' && !isMaster ? 'disabled' : menu.switch;
  const reader = menu.rfid === 'disabled' ? null : createCardReader(menu.rfid, new Set(menu.cards.split(',').filter((card) => card !== '')));
  // A toggle switch is taken as it stands at start-up: open.
  if (reader !== null || switchFunction === 'access-switch') unit.access = ACCESS.off;
  if (switchFunction === 'mode-switch' && unit.settings.mode === MODE.smart && unit.variant === 'classic') unit.settings.mode = MODE.solar;
  return { evse, outlet, pilot: createVirtualPilot(unit), reader, input: createSwitchInput(), switchFunction, isBarred: switchFunction === 'access-switch' };
}

/** Above every address of a bus. */
const LAST_ADDRESS = 248;

/** Stated addresses in their order, then the others in the site's. */
function byAddress({ evses }: Site): readonly Evse[] {
  return [...evses].sort((a, b) => (a.busAddress ?? LAST_ADDRESS) - (b.busAddress ?? LAST_ADDRESS));
}

/** Only the master reads an EV meter. */
function createUnit(variant: SmartevseVariant, evseCount: number, site: Site, evse: Evse, menu: SmartevseMenu, isMaster: boolean): SmartevseUnit {
  const unit = createSmartevse(variant, evseCount);
  const maxA = Math.min(menu.maxA ?? 80, Math.trunc(Math.min(evse.configuredMaxA, evse.ratingA)));
  const { minA, startA, stopMin, importA, capacityA, capacityStopMin, rotationMin, idleTimeoutS } = menu;
  const settings: Partial<SmartevseSettings> = {
    ...{ minA, startA, stopMin, importA, capacityA, capacityStopMin, rotationMin, idleTimeoutS, maxA },
    mode: MODES[menu.mode],
    priority: PRIORITIES[menu.priority],
    isFixedCable: true,
    cableA: maxA,
    mainsA: menu.mainsA ?? mainsLimitA(site, evse),
    circuitA: menu.circuitA ?? circuitLimitA(site),
    mainsMeterType: 1,
    evMeterType: isMaster && menu.evMeter !== undefined ? 1 : 0,
    contact2: contact2Of(evse, isMaster),
  };
  Object.assign(unit.settings, settings);
  if (evse.temperature !== undefined) unit.settings.maxTemperatureC = Math.trunc(evse.temperature.stopC);
  unit.access = ACCESS.on;
  unit.phases = unit.settings.contact2 === CONTACT_2.alwaysOff ? 1 : 3;
  return unit;
}

const CONTACTS: Readonly<Record<Evse['phaseSwitching'], number>> = {
  'not-present': CONTACT_2.notPresent,
  'always-off': CONTACT_2.alwaysOff,
  'solar-off': CONTACT_2.solarOff,
  'always-on': CONTACT_2.alwaysOn,
  auto: CONTACT_2.auto,
};

/** One phase is told to it as Always Off. A node has no Auto and falls back to Not Present (1.2). */
function contact2Of({ phaseCount, phaseSwitching }: Evse, isMaster: boolean): number {
  if (phaseCount === 1) return CONTACT_2.alwaysOff;
  return phaseSwitching === 'auto' && !isMaster ? CONTACT_2.notPresent : CONTACTS[phaseSwitching];
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

function evMeterOf({ site, path }: ControllerSetup, { evMeter }: SmartevseMenu): MeterId | null {
  if (evMeter === undefined) return null;
  const meter = site.meters.find(({ id }) => id === evMeter);
  if (meter === undefined) throw new ChargebenchError('invalid-file', { path: [...path, 'evMeter'].join('/'), rule: 'unknown-meter' });
  return meter.id;
}
