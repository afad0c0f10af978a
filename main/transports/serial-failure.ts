import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ErrorContext, Failure } from '../../core/errors.ts';
import { callOutPath } from './call-out-path.ts';
import { portlessAdapters } from './usb-without-port.ts';

/** The words of serialport 13 and of the systems under it (bindings-cpp, serialport_unix.cpp and serialport_win.cpp). */
const BUSY = /cannot lock port|resource busy|device or resource busy|access denied/i;
const FORBIDDEN = /permission denied/i;
const MISSING = /no such file|no such device|file not found/i;

/**
 * Why a port could not be opened, with what a person needs to change it: `not-found`; `port-in-use` and the program that holds it,
 * where the system tells, or the one suspected; `unauthorized` and the group whose members may open it, with the command to join.
 * Windows says "access denied" of a busy port. A missing port says which adapter is plugged in without one, and macOS' other name.
 */
export async function failureOfSerialPort(path: string, message: string): Promise<Failure> {
  const context = { port: path, platform: process.platform };
  if (MISSING.test(message)) return { code: 'not-found', context: { ...context, ...cuName(path), ...(await portless()) } };
  if (FORBIDDEN.test(message)) return { code: 'unauthorized', context: { ...context, ...(await membership(path)) } };
  if (BUSY.test(message)) return { code: 'port-in-use', context: { ...context, ...cuName(path), ...(await holding(path)) } };
  return { code: 'link-lost', context: { ...context, cause: message } };
}

async function membership(path: string): Promise<ErrorContext> {
  const group = await groupOf(path);
  const user = userInfo().username;
  return { group, user, ...(group === null ? {} : { command: `sudo usermod -aG ${group} ${user}` }) };
}

/** A program of another user cannot be seen at the port; one that takes hold of every new modem is then the first suspect. */
async function holding(path: string): Promise<ErrorContext> {
  const holder = await holderOf(path);
  return { holder, ...(holder === null ? { suspect: await runningProgram('ModemManager') } : {}) };
}

/** The first adapter that is plugged in and has no port: a driver is missing, or a program has taken it. */
async function portless(): Promise<ErrorContext> {
  const [first] = await portlessAdapters();
  return first === undefined ? {} : { ...first };
}

/** tty. names wait for a modem's carrier (Apple: tty(4)). */
function cuName(path: string): ErrorContext {
  const name = callOutPath(path, process.platform);
  return name === path ? {} : { cuName: name };
}

async function runningProgram(name: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const processId of await processIds()) {
    if ((await programName(processId)) === name) return `${name} (${processId})`;
  }
  return null;
}

async function processIds(): Promise<readonly string[]> {
  try {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

async function programName(processId: string): Promise<string | null> {
  try {
    return (await readFile(`/proc/${processId}/comm`, 'utf8')).trim();
  } catch {
    return null;
  }
}

async function groupOf(path: string): Promise<string | null> {
  try {
    const { gid } = await stat(path);
    const groups = await readFile('/etc/group', 'utf8');
    const line = groups.split('\n').find((each) => each.split(':')[2] === String(gid));
    return line?.split(':')[0] ?? null;
  } catch {
    return null;
  }
}

/** Name and process id; null where the system hides other users' programs. Linux only. */
async function holderOf(path: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  try {
    const device = await realpath(path);
    for (const processId of await processIds()) {
      if (await holds(processId, device)) return `${(await programName(processId)) ?? ''} (${processId})`.trim();
    }
  } catch {
    return null;
  }
  return null;
}

async function holds(processId: string, device: string): Promise<boolean> {
  try {
    const folder = `/proc/${processId}/fd`;
    for (const descriptor of await readdir(folder)) if ((await readlink(`${folder}/${descriptor}`)) === device) return true;
  } catch {
    return false;
  }
  return false;
}
