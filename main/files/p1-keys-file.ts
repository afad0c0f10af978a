import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { failureOf, type Failure } from '../../core/errors.ts';
import type { P1Decrypt } from '../../core/protocols/p1-encrypted.ts';
import { createP1Decryption } from '../transports/p1-decryption.ts';
import { parseJson } from './project.ts';

/** In the data folder: by the `port` of a site's serial link. Not part of a project, which may be handed on. */
export const P1_KEYS_FILE = 'p1-keys.json';

const keysSchema = z.record(z.string().min(1), z.strictObject({ key: z.string(), authenticationKey: z.string().optional() }));

export interface OwnP1Keys {
  readonly keys: ReadonlyMap<string, P1Decrypt>;
  /** Why the file, or one of its keys, is not used; never with a key in it. */
  readonly failures: readonly Failure[];
}

/** Never throws. A file that others on this machine can read is not used: whoever has the key can read the meter. */
export function readP1Keys(dataFolder: string): OwnP1Keys {
  const file = join(dataFolder, P1_KEYS_FILE);
  if (!existsSync(file)) return { keys: new Map(), failures: [] };
  const refuse = (rule: string, path = '', cure?: string): OwnP1Keys => ({ keys: new Map(), failures: [{ code: 'invalid-file', context: { file, path, rule, ...(cure === undefined ? {} : { cure }) } }] });
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) return refuse('readable-by-others', '', `chmod 600 ${file}`);
  try {
    const parsed = keysSchema.safeParse(parseJson(file));
    if (!parsed.success) return refuse('shape', parsed.error.issues[0]?.path.map(String).join('/'));
    return decryptions(file, parsed.data);
  } catch (error) {
    const { code } = failureOf(error);
    return { keys: new Map(), failures: [{ code, context: { file } }] };
  }
}

function decryptions(file: string, entries: z.output<typeof keysSchema>): OwnP1Keys {
  const keys = new Map<string, P1Decrypt>();
  const failures: Failure[] = [];
  for (const [port, { key, authenticationKey }] of Object.entries(entries)) {
    const made = createP1Decryption({ key, ...(authenticationKey === undefined ? {} : { authenticationKey }) });
    if (made.ok) keys.set(port, made.value);
    else failures.push({ code: 'invalid-file', context: { file, path: port, rule: '32 hex digits' } });
  }
  return { keys, failures };
}
