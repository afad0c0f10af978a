import { ChargebenchError } from '../errors.ts';
import type { MeterDescription, MeterDescriptions } from './meter-description-schema.ts';
import modbusMeter from './meters/modbus-meter.json' with { type: 'json' };
import p1 from './meters/p1.json' with { type: 'json' };
import sensorbox from './meters/sensorbox.json' with { type: 'json' };
import shelly3em from './meters/shelly-3em.json' with { type: 'json' };
import shellyEm from './meters/shelly-em.json' with { type: 'json' };
import { restoreMeterDescription } from './restore-meter-description.ts';

/** The meter models that come with the program. */
export const BUNDLED_METERS: MeterDescriptions = new Map([modbusMeter, p1, sensorbox, shelly3em, shellyEm].map(bundled).map((description) => [description.model, description]));

function bundled(file: unknown): MeterDescription {
  const restored = restoreMeterDescription(file);
  if (!restored.ok) throw new ChargebenchError(restored.error.code, restored.error.context);
  return restored.value;
}
