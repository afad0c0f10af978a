import { expect, test } from 'vitest';
import { parseLinkAddress } from './bus-address.ts';

test.each([
  ['serial:/dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0' }],
  ['serial:COM3', { kind: 'serial', path: 'COM3' }],
  ['tcp:192.168.1.20:1502', { kind: 'tcp', host: '192.168.1.20', port: 1502 }],
  ['tcp:192.168.1.20', { kind: 'tcp', host: '192.168.1.20', port: 502 }],
  ['tcp://gateway.local:502', { kind: 'tcp', host: 'gateway.local', port: 502 }],
  ['rtu-over-tcp:[fe80::1]:4001', { kind: 'rtu-over-tcp', host: 'fe80::1', port: 4001 }],
])('%s', (text, address) => {
  expect(parseLinkAddress(text)).toEqual({ ok: true, value: address });
});

test.each(['', 'serial:', 'udp:host:1', '/dev/ttyUSB0', 'tcp:', 'tcp:host:0', 'tcp:host:70000', 'tcp:fe80::1:502', 'tcp:a/b:502'])('%o is no address', (text) => {
  expect(parseLinkAddress(text)).toMatchObject({ ok: false, error: { code: 'invalid-argument' } });
});
