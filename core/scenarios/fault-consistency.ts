/** Where a fault contradicts the site or another fault: unknown devices, windows that cannot be. */
import type { Site } from '../site/site.ts';
import type { ScenarioFault } from './fault-schema.ts';
import type { Inconsistency } from './scenario-consistency.ts';

type Kind = ScenarioFault['kind'];

const ONLY_METERS: readonly Kind[] = ['meter-silent', 'meter-frozen'];
/** Nothing is told to a meter. */
const ONLY_EVSES: readonly Kind[] = ['gateway-down', 'gateway-reboot', 'first-attempt-lost'];
/** What they do is said in topics, or done to a gateway: registers have neither. */
const NOT_ON_WIRES: readonly Kind[] = ['wrong-unit', 'gateway-down', 'gateway-reboot'];
/** A line with one device on it carries bytes as they come: no topics, no requests to answer twice. */
const NOT_ON_LINES: readonly Kind[] = [...NOT_ON_WIRES, 'lost-share', 'duplicated', 'frozen', 'meter-frozen'];
/** Of these a device can suffer one at a time: it cannot lose power that it does not have. */
const POWER: readonly Kind[] = ['gateway-down', 'gateway-reboot', 'reboot', 'blackout'];
/** Nor can a machine sleep that is switched off. */
const BENCH: readonly Kind[] = ['sleep', 'controller-killed'];

export function* faultBreaches(site: Site, faults: readonly ScenarioFault[], index: number, path: string): Generator<Inconsistency, void> {
  const fault = faults[index];
  if (fault === undefined) return;
  if ('device' in fault) yield* deviceBreaches(site, fault, path);
  const other = faults.slice(0, index).find((earlier) => excludeEachOther(earlier, fault));
  if (other !== undefined) yield { path: `${path}/fromS`, rule: 'faults-overlap', value: other.kind };
}

function* deviceBreaches(site: Site, { kind, device }: ScenarioFault & { readonly device: string }, path: string): Generator<Inconsistency, void> {
  const isMeter = site.meters.some(({ id }) => id === device);
  const isEvse = site.evses.some(({ id }) => id === device);
  const link = [...site.meters, ...site.evses].find(({ id }) => id === device)?.link.kind;
  const impossible = link === 'modbus' ? NOT_ON_WIRES : link === 'serial' ? NOT_ON_LINES : [];
  if (!isMeter && !isEvse) yield { path: `${path}/device`, rule: 'unknown-device', value: device };
  else if ((isEvse && ONLY_METERS.includes(kind)) || (isMeter && ONLY_EVSES.includes(kind)) || impossible.includes(kind)) yield { path: `${path}/device`, rule: 'fault-does-not-fit', value: device };
}

function excludeEachOther(a: ScenarioFault, b: ScenarioFault): boolean {
  if (!overlap(a, b)) return false;
  if (BENCH.includes(a.kind) && BENCH.includes(b.kind)) return true;
  return POWER.includes(a.kind) && POWER.includes(b.kind) && (!('device' in a) || !('device' in b) || a.device === b.device);
}

/** A fault of a moment lasts for that moment; one without an end lasts for ever. */
function overlap(a: ScenarioFault, b: ScenarioFault): boolean {
  if (a.fromS === b.fromS) return true;
  return a.fromS < endOf(b) && b.fromS < endOf(a);
}

function endOf(fault: ScenarioFault): number {
  if (fault.kind === 'gateway-reboot' || fault.kind === 'clock-jump') return fault.fromS;
  if (fault.kind === 'reboot') return fault.untilS ?? fault.fromS;
  return fault.untilS ?? Infinity;
}
