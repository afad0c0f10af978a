import { expect, test } from 'vitest';
import { restoreScenario } from './restore-scenario.ts';

function contextOf(faults: readonly object[]): unknown {
  const restored = restoreScenario({
    format: 'chargebench-scenario',
    version: 1,
    id: 'faulty',
    title: 'Faulty',
    group: 'Tests',
    durationS: 100,
    site: 'two-evses-one-breaker',
    faults,
    controllers: { chargebench: { expect: [] } },
  });
  return restored.ok ? 'good' : restored.error.context;
}

test.each<[string, object]>([
  ['silent', { device: 'feed' }],
  ['frozen', { device: 'primary' }],
  ['late', { device: 'feed', byS: 2 }],
  ['lost-share', { device: 'primary', share: 0.1, way: 'to-device' }],
  ['first-attempt-lost', { device: 'primary' }],
  ['corrupt', { device: 'feed', as: 'wrong-json' }],
  ['wrong-unit', { device: 'feed', quantity: 'power' }],
  ['duplicated', { device: 'feed' }],
  ['reboot', { device: 'feed', fromS: 10 }],
  ['blackout', { fromS: 10, untilS: 20 }],
  ['broker-down', {}],
  ['clock-jump', { fromS: 10, byS: -60 }],
  ['sleep', { fromS: 10, untilS: 20 }],
  ['controller-killed', { fromS: 10 }],
  ['meter-silent', { device: 'feed' }],
  ['meter-frozen', { device: 'feed' }],
  ['gateway-down', { device: 'primary' }],
  ['gateway-reboot', { device: 'primary', fromS: 10 }],
])('%s is a fault', (kind, rest) => {
  expect(contextOf([{ kind, ...rest }])).toBe('good');
});

test.each<[string, readonly object[], object]>([
  ['nobody', [{ kind: 'silent', device: 'third' }], { path: 'faults/0/device', rule: 'unknown-device' }],
  ['a command to a meter', [{ kind: 'first-attempt-lost', device: 'feed' }], { path: 'faults/0/device', rule: 'fault-does-not-fit' }],
  ['a window that ends before it begins', [{ kind: 'blackout', fromS: 20, untilS: 10 }], { path: 'faults/0/untilS', rule: 'window-order' }],
  ['a fault after the end', [{ kind: 'reboot', device: 'feed', fromS: 100 }], { path: 'faults/0/fromS', rule: 'after-the-end' }],
  ['a sleep without waking', [{ kind: 'sleep', fromS: 10 }], { path: 'faults/0/untilS' }],
  ['a jump that goes nowhere', [{ kind: 'clock-jump', fromS: 10, byS: 0 }], { path: 'faults/0/byS' }],
  ['a share above all', [{ kind: 'lost-share', device: 'feed', share: 1.1 }], { path: 'faults/0/share' }],
  ['a kind that nobody knows', [{ kind: 'gremlins', device: 'feed' }], { path: 'faults/0/kind' }],
  [
    'no power twice',
    [
      { kind: 'blackout', fromS: 10, untilS: 30 },
      { kind: 'reboot', device: 'primary', fromS: 20 },
    ],
    { path: 'faults/1/fromS', rule: 'faults-overlap', value: 'blackout' },
  ],
  [
    'sleep after death',
    [
      { kind: 'controller-killed', fromS: 10 },
      { kind: 'sleep', fromS: 50, untilS: 60 },
    ],
    { path: 'faults/1/fromS', rule: 'faults-overlap', value: 'controller-killed' },
  ],
])('%s is refused with place and rule', (_what, faults, context) => {
  expect(contextOf(faults)).toMatchObject(context);
});

test('a device may lose power again later, and two devices at once', () => {
  const reboot = { kind: 'reboot', device: 'primary' };
  expect(contextOf([{ ...reboot, fromS: 10, untilS: 20 }, { ...reboot, fromS: 20 }, { kind: 'reboot', device: 'secondary', fromS: 15 }])).toBe('good');
});
