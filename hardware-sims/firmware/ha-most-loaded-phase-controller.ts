import { z } from 'zod';
import type { Ceiling, Reason } from '../../core/balancing/setpoint.ts';
import type { ControllerMaker, ControllerSetup } from '../../core/player/controller-engine.ts';
import { PHASES, type PhaseIndex } from '../../core/quantities.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import type { Evse, Meter } from '../../core/site/site.ts';
import { decideFirst, decideSecond, type RecipeDecision, type RecipeInputs } from './ha-most-loaded-phase.ts';
import { createModelEngine, fittedA, type ModelView, type ModelWrite } from './model-engine.ts';
import { mainsMeterOf, readModelSettings } from './model-settings.ts';

/** What stands behind the recipe: the OCPP integration and the charger. */
const CHARGER_SETTINGS = {
  numberMaxA: z.number().int().min(6).max(80).default(32).describe('Upper end of the number entity, and where it stands at first (0 to 32 in steps of 1).'),
  answerS: z.number().min(0).max(60).default(0).describe('One run of the automation, until the charger has answered; what triggers meanwhile is swallowed.'),
  delayS: z.number().min(0).max(60).default(2).describe('From the answer to the pilot.'),
  belowMinimum: z.enum(['minimum', 'pause']).default('minimum').describe('What the charger makes of 1 to 5 A; the author of the recipe relies on its minimum.'),
};

export const mostLoadedPhaseSettings = z.strictObject({
  fuseA: z.number().min(6).max(100).default(25).describe('The main fuse of the recipe.'),
  bandFromA: z.number().min(0).max(100).default(24).describe('Nothing happens from here up to the fuse.'),
  ...CHARGER_SETTINGS,
});

export const mostLoadedPhaseV2Settings = z.strictObject({
  totalA: z.number().min(6).max(100).default(25).describe('The number helper "maximum load"; 25 where it is missing, without a word.'),
  minA: z.number().int().min(0).max(80).default(6),
  maxA: z.number().int().min(6).max(80).default(16),
  ...CHARGER_SETTINGS,
});

type ChargerSettings = Pick<z.output<typeof mostLoadedPhaseSettings>, keyof typeof CHARGER_SETTINGS>;

interface Recipe extends ChargerSettings {
  readonly limitA: number;
  readonly decide: (inputs: RecipeInputs) => RecipeDecision | null;
}

/** One automation: one charger and the meter above it. */
interface Automation {
  readonly evse: Evse;
  readonly meter: Meter;
  settingA: number;
  measuredA: number | null;
  busyUntilMs: number;
}

/** February 2023. One automation per EVSE. Settings: fuse and band, and the charger behind it. */
export const makeMostLoadedPhase: ControllerMaker = (setup) => {
  const settings = readModelSettings(mostLoadedPhaseSettings, setup);
  return makeController(setup, { ...settings, limitA: settings.fuseA, decide: (inputs) => decideFirst(settings, inputs) });
};

/** January 2025. One automation per EVSE. */
export const makeMostLoadedPhaseV2: ControllerMaker = (setup) => {
  const settings = readModelSettings(mostLoadedPhaseV2Settings, setup);
  return makeController(setup, { ...settings, limitA: settings.totalA, decide: (inputs) => decideSecond(settings, inputs) });
};

function makeController({ site }: ControllerSetup, recipe: Recipe): ReturnType<ControllerMaker> {
  const automations = site.evses.map((evse): Automation => {
    return { evse, meter: mainsMeterOf(site, evse), settingA: recipe.numberMaxA, measuredA: null, busyUntilMs: 0 };
  });
  return createModelEngine(site, { turn: (view) => automations.flatMap((automation) => trigger(automation, recipe, view)) });
}

/** Every change of Actual Current triggers; a value that repeats does not, and neither does a silent meter (C.4, weakness 7). */
function trigger(automation: Automation, recipe: Recipe, { timeMs, readings, reports }: ModelView): readonly ModelWrite[] {
  const reading = readings.get(automation.meter.id);
  const most = reading === undefined ? null : mostLoaded(reading);
  if (most === null || most.currentA === automation.measuredA) return [];
  automation.measuredA = most.currentA;
  if (timeMs < automation.busyUntilMs) return [];
  const report = reports.get(automation.evse.id);
  const inputs = inputsOf(automation, most.currentA, report);
  const decision = recipe.decide(inputs);
  if (decision === null) return [];
  automation.busyUntilMs = timeMs + recipe.answerS * 1000;
  // Home Assistant refuses a value outside the number's range: nothing is written.
  if (decision.currentA < 0 || decision.currentA > recipe.numberMaxA) return [];
  automation.settingA = decision.currentA;
  return [writeOf(automation.evse, recipe, inputs, most.phase, decision)];
}

function inputsOf({ settingA }: Automation, measuredA: number, report: EvseReport | undefined): RecipeInputs {
  return { measuredA, settingA, offeredA: report?.offeredCurrentA ?? null, isCharging: report?.state === 'charging' };
}

/** Magnitudes, as the meter's entities give them: what flows out looks like load (C.4, weakness 3). */
function mostLoaded({ currentA }: MeterReading): { readonly phase: PhaseIndex; readonly currentA: number } | null {
  let most: { readonly phase: PhaseIndex; readonly currentA: number } | null = null;
  for (const phase of PHASES) {
    const signedA = currentA[phase];
    if (signedA !== null && (most === null || Math.abs(signedA) > most.currentA)) most = { phase, currentA: Math.abs(signedA) };
  }
  return most;
}

function writeOf(evse: Evse, recipe: Recipe, inputs: RecipeInputs, phase: PhaseIndex, { currentA, heldBy }: RecipeDecision): ModelWrite {
  const { measuredA, settingA, isCharging } = inputs;
  const reason: Reason =
    heldBy?.by === 'offered'
      ? { kind: 'model-offered-cap', phase, measuredA, offeredA: heldBy.currentA }
      : { kind: 'model-most-loaded-phase', phase, limitA: recipe.limitA, measuredA, previousA: isCharging ? settingA : null, boundA: heldBy?.currentA ?? null };
  const own: Ceiling = { currentA: evse.configuredMaxA, reason: { kind: 'configured-max', configuredMaxA: evse.configuredMaxA } };
  const limits = [{ currentA, reason }, own].sort((a, b) => a.currentA - b.currentA);
  const delayMs = (recipe.answerS + recipe.delayS) * 1000;
  return { evseId: evse.id, currentA: fittedA(evse, currentA, recipe.belowMinimum), reason: limits[0]?.reason ?? reason, limits, delayMs };
}
