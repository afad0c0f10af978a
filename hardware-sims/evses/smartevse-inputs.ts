/** What hands and plugs do to a SmartEVSE: switch, residual current monitor, cards, lock, cable, temperature (reference smartevse.md 1.4, 1.5, 5.3, 5.4). */
import { ACCESS, MODE, STATE } from '../firmware/smartevse-codes.ts';
import { enterState, setAccess } from '../firmware/smartevse-states.ts';
import type { SmartevseUnit } from '../firmware/smartevse-unit.ts';
import type { NodeRegisters } from './smartevse-registers.ts';

const LOCK = 0x0101;
const SWITCH = 0x0105;
const RCMON = 0x0106;
const RFID = 0x0107;
const RCM_TRIPPED = 16;
const LONG_PRESS_MS = 1500;

/** Resistor of the plug to its rating (5.3); null: no resistor. */
export const CABLE_RATINGS_A = { none: 13, ohm680: 16, ohm220: 32, ohm100: 63 } as const;

export interface SmartevseInputs {
  /** Of the external switch; where it is a button, from its release on the press counts. */
  setSwitch(isClosed: boolean, timeMs: number): void;
  setResidualCurrent(isFault: boolean): void;
  /** A button at the unit: ends a trip of the residual current monitor once its input is normal. */
  pressButton(): void;
  /** 12 or 14 hex digits. */
  presentCard(uid: string): void;
  plugCable(ratingA: number): void;
  setTemperature(temperatureC: number): void;
  isPlugLocked(): boolean;
}

export function createInputs(node: NodeRegisters): SmartevseInputs {
  const { unit } = node;
  const setting = (address: number): number => node.kept.get(address) ?? 0;
  const cards = new Set<string>();
  let lastCard: string | null = null;
  let closedMs: number | null = null;
  let isFault = false;

  const press = (durationMs: number): void => {
    switch (setting(SWITCH)) {
      case 0:
        stop(unit);
        break;
      case 1:
        toggleAccess(unit);
        break;
      case 3:
        if (durationMs > LONG_PRESS_MS) stop(unit);
        else toggleSun(unit);
        break;
    }
  };

  /** Switches of the toggle kind act by where they stand. */
  const turn = (isClosed: boolean): void => {
    if (setting(SWITCH) === 2) setAccess(unit, isClosed ? ACCESS.on : ACCESS.off);
    if (setting(SWITCH) === 4 && unit.settings.mode === (isClosed ? MODE.solar : MODE.smart)) toggleSun(unit);
  };

  return {
    setSwitch(isClosed, timeMs) {
      if (isClosed === (closedMs !== null)) return;
      turn(isClosed);
      if (!isClosed) press(timeMs - (closedMs ?? timeMs));
      closedMs = isClosed ? timeMs : null;
    },
    setResidualCurrent(now) {
      isFault = now;
      if (!now || setting(RCMON) !== 1) return;
      if (unit.first.state !== STATE.a) enterState(unit, STATE.b1);
      unit.errors |= RCM_TRIPPED;
    },
    pressButton() {
      if (!isFault) unit.errors &= ~RCM_TRIPPED;
    },
    presentCard(uid) {
      if (!/^([0-9a-f]{12}|[0-9a-f]{14})$/i.test(uid)) return;
      const card = uid.toUpperCase();
      switch (setting(RFID)) {
        case 1:
          if (cards.has(card)) toggleAccess(unit);
          break;
        case 2:
          // The card that opened must close.
          if (!cards.has(card) || (unit.access === ACCESS.on && lastCard !== card)) return;
          lastCard = card;
          toggleAccess(unit);
          break;
        case 3:
          cards.add(card);
          break;
        case 4:
          cards.delete(card);
          break;
      }
    },
    plugCable(ratingA) {
      unit.settings.cableA = ratingA;
    },
    setTemperature(temperatureC) {
      unit.temperatureC = temperatureC;
    },
    isPlugLocked() {
      const hasLock = !unit.settings.isFixedCable && setting(LOCK) !== 0;
      const isHeldByCard = setting(RFID) === 2 && unit.access === ACCESS.on && unit.first.state !== STATE.a;
      return hasLock && (unit.first.state === STATE.b || unit.first.state === STATE.c || isHeldByCard);
    },
  };
}

function stop(unit: SmartevseUnit): void {
  if (unit.first.state === STATE.c) enterState(unit, STATE.c1);
}

function toggleAccess(unit: SmartevseUnit): void {
  setAccess(unit, unit.access === ACCESS.on ? ACCESS.off : ACCESS.on);
}

function toggleSun(unit: SmartevseUnit): void {
  if (unit.settings.mode === MODE.normal) return;
  unit.settings.mode = unit.settings.mode === MODE.smart ? MODE.solar : MODE.smart;
  unit.access = ACCESS.on;
  unit.errors &= ~1;
  unit.delayS = 0;
}
