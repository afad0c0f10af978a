import { z } from 'zod';
import { siteSchema } from '../site/schema.ts';
import { SITE_FILE } from '../site/restore-site.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION, controllerSetupSchema, scenarioSchema } from './schema.ts';

/**
 * JSON Schema of a scenario file as its author writes it, for completion and checks in an editor. `controllers`: the names
 * that it may list, each with the schema of its settings; any name and any settings when absent.
 */
export function scenarioJsonSchema(controllers?: ReadonlyMap<string, z.ZodType>): unknown {
  const own = { $schema: z.string().optional(), format: z.literal(SCENARIO_FORMAT), version: z.literal(SCENARIO_VERSION) };
  const file = scenarioSchema.extend(controllers === undefined ? own : { ...own, controllers: namedControllers(controllers) });
  return z.toJSONSchema(file, { io: 'input', reused: 'ref' });
}

/** The same for a site file. */
export function siteJsonSchema(): unknown {
  const file = z.strictObject({ $schema: z.string().optional(), format: z.literal(SITE_FILE.format), version: z.literal(SITE_FILE.version), site: siteSchema });
  return z.toJSONSchema(file, { io: 'input', reused: 'ref' });
}

function namedControllers(controllers: ReadonlyMap<string, z.ZodType>): z.ZodType {
  const setups = [...controllers].map(([name, settings]) => [name, controllerSetupSchema.extend({ settings: settings.optional() }).optional()] as const);
  return z.strictObject(Object.fromEntries(setups)).describe('What holds under each controller; at least one.');
}
