import { isObject, listAt, valueAt, withValue, type JsonObject, type Path } from './json-edit.ts';

export type SiteList = 'circuits' | 'evses';

/** A scenario either has its own site, or a template's with changes over it. */
export const hasOwnSite = (file: JsonObject): boolean => isObject(file.site);

/** Where a thing of the site is changed in this file. */
export function sitePath(file: JsonObject, list: SiteList, index: number, id: string): Path {
  return hasOwnSite(file) ? ['site', list, index] : ['siteChanges', list, id];
}

/** The whole site in the file, in place of template and changes. */
export function withOwnSite(file: JsonObject, siteFile: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...file, site: siteFile }).filter(([key]) => key !== 'siteChanges'));
}

/** One more like the last one, under an id, a name and an address of its own. */
export function withAnotherEvse(file: JsonObject, siteFile: JsonObject): JsonObject {
  const own = hasOwnSite(file) ? file : withOwnSite(file, siteFile);
  const evses = listAt(own, ['site', 'evses']);
  const last = evses.at(-1);
  if (!isObject(last)) return own;
  const ids = new Set(evses.map((evse) => valueAt(evse, ['id'])));
  let count = evses.length + 1;
  while (ids.has(`evse-${count}`)) count += 1;
  const id = `evse-${count}`;
  const evse = { ...last, id, name: `EVSE ${count}`, link: otherLink(last.link, id, count) };
  return withValue(own, ['site', 'evses', evses.length], evse) as JsonObject;
}

/** Two devices never share an address. */
function otherLink(link: unknown, id: string, count: number): unknown {
  if (!isObject(link)) return link;
  if (link.kind === 'mqtt') return { ...link, baseTopic: id };
  if (link.kind === 'modbus') return { ...link, unitId: count };
  if (link.kind === 'ocpp') return { ...link, chargePointId: id };
  return { ...link, url: `http://${id}.local` };
}
