import { z } from 'zod';

/** What the parts of the scenario file's schema share. Times are seconds since the start of the run. */
export const idText = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'an id has 1 to 60 small letters, digits and hyphens');
export const momentS = z.number().min(0).max(31_536_000);
export const window = { fromS: momentS.default(0), untilS: momentS.optional() };
