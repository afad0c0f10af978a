/** Where the electrical part of a scenario contradicts the site or itself. */
import { phasesOf } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';
import { isTimeZone } from '../time/local-time.ts';
import type { HouseLoad, PvArray, RecordingSpec } from './plant-schema.ts';
import type { Inconsistency } from './scenario-consistency.ts';
import type { Scenario } from './schema.ts';

type Found = Generator<Inconsistency, void>;

export function* plantBreaches(scenario: Scenario, site: Site): Found {
  for (const [index, load] of scenario.otherLoads.entries()) yield* phaseBreaches(site, load, `otherLoads/${String(index)}`);
  for (const [index, load] of scenario.houseLoads.entries()) yield* curveBreaches(scenario, site, load, `houseLoads/${String(index)}`);
  for (const [index, array] of scenario.pv.entries()) yield* curveBreaches(scenario, site, array, `pv/${String(index)}`);
  yield* batteryBreaches(scenario, site);
  for (const id of Object.keys(scenario.evses)) {
    if (!site.evses.some((evse) => evse.id === id)) yield { path: `evses/${id}`, rule: 'unknown-evse', value: id };
  }
  for (const id of Object.keys(scenario.impedance?.circuits ?? {})) yield* circuitBreach(site, id, `impedance/circuits/${id}`);
  for (const [index, { phaseCount = 3, startPhaseCount = 1 }] of scenario.vehicles.entries()) {
    if (startPhaseCount > phaseCount) yield { path: `vehicles/${String(index)}/startPhaseCount`, rule: 'too-many-phases', value: startPhaseCount };
  }
}

function* circuitBreach(site: Site, id: string, path: string): Found {
  if (!site.circuits.some((circuit) => circuit.id === id)) yield { path, rule: 'unknown-circuit', value: id };
}

function* phaseBreaches(site: Site, { phases = [] }: { readonly phases?: readonly (0 | 1 | 2)[] | undefined }, path: string): Found {
  const missing = phases.find((phase, index) => !phasesOf(site.supply).includes(phase) || phases.indexOf(phase) !== index);
  if (missing !== undefined) yield { path: `${path}/phases`, rule: 'phase-not-there', value: missing };
}

function* curveBreaches(scenario: Scenario, site: Site, load: HouseLoad | PvArray, path: string): Found {
  yield* circuitBreach(site, load.circuit, `${path}/circuit`);
  yield* phaseBreaches(site, load, path);
  if ('fromS' in load && load.untilS !== undefined && load.untilS <= load.fromS) yield { path: `${path}/untilS`, rule: 'window-order', value: load.untilS };
  if ('sunriseHour' in load && load.sunriseHour >= load.sunsetHour) yield { path: `${path}/sunsetHour`, rule: 'window-order', value: load.sunsetHour };
  if (load.kind === 'recorded') yield* recordingBreaches(scenario, load, path);
  if (load.kind !== 'series') return;
  const { timesS, powersW } = load;
  if (timesS.length !== powersW.length) yield { path: `${path}/powersW`, rule: 'series-lengths', value: powersW.length };
  const late = timesS.findIndex((timeS, index) => index > 0 && timeS <= (timesS[index - 1] ?? 0));
  if (late !== -1) yield { path: `${path}/timesS/${String(late)}`, rule: 'times-ascend', value: timesS[late] ?? 0 };
}

function* recordingBreaches({ recordings }: Scenario, { file, timeZone, unit, holds }: RecordingSpec, path: string): Found {
  if (recordings[file] === undefined) yield { path: `${path}/file`, rule: 'missing-recording', value: file };
  if (timeZone !== undefined && !isTimeZone(timeZone)) yield { path: `${path}/timeZone`, rule: 'unknown-time-zone', value: timeZone };
  if (holds === 'straight' && (unit === 'Wh' || unit === 'kWh')) yield { path: `${path}/holds`, rule: 'energy-is-no-point', value: unit };
}

function* batteryBreaches({ homeBatteries }: Scenario, site: Site): Found {
  for (const [index, battery] of homeBatteries.entries()) {
    const path = `homeBatteries/${String(index)}`;
    yield* circuitBreach(site, battery.circuit, `${path}/circuit`);
    if (battery.watches !== undefined) yield* circuitBreach(site, battery.watches, `${path}/watches`);
    yield* phaseBreaches(site, battery, path);
    if (homeBatteries.slice(0, index).some(({ id }) => id === battery.id)) yield { path: `${path}/id`, rule: 'duplicate-id', value: battery.id };
  }
}
