import { ChargebenchError } from '../errors.ts';
import type { Meter } from '../site/site.ts';
import { withCustomRegisters } from './custom-meter.ts';
import type { MeterDescription, MeterDescriptions } from './meter-description-schema.ts';

/**
 * The description that a meter of a site is read by: its model's, with the registers that the site tells where the model has none.
 * Throws `not-found` for a model that nobody has described, `not-supported` for one without registers or custom settings nobody can read by.
 */
export function describeMeter({ id, model, custom }: Pick<Meter, 'id' | 'model' | 'custom'>, models: MeterDescriptions): MeterDescription {
  const description = models.get(model);
  if (description === undefined) throw new ChargebenchError('not-found', { what: 'description', device: id, model });
  if (description.modbus !== undefined) return description;
  if (custom === undefined) throw new ChargebenchError('not-supported', { device: id, model, link: 'modbus' });
  const described = withCustomRegisters(description, custom);
  if (!described.ok) throw new ChargebenchError(described.error.code, { device: id, model, ...described.error.context });
  return described.value;
}
