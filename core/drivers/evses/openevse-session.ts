/**
 * What is said to one OpenEVSE gateway over MQTT, and what is understood from it, without a link: the driver puts it on
 * a real or in-memory broker, a simulation exchanges the bare values.
 *
 * A gateway publishes its whole status only every 30 s, not retained. To know offer and state at once they are asked
 * for through the RAPI pass-through, one question at a time because its answers carry no request id (reference d.2).
 */
import { failure, success, type Result } from '../../errors.ts';
import { floorToStep } from '../../quantities.ts';
import {
  applyControllerState,
  applyCurrentCapacity,
  applyOpenEvseAnnounce,
  applyOpenEvseTopic,
  createOpenEvseStatus,
  type OpenEvseStatus,
} from '../../protocols/openevse.ts';
import type { TopicValue } from '../../protocols/topic-value.ts';
import type { Evse } from '../../site/site.ts';

/** To be published below the unit's base topic, never retained. */
export interface OpenEvseCommand {
  readonly field: string;
  readonly value: TopicValue;
}

export interface OpenEvseSession {
  readonly status: OpenEvseStatus;
  /** The link stands (again): what to ask. */
  connected(timeMs: number): readonly OpenEvseCommand[];
  /** One message below the base topic; whether the report changed, and what to send because of it. */
  receive(field: string, value: TopicValue, timeMs: number, isRetained: boolean): Result<SessionChange>;
  /** One message of the announce topics. */
  announce(value: TopicValue, timeMs: number, isRetained: boolean): Result<SessionChange>;
}

export interface SessionChange {
  readonly isChanged: boolean;
  readonly commands: readonly OpenEvseCommand[];
}

const NO_COMMANDS: readonly OpenEvseCommand[] = [];
const CHANGED: Result<SessionChange, never> = success({ isChanged: true, commands: NO_COMMANDS });
const UNCHANGED: Result<SessionChange, never> = success({ isChanged: false, commands: NO_COMMANDS });

type Question = '$GC' | '$GS';

/** The controller answers within 0.5 s (reference e.3); what comes later answers somebody else. */
const ANSWER_TIME_MS = 2000;

const ask = (question: Question): OpenEvseCommand => ({ field: `rapi/in/${question}`, value: '' });

export function createOpenEvseSession(baseTopic: string): OpenEvseSession {
  const status = createOpenEvseStatus();
  let asked: { readonly question: Question; readonly timeMs: number } | null = null;

  const begin = (timeMs: number): readonly OpenEvseCommand[] => {
    asked = { question: '$GC', timeMs };
    return [ask('$GC')];
  };

  const receiveAnswer = (value: TopicValue, timeMs: number): Result<SessionChange> => {
    if (asked === null || timeMs - asked.timeMs > ANSWER_TIME_MS) return UNCHANGED;
    const { question } = asked;
    const read = question === '$GC' ? applyCurrentCapacity(status, value, timeMs) : applyControllerState(status, value, timeMs);
    if (!read.ok) return read;
    const next = question === '$GC' ? '$GS' : null;
    asked = next === null ? null : { question: next, timeMs };
    return success({ isChanged: true, commands: next === null ? NO_COMMANDS : [ask(next)] });
  };

  return {
    status,
    connected: begin,
    receive(field, value, timeMs, isRetained) {
      if (field === 'rapi/out') return isRetained ? UNCHANGED : receiveAnswer(value, timeMs);
      const read = applyOpenEvseTopic(status, field, value, timeMs, isRetained);
      if (!read.ok) return read;
      return read.value ? CHANGED : UNCHANGED;
    },
    announce(value, timeMs, isRetained) {
      const read = applyOpenEvseAnnounce(status, baseTopic, value, timeMs, isRetained);
      if (!read.ok) return read;
      if (!read.value) return UNCHANGED;
      // A unit that has just come (back) has not heard what was asked before.
      const hasJustCome = status.isOnline === true && !isRetained;
      return success({ isChanged: true, commands: hasJustCome ? begin(timeMs) : NO_COMMANDS });
    },
  };
}

/**
 * The claim that asks for a current; 0 pauses. `charge_current`, because a claim's `max_current` is hidden by the
 * shaper's (reference c.1); not released at unplugging, because the next vehicle must not find the configured maximum.
 * Below the minimum the gateway would offer the minimum, so that is refused here.
 */
export function openEvseClaim(evse: Evse, currentA: number): Result<{ readonly command: OpenEvseCommand; readonly roundedA: number }> {
  if (currentA === 0) return success({ command: { field: 'claim/set', value: { state: 'disabled', auto_release: false } }, roundedA: 0 });
  const roundedA = floorToStep(currentA, evse.stepA);
  const highestA = Math.min(evse.ratingA, evse.configuredMaxA);
  if (!(roundedA >= evse.minCurrentA && roundedA <= highestA)) {
    return failure('out-of-range', { evse: evse.id, requestedA: currentA, lowestA: evse.minCurrentA, highestA });
  }
  return success({
    command: { field: 'claim/set', value: { state: 'active', charge_current: roundedA, auto_release: false } },
    roundedA,
  });
}
