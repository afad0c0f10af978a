import { expect, test } from 'vitest';
import { readBroker } from './read-broker.ts';

test.each([
  ['mqtt://127.0.0.1', { host: '127.0.0.1', port: 1883 }],
  ['mqtt://homeassistant.local:1884/', { host: 'homeassistant.local', port: 1884 }],
  ['mqtt://ada:p%40ss@10.0.0.2:1883', { host: '10.0.0.2', port: 1883, username: 'ada', password: 'p@ss' }],
  ['mqtt://[::1]:1883', { host: '::1', port: 1883 }],
])('%s', (text, broker) => {
  expect(readBroker(text)).toEqual(broker);
});

test.each(['127.0.0.1:1883', 'http://127.0.0.1', 'mqtt://', 'mqtt://host/topic', 'mqtt://host:99999'])('%s is no broker', (text) => {
  expect(() => readBroker(text)).toThrow(/--broker takes/);
});
