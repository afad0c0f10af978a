import { finding, type SiteFinding } from './finding.ts';
import { evseLinkKinds, linkAddress, meterLinkKinds } from './links.ts';
import type { Evse, Meter, Site } from './site.ts';

/** Whether every device can be reached the way the site says, and by nobody else's address. */
export function linkFindings(site: Site): readonly SiteFinding[] {
  return [
    ...site.meters.flatMap((meter, index) => [...unfitLink(meter, meterLinkKinds(meter), `meters/${String(index)}`), ...unfitClamp(meter, `meters/${String(index)}`)]),
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

/** A channel of a Shelly EM has one clamp; only its codec knows what a clamp round both legs counts. */
function unfitClamp({ id, model, clamp }: Meter, path: string): readonly SiteFinding[] {
  const isShellyEm = model === 'shelly-em';
  if (isShellyEm ? clamp !== 'each-phase' : clamp !== 'both-legs') return [];
  const context = { model, clamp, fitting: isShellyEm ? 'one-phase or both-legs' : 'each-phase or one-phase' };
  return [finding(id, { rule: 'clamp-unfit-for-model', severity: 'error', path: `${path}/clamp`, context, cure: 'choose-fitting-clamp' })];
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
