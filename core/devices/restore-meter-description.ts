import { failure, type Result } from '../errors.ts';
import { checkFileFormat, parsePart } from '../site/file-gate.ts';
import { checkRegisters } from './check-registers.ts';
import { meterDescriptionSchema, type MeterDescription } from './meter-description-schema.ts';

export const METER_FILE = { format: 'chargebench-meter', version: 1 } as const;

/**
 * The one gate for files of meter models, bundled or the user's: `{format, version, model, …}` as parsed JSON. Never throws.
 * Fails with `invalid-file` and the path and rule of the first breach (a sample that its own registers contradict is one), or with `newer-version`.
 */
export function restoreMeterDescription(file: unknown): Result<MeterDescription> {
  const opened = checkFileFormat(file, METER_FILE);
  if (!opened.ok) return opened;
  const { format: _format, version: _version, $schema: _schema, ...content } = opened.value;
  const parsed = parsePart(meterDescriptionSchema, content, []);
  if (!parsed.ok) return parsed;
  const { voltage, current } = parsed.value.quantities;
  // Without a voltage no current can be worked out of a power.
  if (current.lowestPowerFactor !== undefined && voltage === undefined) return failure('invalid-file', { path: 'quantities/voltage', rule: 'power-factor-needs-voltage' });
  const checked = checkRegisters(parsed.value);
  return checked.ok ? parsed : checked;
}
