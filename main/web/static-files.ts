import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { ChargebenchError } from '../../core/errors.ts';

export interface StaticAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Stands in index.html wherever a script or style needs the nonce of this answer. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/**
 * Reads the built screen into memory, so that an address can only name what was there at the start and a build in
 * between cannot tear pages apart. Throws `not-found` when there is no index.html.
 */
export function readScreenFiles(folder: string): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new ChargebenchError('not-found', { folder, cure: 'npm run build' }, { cause: error });
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, readFileSync(path));
  }
  if (!files.has('/index.html')) throw new ChargebenchError('not-found', { folder, file: 'index.html', cure: 'npm run build' });
  return files;
}

/** The answer for a path without query; null when there is no such file. `connect`: where the page may connect to. */
export function answerFor(files: ReadonlyMap<string, Buffer>, path: string, connect: string): StaticAnswer | null {
  const name = path === '/' ? '/index.html' : path;
  const body = files.get(name);
  if (body === undefined) return null;
  const extension = extname(name);
  const type = TYPES[extension] ?? 'application/octet-stream';
  if (extension !== '.html') return { headers: { ...COMMON_HEADERS, 'content-type': type }, body };
  const nonce = randomBytes(16).toString('base64');
  const html = body.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce);
  return {
    headers: { ...COMMON_HEADERS, 'content-type': type, 'content-security-policy': contentSecurityPolicy(nonce, connect) },
    body: Buffer.from(html),
  };
}

export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Everything from here and nothing else; styles and scripts inside the page need the nonce. */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
