/** SmartEVSEs in place of the site's EVSEs, as a controller of a scenario. */
import type { Ceiling } from '../../core/balancing/setpoint.ts';
import { evsePhases } from '../../core/site/circuit-tree.ts';
import type { ControllerEngine, ControllerMaker } from '../../core/player/controller-engine.ts';
import type { MeterId, PerPhase } from '../../core/quantities.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import type { Evse, Site } from '../../core/site/site.ts';
import { createModelEngine, fittedA, type ModelView, type ModelWrite } from './model-engine.ts';
import { passSecond, runCycle } from './smartevse-bus.ts';
import { passReaderSecond } from './smartevse-card-reader.ts';
import { createSmartevseEars, type SmartevseEars } from './smartevse-ears.ts';
import { acceptEvMeter, acceptMains } from './smartevse-measurement.ts';
import { smartevseReason } from './smartevse-reason.ts';
import { installSmartevses, type SmartevseInstallation, type SmartevseMember } from './smartevse-site.ts';
import { passPilotSecond, pilotDa } from './smartevse-under-evse.ts';

const SECOND_MS = 1000;
/** Seconds between two calculations. */
const CYCLE_S = 2;

/** The site's EVSEs as SmartEVSEs on one bus, measured by the meter above the master. */
export const makeSmartevse: ControllerMaker = (setup) => createEngine(setup.site, installSmartevses(setup, 'classic'));

/** The same with the regulator of the stabilised variant, which has no Solar mode. */
export const makeStabilisedSmartevse: ControllerMaker = (setup) => createEngine(setup.site, installSmartevses(setup, 'stabilised'));

function createEngine(site: Site, installation: SmartevseInstallation): ControllerEngine {
  const mains = createMeterTap(installation.mainsMeterId);
  const ev = createMeterTap(installation.evMeterId);
  const ears = createSmartevseEars(installation);
  let nextSecond = 0;
  return createModelEngine(site, {
    hears: ears.hears,
    turn(view) {
      for (const reading of view.newReadings) {
        mains.note(reading);
        ev.note(reading);
      }
      if (view.timeMs < nextSecond * SECOND_MS) return [];
      for (; view.timeMs >= nextSecond * SECOND_MS; nextSecond += 1) {
        ears.passSecond(nextSecond * SECOND_MS, view.wallMs);
        readPilots(installation, view);
        if (nextSecond % CYCLE_S === 0) passCycle(installation, ears, mains.take(), ev.take(), view);
        passSecond(installation.bus);
        for (const { reader, pilot } of installation.members) if (reader !== null) passReaderSecond(reader, pilot.unit);
      }
      return installation.members.flatMap((member) => writeOf(site, installation, member, view));
    },
  });
}

/** A meter as the bus reads it: each live reading once. */
interface MeterTap {
  note(reading: MeterReading): void;
  /** dA per phase. */
  take(): PerPhase<number> | null;
}

function createMeterTap(meterId: MeterId | null): MeterTap {
  let newest: MeterReading | null = null;
  return {
    note(reading) {
      if (reading.meterId === meterId && reading.isLive) newest = reading;
    },
    take() {
      const taken = newest;
      newest = null;
      if (taken === null) return null;
      const [l1, l2, l3] = taken.currentA;
      return [deciAmperes(l1), deciAmperes(l2), deciAmperes(l3)];
    },
  };
}

/** By way of milliamperes, as the firmware decodes (smartevse.md 7.2); a phase that is not measured is 0. */
function deciAmperes(currentA: number | null): number {
  return Math.trunc(Math.round((currentA ?? 0) * 1000) / 100);
}

function readPilots({ members, grantsAccess }: SmartevseInstallation, view: ModelView): void {
  for (const { evse, pilot, reader, isBarred } of members) {
    const report = reportOf(view, evse);
    if (report !== null) passPilotSecond(pilot, report, grantsAccess && reader === null && !isBarred);
  }
}

function passCycle({ bus, members }: SmartevseInstallation, ears: SmartevseEars, mainsDa: PerPhase<number> | null, evDa: PerPhase<number> | null, view: ModelView): void {
  bus.master.batteryDa = ears.batteryDa(view.timeMs);
  if (mainsDa !== null) acceptMains(bus.master, mainsDa);
  if (evDa !== null) acceptEvMeter(bus.master, evDa);
  const answering = new Set(members.filter(({ evse }) => reportOf(view, evse) !== null).map(({ outlet }) => outlet));
  runCycle(bus, ({ outlet }) => answering.has(outlet));
}

/** null while the EVSE has never answered or has been silent for too long. */
function reportOf({ timeMs, reports }: ModelView, { id, allowedAgeMs }: Evse): EvseReport | null {
  const report = reports.get(id);
  if (report === undefined) return null;
  const ageMs = report.state === 'charging' ? allowedAgeMs.charging : allowedAgeMs.idle;
  return timeMs - report.timeMs > ageMs ? null : report;
}

/** Each second anew; the engine leaves out what the EVSE has. Nothing is written to one that has never answered. */
function writeOf({ supply }: Site, { bus }: SmartevseInstallation, { evse, outlet, pilot }: SmartevseMember, { reports }: ModelView): readonly ModelWrite[] {
  if (!reports.has(evse.id)) return [];
  const askedA = pilotDa(pilot) / 10;
  const reason = smartevseReason(bus.master, outlet, pilot);
  const own: Ceiling = { currentA: pilot.unit.settings.maxA, reason: { kind: 'configured-max', configuredMaxA: evse.configuredMaxA } };
  const limits = [{ currentA: askedA, reason }, own].sort((a, b) => a.currentA - b.currentA);
  const phases = evsePhases(evse, supply);
  return [{ evseId: evse.id, currentA: fittedA(evse, askedA), reason, limits, phases: pilot.phaseCount === 1 ? phases.slice(0, 1) : phases }];
}
