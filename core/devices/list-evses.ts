import { ChargebenchError } from '../errors.ts';
import type { EvseDescription } from './evse-description-schema.ts';
import openevse from './evses/openevse.json' with { type: 'json' };
import smartevse from './evses/smartevse.json' with { type: 'json' };
import { restoreEvseDescription } from './restore-evse-description.ts';

/** The EVSE models that come with the program and are described. */
export const BUNDLED_EVSES: ReadonlyMap<string, EvseDescription> = new Map([openevse, smartevse].map(bundled).map((description) => [description.model, description]));

function bundled(file: unknown): EvseDescription {
  const restored = restoreEvseDescription(file);
  if (!restored.ok) throw new ChargebenchError(restored.error.code, restored.error.context);
  return restored.value;
}
