/** RFID of one unit, with the cards it has learned (smartevse.md 1.5): who has no card is not let in. */
import { ACCESS, STATE } from './smartevse-codes.ts';
import { setAccess } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** RFID 1 EnableAll: any known card lets in and ends; 2 EnableOne: only the one that let in ends. */
export type CardRule = 'enable-all' | 'enable-one';

export interface CardReader {
  readonly rule: CardRule;
  readonly cards: ReadonlySet<string>;
  /** Of the card that let in; null while locked. */
  openedBy: string | null;
  /** Access without a vehicle, s. */
  unusedS: number;
}

const RELOCK_S = 60;

export const createCardReader = (rule: CardRule, cards: ReadonlySet<string>): CardReader => ({ rule, cards, openedBy: null, unusedS: 0 });

/** A card that is not in the list changes nothing. */
export function presentCard(reader: CardReader, unit: SmartevseUnit, card: string): void {
  if (!reader.cards.has(card)) return;
  if (unit.access !== ACCESS.on) {
    reader.openedBy = card;
    reader.unusedS = 0;
    setAccess(unit, ACCESS.on);
  } else if (reader.rule === 'enable-all' || reader.openedBy === null || reader.openedBy === card) {
    reader.openedBy = null;
    setAccess(unit, ACCESS.off);
  }
}

/** Without a vehicle access ends after a minute. */
export function passReaderSecond(reader: CardReader, unit: SmartevseUnit): void {
  if (unit.access !== ACCESS.on) reader.openedBy = null;
  const isUnused = unit.access === ACCESS.on && unit.first.state === STATE.a;
  reader.unusedS = isUnused ? reader.unusedS + 1 : 0;
  if (reader.unusedS < RELOCK_S) return;
  reader.unusedS = 0;
  setAccess(unit, ACCESS.off);
}
