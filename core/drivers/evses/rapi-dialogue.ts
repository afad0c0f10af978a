/**
 * What is asked of a controller one after the other, each question after the answer to the one before. It goes on within the turn of the
 * clock in which the answer comes, without promises: a controller can be played without waiting for any.
 */
import { failure, type Result } from '../../errors.ts';
import type { RapiAnswer } from '../../protocols/rapi.ts';
import type { RapiAsk, RapiExchange } from './rapi-exchange.ts';

export interface RapiAsked {
  readonly command: string;
  readonly how?: RapiAsk | undefined;
}

/** Yields questions that are asked in one go; is given their answers in the same order. */
export type RapiDialogue<T> = Generator<readonly RapiAsked[], T, readonly Result<RapiAnswer>[]>;

const NOT_ASKED: Result<never> = failure('internal', { what: 'a question without an answer' });

export function* asking(command: string, how?: RapiAsk): RapiDialogue<Result<RapiAnswer>> {
  const [answer = NOT_ASKED] = yield [{ command, how }];
  return answer;
}

/** Two right behind each other, the second without waiting for the answer to the first. */
export function* askingBoth(first: string, second: string, how?: RapiAsk): RapiDialogue<readonly [Result<RapiAnswer>, Result<RapiAnswer>]> {
  const [one = NOT_ASKED, two = NOT_ASKED] = yield [
    { command: first, how },
    { command: second, how },
  ];
  return [one, two];
}

/** `done` is called with what the dialogue comes to, in the turn of its last answer. */
export function runDialogue<T>(dialogue: RapiDialogue<T>, exchange: Pick<RapiExchange, 'put'>, done: (value: T) => void): void {
  const goOn = (answers: readonly Result<RapiAnswer>[]): void => {
    const next = dialogue.next(answers);
    if (next.done === true) done(next.value);
    else askAll(next.value, exchange, goOn);
  };
  goOn([]);
}

/** As a promise, for whoever waits for it. */
export function settled<T>(dialogue: RapiDialogue<T>, exchange: Pick<RapiExchange, 'put'>): Promise<T> {
  return new Promise((resolve) => {
    runDialogue(dialogue, exchange, resolve);
  });
}

function askAll(questions: readonly RapiAsked[], exchange: Pick<RapiExchange, 'put'>, then: (answers: readonly Result<RapiAnswer>[]) => void): void {
  const answers: Result<RapiAnswer>[] = questions.map(() => NOT_ASKED);
  let open = questions.length;
  questions.forEach(({ command, how }, index) => {
    exchange.put(command, how ?? {}, (answer) => {
      answers[index] = answer;
      open -= 1;
      if (open === 0) then(answers);
    });
  });
}
