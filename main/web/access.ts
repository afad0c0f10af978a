import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who may talk to the web host. It controls hardware, and every web page the user visits can reach a loopback port:
 * so the address the browser was told (Host) must be this machine, the page that asks (Origin) must be ours, and
 * whoever asks must hold the cookie that only the start address gives.
 */
export interface Access {
  /** Goes into the start address only. */
  readonly token: string;
  /** The Set-Cookie header in exchange for the right token, else null. */
  cookieFor(token: string): string | null;
  hasCookie(headers: IncomingHttpHeaders): boolean;
}

/** Cookies are shared by all ports of a machine, hence the name. */
export function createAccess(port: number): Access {
  const name = `chargebench-${port}`;
  const token = randomBytes(24).toString('base64url');
  const session = randomBytes(24).toString('base64url');
  return {
    token,
    cookieFor: (given) => (areEqual(given, token) ? `${name}=${session}; HttpOnly; SameSite=Strict; Path=/` : null),
    hasCookie: (headers) => cookies(headers).some(([key, value]) => key === name && areEqual(value, session)),
  };
}

/**
 * Any port is right: an SSH tunnel may begin at another one. Any other name is a page that had its own name resolved
 * to this machine (DNS rebinding).
 */
export function isOurHost(headers: IncomingHttpHeaders): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(headers.host ?? '');
}

/** For web sockets, which no same-origin rule of the browser protects. */
export function isOurOrigin(headers: IncomingHttpHeaders): boolean {
  return headers.host !== undefined && headers.origin === `http://${headers.host}`;
}

function cookies(headers: IncomingHttpHeaders): [key: string, value: string][] {
  return (headers.cookie ?? '').split(';').map((pair) => {
    const [key = '', ...value] = pair.trim().split('=');
    return [key, value.join('=')];
  });
}

/** Takes as long for a near miss as for a far one. */
function areEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
