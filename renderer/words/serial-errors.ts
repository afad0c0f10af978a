/** Why a serial port could not be opened, by system: each with the step that cures it. */
import { textOf, type Context } from './context.ts';
import type { ErrorWords } from './errors.ts';

/** A failure of a serial port names its path and the system it happened on. */
export function isOfSerialPort(context: Context): boolean {
  return typeof context['port'] === 'string' && context['platform'] !== undefined;
}

const portOf = (context: Context): string => textOf(context, 'port') ?? 'The port';

/** The group differs by distribution: dialout on Debian and Ubuntu, uucp on Arch. */
export function portForbidden(context: Context): ErrorWords {
  const group = textOf(context, 'group');
  const user = textOf(context, 'user') ?? '$USER';
  if (group === null) return { what: `${portOf(context)} may not be opened by this user.`, todo: 'Ask whoever administers this computer for the right to open serial ports.' };
  return {
    what: `${portOf(context)} may only be opened by members of "${group}", and ${user === '$USER' ? 'this user' : user} is none.`,
    todo: `In a terminal: sudo usermod -aG ${group} ${user}. Then sign out and in again.`,
  };
}

export function portBusy(context: Context): ErrorWords {
  const holder = textOf(context, 'holder');
  const what = `${portOf(context)} is held by ${holder ?? 'another program'}.`;
  if (holder?.startsWith('ModemManager') === true) {
    return { what, todo: 'It looks for a modem behind every new port, for half a minute. Wait and try again, or in a terminal: sudo systemctl disable --now ModemManager.' };
  }
  return { what, todo: holder === null ? 'Close the program that has it open: a terminal, another scan tool, a second Chargebench.' : 'Close that program, then try again.' };
}

const DRIVERS: Readonly<Record<string, string>> = {
  win32: 'Where Device Manager shows it with a yellow mark, its driver is missing: FTDI (0403), CH340 (1a86), CP210x (10c4) and Prolific (067b) each have one from their maker.',
  darwin: 'Take the name that begins with cu., not tty. Where none appears its driver is missing: CH340 (1a86) and Prolific (067b) need one from their maker.',
  linux: 'Plug it in again and look whether the list shows it; brltty takes CH340 adapters (1a86) away: sudo apt remove brltty.',
};

export function portMissing(context: Context): ErrorWords {
  return { what: `${portOf(context)} is not there.`, todo: `The adapter is unplugged, or its driver is missing. ${DRIVERS[textOf(context, 'platform') ?? ''] ?? ''}`.trim() };
}

export function portLost(context: Context): ErrorWords {
  const cause = textOf(context, 'cause');
  return {
    what: `${portOf(context)} was unplugged or fell silent${cause === null ? '' : `: ${cause}`}.`,
    todo: 'Plug the adapter in again: it is found by its serial number, also under another name, and everything goes on by itself.',
  };
}
