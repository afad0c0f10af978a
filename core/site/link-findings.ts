import { finding, type SiteFinding } from './finding.ts';
import { CUSTOM_DATA_TYPES } from './custom-meter.ts';
import { evseLinkKinds, linkAddress } from './links.ts';
import type { SiteKnowledge } from './site-knowledge.ts';
import type { Evse, Meter, Site } from './site.ts';

/** Whether every device can be reached the way the site says, and by nobody else's address. */
export function linkFindings(site: Site, knowledge: SiteKnowledge): readonly SiteFinding[] {
  return [
    ...site.meters.flatMap((meter, index) => meterModelFindings(meter, knowledge, `meters/${String(index)}`)),
    ...site.evses.flatMap((evse, index) => unfitLink(evse, evseLinkKinds(evse), `evses/${String(index)}`)),
    ...sharedLinks(site),
    ...sharedBusAddresses(site.evses),
  ];
}

function unfitLink({ id, model, link }: Meter | Evse, kinds: readonly string[], path: string): readonly SiteFinding[] {
  if (kinds.includes(link.kind)) return [];
  const context = { model, link: link.kind, fitting: kinds.join(' or ') };
  return [finding(id, { rule: 'link-unfit-for-model', severity: 'error', path: `${path}/link/kind`, context, cure: 'choose-fitting-link' })];
}

function meterModelFindings(meter: Meter, { meterModels }: SiteKnowledge, path: string): readonly SiteFinding[] {
  const { id, model: name } = meter;
  const model = meterModels.get(name);
  if (model === undefined) return [finding(id, { rule: 'meter-model-unknown', severity: 'error', path: `${path}/model`, context: { model: name }, cure: 'add-description' })];
  return [...unfitLink(meter, model.links, path), ...unfitClamp(meter, model.clamps, path), ...customFindings(meter, model.needsCustomRegisters, path)];
}

/** Only a codec that knows it can tell what a clamp round both legs counts, and one clamp does not see three phases. */
function unfitClamp({ id, model, clamp }: Meter, clamps: readonly Meter['clamp'][], path: string): readonly SiteFinding[] {
  if (clamps.includes(clamp)) return [];
  const context = { model, clamp, fitting: clamps.join(' or ') };
  return [finding(id, { rule: 'clamp-unfit-for-model', severity: 'error', path: `${path}/clamp`, context, cure: 'choose-fitting-clamp' })];
}

/** Registers that a person types in are used by a model that has none, and by no other. */
function customFindings({ id, model, custom }: Meter, isNeeded: boolean, path: string): readonly SiteFinding[] {
  if (custom === undefined) {
    return isNeeded ? [finding(id, { rule: 'custom-registers-missing', severity: 'error', path: `${path}/custom`, context: { model }, cure: 'describe-registers' })] : [];
  }
  if (!isNeeded) return [finding(id, { rule: 'custom-registers-unused', severity: 'attention', path: `${path}/custom`, context: { model }, cure: 'remove-setting' })];
  const { dataType } = custom;
  if (CUSTOM_DATA_TYPES[dataType] !== undefined) return [];
  return [finding(id, { rule: 'custom-data-type-unknown', severity: 'error', path: `${path}/custom/dataType`, context: { dataType }, cure: 'describe-registers' })];
}

/** Two devices behind one address: setpoints for one would move the other. */
function sharedLinks({ meters, evses }: Site): readonly SiteFinding[] {
  const firsts = new Map<string, string>();
  const findings: SiteFinding[] = [];
  const check = ({ id, link }: Meter | Evse, path: string): void => {
    const address = linkAddress(link);
    const first = firsts.get(address);
    if (first === undefined) firsts.set(address, id);
    else findings.push(finding(id, { rule: 'duplicate-link', severity: 'error', path: `${path}/link`, context: { first }, cure: 'change-address' }));
  };
  meters.forEach((meter, index) => {
    check(meter, `meters/${String(index)}`);
  });
  evses.forEach((evse, index) => {
    check(evse, `evses/${String(index)}`);
  });
  return findings;
}

/** Addresses by which a queue decides; those of the link itself are `duplicate-link`. */
function sharedBusAddresses(evses: readonly Evse[]): readonly SiteFinding[] {
  return evses.flatMap(({ id, busAddress }, index) => {
    const first = busAddress === undefined ? undefined : evses.slice(0, index).find((other) => other.busAddress === busAddress);
    if (busAddress === undefined || first === undefined) return [];
    const context = { busAddress, first: first.id };
    return finding(id, { rule: 'duplicate-bus-address', severity: 'attention', path: `evses/${String(index)}/busAddress`, context, cure: 'change-address' });
  });
}
