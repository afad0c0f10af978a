/** A master and its nodes on one pair of wires, cycle by cycle (smartevse.md 6.3, 6.4; 3.12 for what gets lost). */
import { ERROR, MAINS_TIMEOUT_S, PILOT, SHARING, STATE } from './smartevse-codes.ts';
import { calculate } from './smartevse-calculation.ts';
import { answerRequest, noteNodeState, trip } from './smartevse-master.ts';
import { hasRoomForOneMore } from './smartevse-room.ts';
import { tickPilot } from './smartevse-pilot.ts';
import { tickSecond } from './smartevse-second.ts';
import { enterState, makePowerUnavailable } from './smartevse-states.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

/** Unanswered polls until a node counts as unplugged. */
const POLLS_UNTIL_LOST = 5;
const NO_POWER_DELAY_S = 60;

export interface SmartevseNode {
  readonly unit: SmartevseUnit;
  /** The same EVSE as the master sees it. */
  readonly outlet: SmartevseOutlet;
  pollsLeft: number;
}

export interface SmartevseBus {
  readonly master: SmartevseUnit;
  readonly nodes: readonly SmartevseNode[];
}

/** `nodeUnits[k]` becomes node k + 1; a master alone is a standalone unit. */
export function connectBus(master: SmartevseUnit, nodeUnits: readonly SmartevseUnit[]): SmartevseBus {
  master.settings.sharing = nodeUnits.length === 0 ? SHARING.standalone : SHARING.master;
  const nodes = nodeUnits.flatMap((unit, index): SmartevseNode[] => {
    const outlet = master.evses[index + 1];
    if (outlet === undefined) return [];
    unit.settings.sharing = index + 2;
    outlet.mostDa = unit.settings.maxA * 10;
    return [{ unit, outlet, pollsLeft: POLLS_UNTIL_LOST }];
  });
  return { master, nodes };
}

/** Every 2 s. `isAnswering`: nodes that can be reached. What the meters measured is with the master already. */
export function runCycle({ master, nodes }: SmartevseBus, isAnswering: (node: SmartevseNode) => boolean): void {
  for (const node of nodes) {
    if (isAnswering(node)) pollNode(master, node);
    else missNode(node);
  }
  calculate(master);
  const isTripped = trip(master);
  for (const node of nodes) {
    if (!isAnswering(node)) continue;
    if (isTripped) writeErrors(node.unit, master.errors & 0xff);
    if ((master.errors & ERROR.mainsSilent) === 0) receiveCurrent(node.unit, node.outlet.balancedDa);
  }
}

export function passSecond({ master, nodes }: SmartevseBus): void {
  tickSecond(master);
  for (const { unit } of nodes) tickSecond(unit);
}

function pollNode(master: SmartevseUnit, node: SmartevseNode): void {
  const { unit, outlet } = node;
  node.pollsLeft = POLLS_UNTIL_LOST;
  noteNodeState(outlet, unit.first.state);
  outlet.errors = unit.errors;
  const hasRoom = hasRoomForOneMore(master);
  if (hasRoom && (unit.errors & ERROR.lessThan6A) !== 0) {
    unit.errors &= ~ERROR.lessThan6A;
    outlet.errors &= ~ERROR.lessThan6A;
  }
  const isNews = (master.errors & ERROR.mainsSilent) !== 0 && (unit.errors & ERROR.mainsSilent) === 0;
  if (isNews) writeErrors(unit, unit.errors | ERROR.mainsSilent);
  if (unit.first.state === STATE.asksB) answerConnection(master, node, hasRoom);
  else if (unit.first.state === STATE.asksC) {
    if (answerRequest(master, outlet)) obey(unit, STATE.grantedC, PILOT.volts6);
    else writeErrors(unit, unit.errors | ERROR.lessThan6A);
  }
}

function answerConnection(master: SmartevseUnit, { unit, outlet }: SmartevseNode, hasRoom: boolean): void {
  if (!hasRoom) {
    writeErrors(unit, unit.errors | ERROR.lessThan6A);
    return;
  }
  outlet.state = STATE.b;
  outlet.balancedDa = master.settings.minA * 10;
  unit.first.balancedDa = outlet.balancedDa;
  obey(unit, STATE.grantedB, PILOT.volts9);
}

/** The node acts on what it was granted within 10 ms, before the currents of this cycle come. */
function obey(unit: SmartevseUnit, grantedState: number, reading: number): void {
  unit.first.state = grantedState;
  tickPilot(unit, reading);
}

function missNode(node: SmartevseNode): void {
  if (node.pollsLeft > 0) node.pollsLeft -= 1;
  if (node.pollsLeft > 0) return;
  noteNodeState(node.outlet, STATE.a);
  node.outlet.balancedDa = 0;
}

/** Register 0x0001: all bits at once. */
export function writeErrors(unit: SmartevseUnit, errors: number): void {
  unit.errors = errors;
  if (errors === 0) return;
  makePowerUnavailable(unit);
  unit.delayS = NO_POWER_DELAY_S;
  if ((errors & ERROR.mainsSilent) !== 0) unit.mainsTimeoutS = 0;
}

/** Registers 0x0020 and on: 0 stops a charging node, and none stops its pilot in state B. */
export function receiveCurrent(unit: SmartevseUnit, currentDa: number): void {
  unit.first.balancedDa = currentDa;
  unit.mainsTimeoutS = MAINS_TIMEOUT_S;
  if (currentDa === 0 && unit.first.state === STATE.c) enterState(unit, STATE.c1);
}
