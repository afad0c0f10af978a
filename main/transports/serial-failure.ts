import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Failure } from '../../core/errors.ts';

/** The words of serialport 13 and of the systems under it (bindings-cpp, serialport_unix.cpp and serialport_win.cpp). */
const BUSY = /cannot lock port|resource busy|device or resource busy|access denied/i;
const FORBIDDEN = /permission denied/i;
const MISSING = /no such file|no such device|file not found/i;

/**
 * Why a port could not be opened, with what a person needs to change it: `not-found`; `port-in-use` and the program that holds it,
 * where the system tells; `unauthorized` and the group whose members may open it. Windows says "access denied" of a busy port.
 */
export async function failureOfSerialPort(path: string, message: string): Promise<Failure> {
  const context = { port: path, platform: process.platform };
  if (MISSING.test(message)) return { code: 'not-found', context };
  if (FORBIDDEN.test(message)) return { code: 'unauthorized', context: { ...context, group: await groupOf(path), user: userInfo().username } };
  if (BUSY.test(message)) return { code: 'port-in-use', context: { ...context, holder: await holderOf(path) } };
  return { code: 'link-lost', context: { ...context, cause: message } };
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
    for (const processId of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if (await holds(processId, device)) return `${(await readFile(`/proc/${processId}/comm`, 'utf8')).trim()} (${processId})`;
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
