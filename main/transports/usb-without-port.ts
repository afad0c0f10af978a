import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { USB_ADAPTERS } from '../../core/devices/usb-adapters.ts';

/** A known serial adapter that is plugged in and has no port. */
export interface PortlessAdapter {
  readonly usbId: string;
  /** Maker and chip. */
  readonly adapter: string;
  /** The kernel's driver for it. */
  readonly driver: string;
  /** What has taken it instead: `usbfs` is a program, such as brltty with CH340 adapters. Null where nothing has. */
  readonly takenBy: string | null;
}

/** Looks through what Linux tells of USB (`/sys/bus/usb/devices`); empty where it tells nothing, as on other systems. */
export async function portlessAdapters(folder = '/sys/bus/usb/devices'): Promise<readonly PortlessAdapter[]> {
  const names = await namesIn(folder);
  const found = await Promise.all(names.filter((name) => !name.includes(':')).map((name) => portlessAt(folder, name, names)));
  return found.filter((adapter) => adapter !== null);
}

async function portlessAt(folder: string, name: string, names: readonly string[]): Promise<PortlessAdapter | null> {
  const known = USB_ADAPTERS.get(`${await textIn(folder, name, 'idVendor')}:${await textIn(folder, name, 'idProduct')}`);
  if (known === undefined) return null;
  const drivers = await Promise.all(names.filter((each) => each.startsWith(`${name}:`)).map((each) => driverOf(join(folder, each))));
  const takenBy = drivers.find((driver) => driver !== null) ?? null;
  if (takenBy !== null && takenBy !== 'usbfs') return null;
  return { usbId: known.usbId, adapter: `${known.maker} ${known.chip}`, driver: known.driver.linux, takenBy };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function textIn(...path: readonly string[]): Promise<string> {
  try {
    return (await readFile(join(...path), 'utf8')).trim().toLowerCase();
  } catch {
    return '';
  }
}

async function driverOf(usbInterface: string): Promise<string | null> {
  try {
    return basename(await readlink(join(usbInterface, 'driver')));
  } catch {
    return null;
  }
}
