import { failure, success, type Result } from '../errors.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A site file's `site` with a scenario's changes laid over it, both as parsed JSON that fits their schemas. The file
 * form is changed, not the parsed one: parsing fills in defaults, which would undo what the template says.
 */
export function changedSite(site: Json, changes: Json | undefined): Result<Json> {
  let changed = site;
  for (const list of ['circuits', 'meters', 'evses'] as const) {
    const byId = changes?.[list] as Readonly<Record<string, Json>> | undefined;
    for (const [id, change] of Object.entries(byId ?? {})) {
      const things = changed[list] as readonly Json[];
      const path = `siteChanges/${list}/${id}`;
      if (!things.some((thing) => thing['id'] === id)) return failure('invalid-file', { path, rule: 'unknown-id', id });
      if (change['id'] !== undefined && change['id'] !== id) return failure('invalid-file', { path: `${path}/id`, rule: 'id-stays', id });
      changed = { ...changed, [list]: things.map((thing) => (thing['id'] === id ? { ...thing, ...change } : thing)) };
    }
  }
  const policy = changes?.['policy'] as Json | undefined;
  if (policy === undefined) return success(changed);
  return success({ ...changed, policy: { ...(changed['policy'] as Json | undefined), ...policy } });
}
