import type { LinkSummary } from '../../core/host-api/bench-devices.ts';

const SINCE_MS = Date.UTC(2026, 10, 20, 9, 0, 0);

/** Written links: the broker alone, and a pair of wires with a meter and two nodes. Figures are of the drawing. */
export const FAKE_LINKS: readonly LinkSummary[] = [
  { id: 'mqtt', protocol: 'mqtt', origin: 'simulated', state: 'connected', sinceWallMs: SINCE_MS, failure: null, line: null, load: null },
];

const counters = { requests: 1204, answers: 1198, timeouts: 4, checksumFailures: 2, exceptions: 0, unexpected: 0 };

export const FAKE_BUS_LINK: LinkSummary = {
  id: 'serial:/dev/ttyUSB0',
  protocol: 'modbus-rtu',
  origin: 'hardware',
  state: 'connected',
  sinceWallMs: SINCE_MS,
  failure: null,
  line: { baud: 9600, parity: 'none', stopBits: 1 },
  load: {
    total: counters,
    units: [
      { unitId: 2, ...counters, requests: 604, answers: 602, timeouts: 1, checksumFailures: 1, latencyMs: 42, lastFailure: null },
      { unitId: 10, ...counters, requests: 600, answers: 596, timeouts: 3, checksumFailures: 1, latencyMs: 78, lastFailure: { code: 'timeout', context: { unitId: 10, functionCode: 4, address: 0 } } },
    ],
    busyRatio: 0.46,
    waiting: 1,
  },
};

export const FAKE_LOST_LINK: LinkSummary = {
  ...FAKE_BUS_LINK,
  id: 'serial:/dev/ttyUSB1',
  state: 'lost',
  failure: { code: 'unauthorized', context: { port: '/dev/ttyUSB1', platform: 'linux', group: 'dialout', user: 'installer', command: 'sudo usermod -aG dialout installer' } },
  load: null,
};
