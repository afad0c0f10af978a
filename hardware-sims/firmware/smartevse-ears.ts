/** What SmartEVSEs are told besides what their meters and pilots say: contacts, cards, probes, a battery's current, wishes. */
import type { ControllerEngine, EvseAct } from '../../core/player/controller-engine.ts';
import { presentCard } from './smartevse-card-reader.ts';
import type { FieldModel } from './model-engine.ts';
import type { SmartevseInstallation } from './smartevse-site.ts';
import { moveSwitch } from './smartevse-switch.ts';
import { createWishFollower, setModeOfAll, type Wishes } from './smartevse-wishes.ts';

type Signal = Parameters<NonNullable<ControllerEngine['acceptSignal']>>[0];

export interface SmartevseEars {
  readonly hears: NonNullable<FieldModel['hears']>;
  /** Before each second of the units: what wishes have come to, and what was done at the EVSEs since. */
  passSecond(timeMs: number, wallMs: number): void;
  /** Sum of the phases, dA, charging positive; 0 once what was told is too old. */
  batteryDa(timeMs: number): number;
}

export function createSmartevseEars(installation: SmartevseInstallation): SmartevseEars {
  const follow = createWishFollower(installation);
  let wishes: Wishes = { pausedEvses: null, isLeaving: false, modes: [], limits: [] };
  let acts: EvseAct[] = [];
  let battery: { readonly currentDa: number; readonly timeMs: number } | null = null;
  return {
    hears: {
      setWishes(next) {
        wishes = next;
      },
      wishes: () => wishes,
      actAtEvse(act) {
        acts.push(act);
      },
      acceptSignal(signal, timeMs) {
        if (signal.kind === 'battery') battery = signal.currentA === null ? null : { currentDa: deciAmperesOfAll(signal.currentA), timeMs };
        else heedSignal(installation, signal);
      },
    },
    passSecond(timeMs, wallMs) {
      for (const act of acts) doAct(installation, act, timeMs);
      acts = [];
      follow(wishes, wallMs);
    },
    batteryDa: (timeMs) => (battery !== null && timeMs - battery.timeMs < installation.batteryLifetimeMs ? battery.currentDa : 0),
  };
}

const deciAmperesOfAll = ([l1, l2, l3]: readonly [number, number, number]): number => Math.round((l1 + l2 + l3) * 10);

/** The contact of the grid operator is on the master's SWITCH: open limits, and dimming by par. 14a opens it. */
function heedSignal({ bus, members }: SmartevseInstallation, signal: Signal): void {
  switch (signal.kind) {
    case 'grid-relay':
      setGridRelay(members, bus.master.settings, signal.gridRelay === 'open');
      break;
    case 'dimming':
      setGridRelay(members, bus.master.settings, signal.isDimmed === true);
      break;
    case 'temperature': {
      const unit = members.find(({ evse }) => evse.id === signal.evseId)?.pilot.unit;
      if (unit !== undefined && signal.temperatureC !== null) unit.temperatureC = signal.temperatureC;
      break;
    }
    // It knows no production, and a battery's current is kept with its time.
    case 'pv':
    case 'battery':
      break;
  }
}

function setGridRelay([master]: SmartevseInstallation['members'], settings: { isGridRelayOpen: boolean }, isOpen: boolean): void {
  if (master?.switchFunction === 'grid-relay') settings.isGridRelayOpen = isOpen;
}

function doAct(installation: SmartevseInstallation, act: EvseAct, timeMs: number): void {
  const member = installation.members.find(({ evse }) => evse.id === act.evseId);
  if (member === undefined) return;
  const { pilot, reader, input, switchFunction } = member;
  if (act.kind === 'card') {
    if (reader !== null) presentCard(reader, pilot.unit, act.card);
    return;
  }
  moveSwitch(input, pilot.unit, switchFunction, act.isClosed, timeMs, (mode) => {
    setModeOfAll(installation, mode);
  });
  if (switchFunction === 'access-switch') member.isBarred = !act.isClosed;
}
