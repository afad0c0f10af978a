import { expect, test } from 'vitest';
import { createScenarioFeeds } from './scenario-feeds.ts';

function moments(fromS: number, untilS: number | undefined): string[] {
  const feeds = createScenarioFeeds([{ topic: 'emon/pv/power', everyS: 10, valueW: 500, fromS, ...(untilS === undefined ? {} : { untilS }) }]);
  const told: string[] = [];
  for (let next = feeds.nextEventMs(); next <= 40_000; next = feeds.nextEventMs()) {
    feeds.publishDue(next, (topic, valueW) => told.push(`${next / 1000} ${topic} ${valueW}`));
  }
  return told;
}

test('a feed is published from its begin on, period by period, up to but without its end', () => {
  const told = (...seconds: number[]): string[] => seconds.map((second) => `${second} emon/pv/power 500`);
  expect(moments(5, undefined)).toEqual(told(5, 15, 25, 35));
  expect(moments(0, 20)).toEqual(told(0, 10));
  expect(moments(5, 5)).toEqual([]);
});
