/** A play in a few lines that a person can read: the tree with its limits, the devices, and what happens when. */
import type { Circuit, Evse, Site } from '../../site/site.ts';
import type { Happening, Play } from './random-play.ts';

export function describePlay({ site, habits, loadsA, moments }: Play): string {
  let timeS = 0;
  const happened = moments.map(({ afterMs, happenings }) => {
    timeS += afterMs / 1000;
    return `  ${timeS} s${happenings.length === 0 ? '' : `: ${happenings.map(describeHappening).join('; ')}`}`;
  });
  const devices = habits.map(
    ({ vehicle, obeyMs, followMs, offeredA, tellsCurrent }, index) =>
      `  e${index}: offers ${offeredA} A, obeys after ${obeyMs} ms${tellsCurrent ? '' : ', tells no current'}, ${vehicle === null ? 'no vehicle' : `vehicle ${vehicle.maxA} A on ${vehicle.phaseCount}, follows after ${followMs} ms`}`,
  );
  const loads = loadsA.map((currentA, index) => `c${index} ${currentA.join('/')}`).join(', ');
  return ['', describeSite(site), 'at first', ...devices, `  load ${loads}`, 'then', ...happened, ''].join('\n');
}

export function describeSite(site: Site): string {
  const { queue, solar, capacity, ...policy } = site.policy;
  const rules = [policy.phaseRule, policy.admission, queue.strategy, `rotation ${queue.rotationS} s`, `mode ${policy.mode}`, `hold ${policy.raiseHoldMs} ms`, `hysteresis ${policy.raiseHysteresisA} A`];
  if (capacity !== null) rules.push(`capacity ${capacity.kind}`);
  if (policy.dimmingW !== null) rules.push(`dimmed to ${policy.dimmingW} W`);
  if (policy.gridRelayLimitA !== null) rules.push(`grid relay ${policy.gridRelayLimitA} A`);
  if (policy.mode === 'solar' || site.evses.some(({ mode }) => mode === 'solar')) rules.push(`solar ${solar.variant} start ${solar.startA} stop ${solar.stopAfterS} import ${solar.importA}`);
  return [`${site.supply.kind}, ${rules.join(', ')}`, ...branch(site, null, '  ')].join('\n');
}

function branch(site: Site, parentId: Circuit['parentId'], indent: string): readonly string[] {
  return site.circuits
    .filter((circuit) => circuit.parentId === parentId)
    .flatMap((circuit) => [
      indent + describeCircuit(site, circuit),
      ...site.evses.filter(({ circuitId }) => circuitId === circuit.id).map((evse) => `${indent}  ${describeEvse(evse)}`),
      ...branch(site, circuit.id, `${indent}  `),
    ]);
}

function describeCircuit(site: Site, { id, breaker, continuousFactor, limits, meterId, assumedLoadA, hasSource, sourceCreditA, unbalanceLimitA }: Circuit): string {
  const meter = site.meters.find((each) => each.id === meterId);
  const parts = [`${id} ${(breaker.ratingsA ?? [breaker.ratingA]).join('/')} A x ${continuousFactor}`, meter === undefined ? `assumed ${assumedLoadA} A` : `metered every ${meter.periodMs} ms`];
  for (const { source, currentA, phases } of limits) parts.push(`${source} ${currentA} A${phases === undefined ? '' : ` on ${phases.map((phase) => `l${phase + 1}`).join(' ')}`}`);
  if (hasSource) parts.push(`source, credit ${sourceCreditA} A`);
  if (unbalanceLimitA !== null) parts.push(`unbalance ${unbalanceLimitA} A`);
  return parts.join(', ');
}

function describeEvse(evse: Evse): string {
  const phases = evse.phaseMap.slice(0, evse.phaseCount).map((phase) => `l${phase + 1}`).join(' ');
  const parts = [`${evse.id} ${phases} ${evse.minCurrentA} to ${evse.configuredMaxA} A by ${evse.stepA}`, `fail-safe ${evse.failSafeCurrentA} A`, `response ${evse.responseTimeMs} ms`];
  if (evse.priority !== 1) parts.push(`priority ${evse.priority}`);
  if (evse.weight !== 1) parts.push(`weight ${evse.weight}`);
  if (evse.startsByItself) parts.push('starts by itself');
  if (evse.mode !== undefined) parts.push(`mode ${evse.mode}`);
  if (evse.phaseSwitching !== 'not-present') parts.push(`phases ${evse.phaseSwitching}`);
  return parts.join(', ');
}

function describeHappening(happening: Happening): string {
  switch (happening.kind) {
    case 'load':
      return `load of circuit #${happening.circuit} ${happening.currentA.join('/')} A`;
    case 'vehicle':
      return happening.vehicle === null ? `vehicle of EVSE #${happening.evse} leaves` : `vehicle of ${happening.vehicle.maxA} A on ${happening.vehicle.phaseCount} comes to EVSE #${happening.evse}`;
    case 'mute-meter':
      return `meter #${happening.meter} silent for ${happening.durationMs} ms`;
    case 'mute-evse':
      return `EVSE #${happening.evse} silent for ${happening.durationMs} ms`;
    case 'deaf-evse':
      return `EVSE #${happening.evse} ignores setpoints for ${happening.durationMs} ms`;
    case 'restart':
      return `EVSE #${happening.evse} restarts`;
    case 'limit-evse':
      return `person limits EVSE #${happening.evse} to ${happening.currentA} A for ${happening.durationMs} ms`;
    case 'limit-circuit':
      return `person limits circuit #${happening.circuit} to ${happening.currentA} A for ${happening.durationMs} ms`;
    case 'pause':
      return `person pauses EVSE #${happening.evse} for ${happening.durationMs} ms`;
    case 'dim':
      return happening.isDimmed ? 'dimmed' : 'no longer dimmed';
    case 'relay':
      return happening.isOpen ? 'grid relay opens' : 'grid relay closes';
    case 'gap':
      return 'time jumps';
  }
}
