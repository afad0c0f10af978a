import { userInfo } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { failureOfSerialPort } from './serial-failure.ts';
import { openSerialBytes } from './serial-bytes.ts';
import { findPortAgain, listSerialPorts } from './serial-ports.ts';
import { realClock as clock } from './testing/test-bus.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const FTDI = { path: '/dev/ttyUSB0', manufacturer: 'FTDI', vendorId: '0403', productId: '6001', serialNumber: 'A10K3XYZ' };
const CH340 = { path: '/dev/ttyUSB1', vendorId: '1A86', productId: '7523', locationId: '1-2' };

test('without udevadm there is a list all the same, an empty one', async () => {
  expect(await listSerialPorts(() => Promise.reject(new Error('spawn udevadm ENOENT')))).toEqual([]);
});

test('an adapter is found again by its serial number, one without by its socket', async () => {
  const [ftdi, ch340] = await listSerialPorts(() => Promise.resolve([FTDI, CH340]));
  if (ftdi === undefined || ch340 === undefined) throw new Error('not listed');
  const other = { ...FTDI, path: '/dev/ttyUSB3', serialNumber: 'B2' };
  const after = [other, { ...FTDI, path: '/dev/ttyUSB4' }, { ...CH340, path: '/dev/ttyUSB5' }, { ...CH340, path: '/dev/ttyUSB6', locationId: '1-3' }];
  const list = (): Promise<typeof after> => Promise.resolve(after);
  expect((await findPortAgain(ftdi, list))?.path).toBe('/dev/ttyUSB4');
  expect((await findPortAgain(ch340, list))?.path).toBe('/dev/ttyUSB5');
  expect(await findPortAgain(ftdi, () => Promise.resolve([other]))).toBeNull();
});

// Messages as serialport 13 gives them (bindings-cpp, serialport_unix.cpp line 88 and 275; serialport_win.cpp line 61; ecosystem.md 2.1).
test.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'not-found'],
  ['Opening COM9: File not found', 'not-found'],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'unauthorized'],
  ['Error Resource temporarily unavailable Cannot lock port', 'port-in-use'],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'port-in-use'],
  ['Opening COM3: Access denied', 'port-in-use'],
  ['Opening COM3: Unknown error code 31', 'link-lost'],
])('%s is %s', async (message, code) => {
  expect(await failureOfSerialPort('/dev/ttyUSB9', message)).toMatchObject({ code, context: { port: '/dev/ttyUSB9' } });
});

test.runIf(process.platform === 'linux')('whose port it is that may not be opened is said by its group', async () => {
  // /dev/null belongs to root everywhere.
  expect(await failureOfSerialPort('/dev/null', 'Error: Permission denied, cannot open /dev/null')).toMatchObject({ context: { group: 'root', command: `sudo usermod -aG root ${userInfo().username}` } });
});

function failureOf(link: ReturnType<typeof openSerialBytes>): Promise<unknown> {
  return new Promise((resolve) => {
    link.onState((state) => {
      if (state.kind === 'lost') resolve(state.error);
    });
  });
}

test('a port that is not there is a state of the link', async () => {
  const link = openSerialBytes({ path: '/dev/chargebench-none', format: { baud: 9600 }, clock });
  closers.push(() => link.close());
  expect(await failureOf(link)).toMatchObject({ code: 'not-found', context: { port: '/dev/chargebench-none' } });
});

if (findSocat() === null) test.skip('a busy port is left out: socat is not installed');
else
  test('a port that is open already is `port-in-use`, and on Linux it is said by whom', async () => {
    const pty = await openPtyLink({ clock });
    closers.push(() => pty.close());
    const options = { path: pty.devicePath, format: { baud: 9600 }, clock };
    const first = openSerialBytes(options);
    closers.push(() => first.close());
    await new Promise<void>((resolve) => {
      first.onState(({ kind }) => {
        if (kind === 'connected') resolve();
      });
    });
    const second = openSerialBytes(options);
    closers.push(() => second.close());
    const failure = await failureOf(second);
    expect(failure).toMatchObject({ code: 'port-in-use' });
    if (process.platform === 'linux') expect((failure as { context: { holder: string } }).context.holder).toMatch(/\(\d+\)$/);
  });
