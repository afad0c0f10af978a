import { z } from 'zod';
import { siteSchema } from '../site/schema.ts';
import { SITE_FILE } from '../site/restore-site.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION, scenarioSchema } from './schema.ts';

/** JSON Schema of a scenario file as its author writes it, for completion and checks in an editor. */
export function scenarioJsonSchema(): unknown {
  const file = scenarioSchema.extend({ $schema: z.string().optional(), format: z.literal(SCENARIO_FORMAT), version: z.literal(SCENARIO_VERSION) });
  return z.toJSONSchema(file, { io: 'input', reused: 'ref' });
}

/** The same for a site file. */
export function siteJsonSchema(): unknown {
  const file = z.strictObject({ $schema: z.string().optional(), format: z.literal(SITE_FILE.format), version: z.literal(SITE_FILE.version), site: siteSchema });
  return z.toJSONSchema(file, { io: 'input', reused: 'ref' });
}
