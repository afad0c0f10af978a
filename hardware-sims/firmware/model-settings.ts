import type { z } from 'zod';
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerSetup } from '../../core/player/controller-engine.ts';
import { pathToRoot } from '../../core/site/circuit-tree.ts';
import { parsePart } from '../../core/site/file-gate.ts';
import type { Evse, Meter, Site } from '../../core/site/site.ts';

/** A controller's settings by its own schema. Throws `invalid-file` with path and rule of the first that does not fit. */
export function readModelSettings<Schema extends z.ZodType>(schema: Schema, { settings, path }: ControllerSetup): z.output<Schema> {
  const read = parsePart(schema, settings, path);
  if (read.ok) return read.value;
  throw new ChargebenchError(read.error.code, read.error.context);
}

/** The meter at the grid connection, or the nearest to it above this EVSE. Throws `not-supported` where nothing measures. */
export function mainsMeterOf(site: Site, evse: Evse): Meter {
  const measured = pathToRoot(site, evse.circuitId).findLast(({ meterId }) => meterId !== null);
  const meter = site.meters.find(({ id }) => id === measured?.meterId);
  if (meter === undefined) throw new ChargebenchError('not-supported', { evse: evse.id, what: 'controller', needs: 'a meter above this EVSE' });
  return meter;
}
