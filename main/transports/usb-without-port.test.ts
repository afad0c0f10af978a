import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portlessAdapters } from './usb-without-port.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-usb-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As sysfs shows a device with one interface (Linux Documentation/ABI/stable/sysfs-bus-usb). */
function plugIn(name: string, vendor: string, product: string, driver: string | null): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'idVendor'), `${vendor}\n`);
  writeFileSync(join(folder, name, 'idProduct'), `${product}\n`);
  mkdirSync(join(folder, `${name}:1.0`));
  if (driver !== null) symlinkSync(`../../drivers/${driver}`, join(folder, `${name}:1.0`, 'driver'));
}

test('an adapter without driver, and one that a program has taken, are named; the others are not', async () => {
  plugIn('1-1', '0403', '6001', 'ftdi_sio');
  plugIn('1-2', '10c4', 'ea60', null);
  plugIn('1-3', '1a86', '7523', 'usbfs');
  plugIn('1-4', '046d', 'c31c', null);
  expect(await portlessAdapters(folder)).toEqual([
    { usbId: '10c4:ea60', adapter: 'Silicon Labs CP2102', driver: 'cp210x', takenBy: null },
    { usbId: '1a86:7523', adapter: 'WCH CH340', driver: 'ch341', takenBy: 'usbfs' },
  ]);
});

test('a system that tells nothing of USB has none', async () => {
  expect(await portlessAdapters(join(folder, 'nowhere'))).toEqual([]);
});
