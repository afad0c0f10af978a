/** Why a serial port could not be opened, by system: each with the step that cures it. */
import { part, textOf, type Context } from './context.ts';
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
    todo: `In a terminal: ${textOf(context, 'command') ?? `sudo usermod -aG ${group} ${user}`}. Then sign out and in again.`,
  };
}

/** Names that begin with tty. wait for a modem's carrier. */
const callOut = (context: Context): string => {
  const name = textOf(context, 'cuName');
  return name === null ? '' : ` Write it as ${name}: the name that begins with tty. waits for a modem.`;
};

const MODEM_MANAGER = 'It looks for a modem behind every new port, for half a minute. Wait and try again, or in a terminal: sudo systemctl disable --now ModemManager.';

export function portBusy(context: Context): ErrorWords {
  const holder = textOf(context, 'holder');
  const suspect = textOf(context, 'suspect');
  const what = `${portOf(context)} is held by ${holder ?? `another program${suspect === null ? '' : `, perhaps ${suspect}`}`}.`;
  if ((holder ?? suspect)?.startsWith('ModemManager') === true) return { what, todo: MODEM_MANAGER };
  const close = holder === null ? 'Close the program that has it open: a terminal, another scan tool, a second Chargebench.' : 'Close that program, then try again.';
  return { what, todo: `${close}${callOut(context)}` };
}

const DRIVERS: Readonly<Record<string, string>> = {
  win32: 'Where Device Manager shows it with a yellow mark, its driver is missing: FTDI (0403), CH340 (1a86), CP210x (10c4) and Prolific (067b) each have one from their maker.',
  darwin: 'Take the name that begins with cu., not tty. Where none appears its driver is missing: CH340 (1a86) and Prolific (067b) need one from their maker.',
  linux: 'Plug it in again and look whether the list shows it; brltty takes CH340 adapters (1a86) away: sudo apt remove brltty.',
};

/** An adapter that is plugged in and has no port: who took it, or which driver it waits for. */
function portlessText(context: Context): string | null {
  const adapter = textOf(context, 'adapter');
  if (adapter === null) return null;
  const takenBy = textOf(context, 'takenBy');
  const driver = textOf(context, 'driver');
  // Through usbfs a program takes hold of the adapter itself, and the system does not say which.
  const taker = takenBy === 'usbfs' ? 'a program, such as brltty,' : takenBy;
  const why = taker === null ? `its driver${driver === null ? '' : ` ${driver}`} is missing` : `${taker} has taken it`;
  return `${adapter}${part(context, 'usbId', ' (', 'text', ')')} is plugged in without a port: ${why}.`;
}

export function portMissing(context: Context): ErrorWords {
  const what = `${portOf(context)} is not there.`;
  const known = portlessText(context);
  if (known !== null) return { what, todo: `${known}${textOf(context, 'takenBy') === null ? '' : ' Remove or stop that program, then plug the adapter in again.'}` };
  return { what, todo: `The adapter is unplugged, or its driver is missing. ${DRIVERS[textOf(context, 'platform') ?? ''] ?? ''}${callOut(context)}`.trim() };
}

export function portLost(context: Context): ErrorWords {
  const cause = textOf(context, 'cause');
  return {
    what: `${portOf(context)} was unplugged or fell silent${cause === null ? '' : `: ${cause}`}.`,
    todo: 'Plug the adapter in again: it is found by its serial number, also under another name, and everything goes on by itself.',
  };
}
