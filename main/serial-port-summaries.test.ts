import { expect, test } from 'vitest';
import { serialPortSummaries } from './serial-port-summaries.ts';
import type { ListedPort } from './transports/serial-ports.ts';

const port = (path: string, usbId: string | null, manufacturer: string | null = null): ListedPort => {
  const [vendorId = null, productId = null] = usbId?.split(':') ?? [];
  return { path, manufacturer, vendorId, productId, serialNumber: null, locationId: null };
};
const list = (...ports: readonly ListedPort[]) => () => Promise.resolve(ports);

test('adapters come first, by chip, and what the site uses is marked', async () => {
  const ports = await serialPortSummaries((path) => path === '/dev/ttyUSB1', list(port('/dev/ttyS0', null), port('/dev/ttyUSB10', '1a86:7523', '1a86'), port('/dev/ttyUSB1', '0403:6001', 'FTDI'), port('/dev/ttyACM0', 'dead:beef', 'Somebody')), 'linux');
  expect(ports.map(({ path, adapter, usbId, isUsedBySite }) => [path, adapter, usbId, isUsedBySite])).toEqual([
    ['/dev/ttyACM0', 'Somebody', 'dead:beef', false],
    ['/dev/ttyUSB1', 'FTDI FT232R', '0403:6001', true],
    ['/dev/ttyUSB10', 'WCH CH340', '1a86:7523', false],
    ['/dev/ttyS0', null, null, false],
  ]);
});

test('on macOS a port goes by the name that does not wait for a modem', async () => {
  const [summary] = await serialPortSummaries(() => false, list(port('/dev/tty.usbserial-A50285BI', '0403:6001')), 'darwin');
  expect(summary?.path).toBe('/dev/cu.usbserial-A50285BI');
});
