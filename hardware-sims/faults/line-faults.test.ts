import { describe, expect, test } from 'vitest';
import type { TopicValue } from '../simulated-device.ts';
import { createFaultyLine } from './faulty-line.ts';
import { brokenText, duplicated, firstAttemptLost, frozen, late, lostShare, silent, wrongJson, wrongUnit, type LineFault } from './line-faults.ts';

interface Rig {
  /** "second field=value" of what arrived. */
  readonly arrived: string[];
  readonly send: (timeS: number, field: string, value: TopicValue) => void;
  readonly until: (timeS: number) => void;
  readonly turn: (isOn: boolean) => void;
}

function rigOf(change: LineFault): Rig {
  const fault = { change, isOn: true };
  const line = createFaultyLine([fault]);
  const arrived: string[] = [];
  let nowS = 0;
  const until = (timeS: number): void => {
    for (let nextMs = line.nextEventMs(); nextMs <= timeS * 1000; nextMs = line.nextEventMs()) {
      nowS = nextMs / 1000;
      line.deliverDue(nextMs);
    }
    nowS = timeS;
  };
  return {
    arrived,
    until,
    send(timeS, field, value) {
      until(timeS);
      line.send(field, value, timeS * 1000, (got) => arrived.push(`${nowS} ${field}=${typeof got === 'object' ? JSON.stringify(got) : String(got)}`));
    },
    turn(isOn) {
      fault.isOn = isOn;
    },
  };
}

test('silent: nothing arrives until it is over', () => {
  const { arrived, send, turn } = rigOf(silent());
  send(1, 'power', 1);
  turn(false);
  send(2, 'power', 2);
  expect(arrived).toEqual(['2 power=2']);
});

test('frozen: the last value of each topic again, as often as it is published', () => {
  const { arrived, send, turn } = rigOf(frozen());
  turn(false);
  send(1, 'power', 1);
  send(1, 'voltage', 120);
  turn(true);
  send(2, 'power', 2);
  send(2, 'voltage', 121);
  turn(false);
  send(3, 'power', 3);
  expect(arrived).toEqual(['1 power=1', '1 voltage=120', '2 power=1', '2 voltage=120', '3 power=3']);
});

test('late: later by so much and in order, also when the delay ends', () => {
  const { arrived, send, until, turn } = rigOf(late(10_000));
  send(1, 'power', 1);
  send(5, 'power', 2);
  turn(false);
  send(8, 'power', 3);
  send(20, 'power', 4);
  until(30);
  expect(arrived).toEqual(['11 power=1', '15 power=2', '15 power=3', '20 power=4']);
});

describe('lost share', () => {
  const arrivedOf = (share: number, seed: number, hasOtherTopics: boolean): readonly string[] => {
    const { arrived, send } = rigOf(lostShare(share, seed));
    for (let timeS = 0; timeS < 4000; timeS += 1) {
      if (hasOtherTopics) send(timeS, 'voltage', 120);
      send(timeS, 'power', timeS);
    }
    return arrived.filter((line) => line.includes('power'));
  };

  test.each([0.1, 0.5, 0.9])('of %d loses that part of many messages', (share) => {
    // Three standard deviations of a binomial draw of 4000.
    const allowed = 3 * Math.sqrt(share * (1 - share) * 4000);
    expect(Math.abs(arrivedOf(share, 7, false).length - (1 - share) * 4000)).toBeLessThan(allowed);
  });

  test('the same seed loses the same, another one others, and other topics change nothing', () => {
    expect(arrivedOf(0.3, 1, true)).toEqual(arrivedOf(0.3, 1, false));
    expect(arrivedOf(0.3, 2, false)).not.toEqual(arrivedOf(0.3, 1, false));
  });

  test('all of it is silence', () => {
    expect(arrivedOf(1, 1, false)).toEqual([]);
  });

  test('two messages of one topic at one moment have each their own draw', () => {
    const { arrived, send } = rigOf(lostShare(0.5, 3));
    for (let timeS = 0; timeS < 40; timeS += 1) for (let copy = 0; copy < 2; copy += 1) send(timeS, 'power', copy);
    const perMoment = Array.from({ length: 40 }, (_, timeS) => arrived.filter((line) => line.startsWith(`${timeS} `)).length);
    expect(new Set(perMoment)).toEqual(new Set([0, 1, 2]));
  });
});

test('first attempt: every new command is lost once, its repetition is heard', () => {
  const { arrived, send } = rigOf(firstAttemptLost());
  send(1, 'claim/set', { charge_current: 10 });
  send(2, 'claim/set', { charge_current: 10 });
  send(3, 'claim/set', { charge_current: 12 });
  send(4, 'claim/set', { charge_current: 10 });
  send(5, 'claim/set', '{"charge_current":10}');
  expect(arrived).toEqual(['2 claim/set={"charge_current":10}', '5 claim/set={"charge_current":10}']);
});

describe('corrupt', () => {
  test.each<[TopicValue, string]>([
    [2400.5, '240\uFFFD.5'],
    [7, '\uFFFD'],
    ['$OK 6 80^25', '$OK 6\uFFFD80^25'],
    [{ state: 'active' }, '{"state":\uFFFDactive"}'],
  ])('%j is no text that means the same', (value, expected) => {
    const { arrived, send } = rigOf(brokenText());
    send(1, 'x', value);
    expect(arrived).toEqual([`1 x=${expected}`]);
  });

  test.each<[TopicValue, string]>([
    [2400.5, '{"value":2400.5}'],
    ['2400.5', '{"value":2400.5}'],
    ['true', '{"value":true}'],
    ['$OK', '{"value":"$OK"}'],
    [{ a: 1 }, '[{"a":1}]'],
    ['{"a":1}', '[{"a":1}]'],
  ])('%j becomes JSON of another shape', (value, expected) => {
    const { arrived, send } = rigOf(wrongJson());
    send(1, 'x', value);
    expect(arrived).toEqual([`1 x=${expected}`]);
  });
});

test('wrong unit: kW for W, in topics and in documents; other quantities stay', () => {
  const { arrived, send } = rigOf(wrongUnit('power', 0.001));
  send(1, 'emeter/0/power', 4800);
  send(1, 'emeter/0/voltage', 120);
  send(1, 'status', { act_power: -2300, current: 10, name: 'power' });
  expect(arrived).toEqual(['1 emeter/0/power=4.8', '1 emeter/0/voltage=120', '1 status={"act_power":-2.3,"current":10,"name":"power"}']);
});

test('wrong unit: mA for A', () => {
  const { arrived, send } = rigOf(wrongUnit('current', 1000));
  send(1, 'emeter/0/current', 20.81);
  send(1, 'emeter/0/power', 4800);
  expect(arrived).toEqual(['1 emeter/0/current=20810', '1 emeter/0/power=4800']);
});

test('duplicated: everything twice', () => {
  const { arrived, send, turn } = rigOf(duplicated());
  send(1, 'power', 1);
  turn(false);
  send(2, 'power', 2);
  expect(arrived).toEqual(['1 power=1', '1 power=1', '2 power=2']);
});
