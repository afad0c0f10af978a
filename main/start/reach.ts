/** How a person gets to the web host from where they sit. */
import type { Environment } from './choose-host.ts';

/** In the environment of a web host whose launcher prints these lines itself. */
export const REACH_IS_TOLD = 'CHARGEBENCH_REACH_TOLD';

export interface Machine {
  readonly user: string;
  readonly hostname: string;
  readonly env: Environment;
}

/** The command that brings a loopback port of this machine to the one in front of the user. */
export function tunnelCommand(port: number, { user, hostname, env }: Machine): string {
  // SSH_CONNECTION: client address, client port, server address, server port (ssh(1), ENVIRONMENT).
  const [, , address, sshPort] = (env['SSH_CONNECTION'] ?? '').split(' ');
  const extra = sshPort === undefined || sshPort === '22' ? '' : `-p ${sshPort} `;
  return `ssh ${extra}-L ${port}:127.0.0.1:${port} ${user}@${address ?? hostname}`;
}

/** The platform's way of opening an address in the browser the user prefers. */
export function openCommand(platform: string, url: string): { readonly file: string; readonly args: readonly string[] } {
  if (platform === 'darwin') return { file: 'open', args: [url] };
  // `start` takes its first quoted argument for a window title, and cmd.exe splits at an unquoted &.
  if (platform === 'win32') return { file: 'cmd', args: ['/c', 'start', '""', url.replaceAll('&', '^&')] };
  return { file: 'xdg-open', args: [url] };
}

/** How to get from another machine to the address that was printed just before. */
export function tunnelLines(url: string, machine: Machine): readonly string[] {
  return [
    'This machine has no screen. From the one in front of you, run',
    `  ${tunnelCommand(Number(new URL(url).port), machine)}`,
    'and open the address above in a browser there.',
  ];
}

/** What to print once the web host listens at this address. */
export function reachLines(url: string, isScreenHere: boolean, machine: Machine): readonly string[] {
  return [`Chargebench runs at ${url}`, ...(isScreenHere ? [] : tunnelLines(url, machine))];
}
