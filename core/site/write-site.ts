import { SITE_FILE } from './restore-site.ts';
import type { Site } from './site.ts';

export interface SiteFile {
  readonly format: typeof SITE_FILE.format;
  readonly version: typeof SITE_FILE.version;
  /** The site with omitted keys instead of null. */
  readonly site: Readonly<Record<string, unknown>>;
}

/** The file form of a site: `restoreSite` gives the same site back. */
export function siteFileOf(site: Site): SiteFile {
  return { ...SITE_FILE, site: withoutNulls(site) as Readonly<Record<string, unknown>> };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutNulls(entry)]));
}
