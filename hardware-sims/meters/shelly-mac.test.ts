import { expect, test } from 'vitest';
import { shellyMac } from './shelly-mac.ts';

/** captures/shelly-3em/status-v1.14.0: twelve digits in capitals; a unit's name ends with the end of its address (reference f.1). */
test.each([
  ['shellies/shellyem-B164B8', '02XXXXB164B8'],
  ['shellies/shellyem3-020000000021', '020000000021'],
  ['shellies/shellyem3-8caab5610f2e', '8CAAB5610F2E'],
  ['shellies/shellyem3-grid', '02XXXXXXXXXX'],
  ['shellies/shellyem-shop', '02XXXXXXXXXX'],
  ['meter', '02XXXXXXXXXX'],
])('%s has an address of twelve hexadecimal digits: %s', (baseTopic, pattern) => {
  const mac = shellyMac(baseTopic);
  expect(mac).toMatch(/^[0-9A-F]{12}$/);
  expect(mac).toMatch(new RegExp(`^${pattern.replaceAll('X', '[0-9A-F]')}$`));
  expect(shellyMac(baseTopic)).toBe(mac);
});

test('two devices have two addresses', () => {
  const topics = ['shellyem3-grid', 'shellyem3-garage', 'shellyem3-heat-pump', 'shellyem-B164B8', 'shellyem-A4E57C', 'shellyem-shop'];
  expect(new Set(topics.map((topic) => shellyMac(`shellies/${topic}`))).size).toBe(topics.length);
});
