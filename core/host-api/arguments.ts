import { z } from 'zod';
import { circuitId, evseId } from '../quantities.ts';
import type { CallName, HostApi } from './contract.ts';

const id = z.string().min(1).max(80);

/** One schema per call for its list of arguments; hosts refuse what does not fit with `invalid-argument` and the path. */
export const CALL_ARGUMENTS = {
  getState: z.tuple([]),
  listScenarios: z.tuple([]),
  playScenario: z.tuple([
    z.strictObject({ scenarioId: id, controller: id, mode: z.enum(['direct', 'loopback', 'wire']) }),
  ]),
  cancelRun: z.tuple([id]),
  listVerdicts: z.tuple([]),
  getLiveHistory: z.tuple([]),
  takeControl: z.tuple([]),
  pauseAll: z.tuple([]),
  previewHandBack: z.tuple([]),
  handBackControl: z.tuple([]),
  openSimulatedSite: z.tuple([id]),
  setSimulatedVehicle: z.tuple([z.strictObject({ evseId: id.transform(evseId), isPluggedIn: z.boolean() })]),
  setSimulatedLoad: z.tuple([z.strictObject({ circuitId: id.transform(circuitId), powerW: z.number().min(0).max(100_000) })]),
  previewQuit: z.tuple([]),
  quit: z.tuple([]),
} as const satisfies { [Name in CallName]: z.ZodType<Parameters<HostApi[Name]>> };
