import { circuitOf, pathToRoot } from './circuit-tree.ts';
import type { SiteFinding, StructureRule } from './finding.ts';
import type { Site } from './site.ts';

type Context = SiteFinding['context'];

function broken(rule: StructureRule, path: string, about: string | null, context: Context): SiteFinding {
  return { rule, severity: 'error', path, about, context, cure: null, isAccepted: false };
}

/** Breaches that leave the site without meaning: ids that lead nowhere or to two things, circuits that are no tree. */
export function structureFindings(site: Site): readonly SiteFinding[] {
  return [...duplicateIds(site), ...brokenReferences(site), ...brokenTree(site)];
}

/** Circuits, meters and EVSEs share one set of ids: notices, faults and columns name a thing by its id alone. */
function duplicateIds(site: Site): readonly SiteFinding[] {
  const firstPaths = new Map<string, string>();
  const findings: SiteFinding[] = [];
  const lists = { circuits: site.circuits, meters: site.meters, evses: site.evses };
  for (const [list, things] of Object.entries(lists)) {
    things.forEach(({ id }, index) => {
      const path = `${list}/${String(index)}/id`;
      const first = firstPaths.get(id);
      if (first === undefined) firstPaths.set(id, path);
      else findings.push(broken('duplicate-id', path, id, { id, first }));
    });
  }
  return findings;
}

function brokenReferences(site: Site): readonly SiteFinding[] {
  const findings: SiteFinding[] = [];
  const checkCircuit = (id: Site['circuits'][number]['id'] | null | undefined, path: string, about: string | null): void => {
    if (id === null || id === undefined || circuitOf(site, id) !== undefined) return;
    findings.push(broken('unknown-circuit', path, about, { id }));
  };
  site.circuits.forEach((circuit, index) => {
    checkCircuit(circuit.parentId, `circuits/${String(index)}/parentId`, circuit.id);
    const { meterId } = circuit;
    if (meterId === null || site.meters.some((meter) => meter.id === meterId)) return;
    findings.push(broken('unknown-meter', `circuits/${String(index)}/meterId`, circuit.id, { id: meterId }));
  });
  site.evses.forEach((evse, index) => {
    checkCircuit(evse.circuitId, `evses/${String(index)}/circuitId`, evse.id);
  });
  site.policy.acceptances.forEach((acceptance, index) => {
    checkCircuit(acceptance.circuitId, `policy/acceptances/${String(index)}/circuitId`, null);
  });
  return findings;
}

function brokenTree(site: Site): readonly SiteFinding[] {
  // A site that is only begun has none yet; EVSEs and meters without one lead nowhere and are found so.
  if (site.circuits.length === 0) return [];
  const findings: SiteFinding[] = [];
  const roots = site.circuits.filter((circuit) => circuit.parentId === null);
  const [first] = roots;
  if (first === undefined) findings.push(broken('no-root-circuit', 'circuits', null, {}));
  site.circuits.forEach((circuit, index) => {
    const path = `circuits/${String(index)}/parentId`;
    if (first !== undefined && circuit.parentId === null && circuit !== first) {
      findings.push(broken('several-root-circuits', path, circuit.id, { id: circuit.id, first: first.id }));
    }
    const top = pathToRoot(site, circuit.id).at(-1);
    if (top !== undefined && top.parentId !== null && circuitOf(site, top.parentId) !== undefined) {
      findings.push(broken('circuit-cycle', path, circuit.id, { id: circuit.id, parentId: circuit.parentId }));
    }
  });
  return findings;
}
