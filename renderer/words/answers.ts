import type { EvseAnswer } from '../../core/host-api/contract.ts';
import { failureSentence } from './errors.ts';
import { asText, setpointCurrent } from './numbers.ts';

/** What became of one EVSE after it was told to stop or handed back. */
export function answerSentence(answer: EvseAnswer, stepA: number): string {
  if (answer.ok) {
    return answer.offeredCurrentA === null || answer.offeredCurrentA === 0 ? 'Confirmed: offers nothing.' : `Confirmed: offers ${asText(setpointCurrent(answer.offeredCurrentA, stepA))}.`;
  }
  const why = answer.failure === null ? 'It did not confirm.' : failureSentence(answer.failure);
  const still = answer.offeredCurrentA === null ? 'What it offers now is not known.' : `It still offers ${asText(setpointCurrent(answer.offeredCurrentA, stepA))}.`;
  return `${why} ${still}`;
}

const HAND_BACK_REASONS: Readonly<Record<string, string>> = {
  'configured-max': 'its own configured limit',
  'other-commander': 'somebody else commands it',
};

/** Why a device will offer what it then offers. */
export function handBackReason(why: string): string {
  return HAND_BACK_REASONS[why] ?? why;
}

export function answersTitle(answers: readonly EvseAnswer[], whenAll: string): string {
  const failed = answers.filter(({ ok }) => !ok).length;
  if (failed === 0) return whenAll;
  return failed === 1 ? '1 EVSE did not confirm' : `${failed} EVSEs did not confirm`;
}
