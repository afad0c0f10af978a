import { describe, expect, it } from 'vitest';
import { rapiFrame } from '../../protocols/rapi.ts';
import { createVirtualClock, type VirtualClock } from '../../time/virtual-clock.ts';
import { createMemoryBytes, type MemoryBytes } from '../../transport/memory-bytes.ts';
import { createRapiExchange, type RapiExchange } from './rapi-exchange.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

interface Rig {
  readonly clock: VirtualClock;
  readonly wire: MemoryBytes;
  readonly exchange: RapiExchange;
  readonly events: string[];
  settle<T>(promise: Promise<T>): Promise<T>;
}

/** `answer`: what the controller says to a command, with its sequence id as sent or null; after so long, null: nothing. */
function rigOf(answer: (command: string, count: number) => { readonly text: string; readonly afterMs: number } | null, echoesIds: boolean): Rig {
  const clock = createVirtualClock();
  const wire = createMemoryBytes(clock);
  const events: string[] = [];
  let count = 0;
  let freeMs = 0;
  wire.far.onData(({ bytes }) => {
    const [, command = '', id] = /^(\$[^:^]*?)(?: :([0-9A-F]{2}))?\^..\r$/.exec(textOf(bytes)) ?? [];
    count += 1;
    const said = answer(command, count);
    if (said === null) return;
    // One after the other: a controller answers in order.
    freeMs = Math.max(freeMs, clock.monotonicMs() + said.afterMs);
    clock.callAt(freeMs, () => {
      void wire.far.write(bytesOf(`${rapiFrame(said.text, echoesIds && id !== undefined ? Number.parseInt(id, 16) : null)}\r`));
    });
  });
  const exchange = createRapiExchange({ link: wire.near, clock, onEvent: ({ name }) => events.push(name), onRejection: () => undefined });
  return {
    clock,
    wire,
    exchange,
    events,
    async settle(promise) {
      const state = { isOpen: true };
      const close = (): void => {
        state.isOpen = false;
      };
      promise.then(close, close);
      for (;;) {
        for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
        if (!state.isOpen) return promise;
        clock.advanceTo(clock.nextCallMs());
      }
    },
  };
}

/** What is asked tells what must be answered: $GG's milliamperes are the number of the question. */
const numbered = (asked: number): string => `$OK ${asked} -1`;

describe('an exchange', () => {
  it.each([true, false])('hands no late answer to another question: 10,000 questions, answers beyond the time-out among them (ids: %s)', { timeout: 120_000 }, async (hasIds) => {
    let seed = 5;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 4_294_967_296) * below);
    };
    const rig = rigOf((command, count) => {
      const afterMs = random(3) === 0 ? 400 + random(1500) : random(20);
      if (command === '$GV') return { text: '$OK 7.1.3 5.1.3', afterMs };
      // $SC n answers n, so that a wrong one shows.
      if (command.startsWith('$SC')) return { text: `$OK ${command.split(' ')[1] ?? ''}`, afterMs };
      return { text: numbered(count), afterMs };
    }, hasIds);
    if (hasIds) rig.exchange.useSequenceIds();
    let wrong = 0;
    let answered = 0;
    for (let round = 0; round < 10_000; round += 1) {
      const currentA = 6 + (round % 25);
      const answer = await rig.settle(rig.exchange.ask(`$SC ${currentA} V`, { attempts: 1 }));
      if (!answer.ok) continue;
      answered += 1;
      if (answer.value.tokens[0] !== String(currentA)) wrong += 1;
    }
    console.info(`RAPI exchange, ids ${String(hasIds)}: 10000 questions, ${answered} answered, ${wrong} wrong, refused ${JSON.stringify(Object.fromEntries(rig.exchange.counts))}`);
    expect(wrong).toBe(0);
    expect(answered).toBeGreaterThan(2000);
  });

  it('asks one thing at a time, urgent ones first', async () => {
    const asked: string[] = [];
    const rig = rigOf((command) => {
      asked.push(command);
      return { text: command === '$GG' ? '$OK 0 -1' : command === '$GU' ? '$OK 0 0' : '$OK 16', afterMs: 5 };
    }, true);
    const all = [rig.exchange.ask('$GG'), rig.exchange.ask('$GU'), rig.exchange.ask('$SC 16 V', { isUrgent: true })];
    await rig.settle(Promise.all(all));
    expect(asked).toEqual(['$GG', '$SC 16 V', '$GU']);
  });

  it('asks again when an answer is lost, at most as often as it may', async () => {
    const rig = rigOf((_, count) => (count === 1 ? null : { text: '$OK 16', afterMs: 5 }), true);
    rig.exchange.useSequenceIds();
    expect(await rig.settle(rig.exchange.ask('$SC 16 V'))).toMatchObject({ ok: true });
    const silent = rigOf(() => null, true);
    expect(await silent.settle(silent.exchange.ask('$SC 16 V'))).toMatchObject({ ok: false, error: { code: 'timeout' } });
    // Three times 500 ms (reference openevse e.3).
    expect(silent.clock.monotonicMs()).toBe(1500);
  });

  it('without ids a lost answer is followed by a question that no other answer looks like', async () => {
    const asked: string[] = [];
    const rig = rigOf((command, count) => {
      asked.push(command);
      return count === 1 ? null : { text: command === '$GV' ? '$OK 7.1.3 2.0.4' : '$OK 16', afterMs: 5 };
    }, false);
    expect(await rig.settle(rig.exchange.ask('$SC 16 V'))).toMatchObject({ ok: true });
    expect(asked).toEqual(['$SC 16 V', '$GV', '$SC 16 V']);
  });

  it('passes events on that come between a command and its answer', async () => {
    const rig = rigOf(() => ({ text: '$OK 16', afterMs: 20 }), true);
    const answer = rig.exchange.ask('$SC 16 V');
    void rig.wire.far.write(bytesOf(`${rapiFrame('$AT 03 03 16 0540')}\r${rapiFrame('$AN 0')}\r`));
    expect(await rig.settle(answer)).toMatchObject({ ok: true, value: { tokens: ['16'] } });
    expect(rig.events).toEqual(['$AT', '$AN']);
  });

  it('fails at once what waits when the line is lost', async () => {
    const rig = rigOf(() => null, true);
    const answers = [rig.exchange.ask('$GG'), rig.exchange.ask('$GC')];
    await Promise.resolve();
    rig.wire.unplug();
    expect(await rig.settle(Promise.all(answers))).toMatchObject([{ ok: false, error: { code: 'link-lost' } }, { ok: false, error: { code: 'link-lost' } }]);
    expect(await rig.settle(rig.exchange.ask('$GG'))).toMatchObject({ ok: false, error: { code: 'link-lost' } });
  });

  it('is over once it is closed', async () => {
    const rig = rigOf(() => null, true);
    const answer = rig.exchange.ask('$GG');
    rig.exchange.close();
    expect(await rig.settle(answer)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });
});
