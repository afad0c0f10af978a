import type { Result } from '../errors.ts';
import { checkFileFormat, parsePart } from '../site/file-gate.ts';
import { evseDescriptionSchema, type EvseDescription } from './evse-description-schema.ts';

export const EVSE_FILE = { format: 'chargebench-evse', version: 1 } as const;

/**
 * The one gate for files of EVSE models, bundled or the user's: `{format, version, model, …}` as parsed JSON. Never throws.
 * Fails with `invalid-file` and the path and rule of the first breach, or with `newer-version`.
 */
export function restoreEvseDescription(file: unknown): Result<EvseDescription> {
  const opened = checkFileFormat(file, EVSE_FILE);
  if (!opened.ok) return opened;
  const { format: _format, version: _version, $schema: _schema, ...content } = opened.value;
  return parsePart(evseDescriptionSchema, content, []);
}
