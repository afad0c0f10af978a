import { z } from 'zod';
import { circuitId, evseId } from '../quantities.ts';
import type { CallName, HostApi } from './contract.ts';

const id = z.string().min(1).max(80);
/** An own scenario may be found by the whole name of its file. */
const scenarioName = z.string().min(1).max(300);
/** A path or address can be longer than a name. */
const link = z.string().min(1).max(300);
const currentA = z.number().min(0).max(1000);
const untilWallMs = z.number().int().min(0).nullable();
const evse = id.transform(evseId);
const findingShape = { finding: id, circuitId: id.transform(circuitId).nullable() };
const batteryA = z.number().min(-1000).max(1000);

/** Well below what one message of the web host may hold. */
const scenarioText = z.string().max(200_000);

const modeRequest = z
  .strictObject({ evseId: evse.nullable(), mode: z.enum(['normal', 'smart', 'solar', 'off', 'boost', 'pause']).nullable(), untilWallMs })
  .refine(({ evseId: one, mode }) => one !== null || mode !== 'pause', { path: ['mode'], message: 'all are paused by pauseAll' });

const signal = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('grid-relay'), gridRelay: z.enum(['open', 'closed']).nullable() }),
  z.strictObject({ kind: z.literal('dimming'), isDimmed: z.boolean().nullable() }),
  z.strictObject({ kind: z.literal('battery'), currentA: z.tuple([batteryA, batteryA, batteryA]).nullable() }),
  z.strictObject({ kind: z.literal('pv'), powerW: z.number().min(0).max(10_000_000).nullable() }),
  z.strictObject({ kind: z.literal('temperature'), evseId: evse, temperatureC: z.number().min(-60).max(200).nullable() }),
]);

/** One schema per call for its list of arguments; hosts refuse what does not fit with `invalid-argument` and the path. */
export const CALL_ARGUMENTS = {
  getState: z.tuple([]),
  listScenarios: z.tuple([]),
  listControllers: z.tuple([]),
  readScenario: z.tuple([id]),
  checkScenario: z.tuple([scenarioText]),
  previewLoads: z.tuple([scenarioText]),
  keepRecording: z.tuple([z.strictObject({ name: z.string().min(1).max(200), text: scenarioText, isFirst: z.boolean(), isLast: z.boolean() })]),
  readRecording: z.tuple([z.string().min(1).max(500)]),
  saveScenario: z.tuple([scenarioText]),
  deleteScenario: z.tuple([scenarioName]),
  undoDeleteScenario: z.tuple([scenarioName]),
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
  setMode: z.tuple([modeRequest]),
  setLimit: z.tuple([z.strictObject({ about: z.union([evse, id.transform(circuitId)]), currentA, untilWallMs })]),
  takeBackWish: z.tuple([id]),
  setSignal: z.tuple([signal]),
  acceptFinding: z.tuple([z.strictObject({ ...findingShape, reason: z.string().trim().min(3).max(500) })]),
  withdrawAcceptance: z.tuple([z.strictObject(findingShape)]),
  listTemplates: z.tuple([]),
  listProjects: z.tuple([]),
  createProject: z.tuple([id]),
  openProject: z.tuple([id]),
  chooseProject: z.tuple([]),
  openSimulatedSite: z.tuple([id]),
  setSimulatedVehicle: z.tuple([z.strictObject({ evseId: evse, isPluggedIn: z.boolean() })]),
  setSimulatedLoad: z.tuple([z.strictObject({ circuitId: id.transform(circuitId), powerW: z.number().min(0).max(100_000) })]),
  listSerialPorts: z.tuple([]),
  startScan: z.tuple([z.strictObject({ target: z.string().min(5).max(300) })]),
  stopScan: z.tuple([]),
  getScan: z.tuple([]),
  readDevice: z.tuple([id]),
  readSettings: z.tuple([id]),
  writeSetting: z.tuple([z.strictObject({ deviceId: id, key: id, value: z.union([z.string().max(500), z.number(), z.boolean()]), reason: z.string().trim().min(3).max(200) })]),
  offerByHand: z.tuple([z.strictObject({ evseId: evse, currentA })]),
  watchTraffic: z.tuple([z.strictObject({ linkId: link.nullable() })]),
  saveTraffic: z.tuple([z.strictObject({ linkId: link })]),
  previewQuit: z.tuple([]),
  quit: z.tuple([]),
} as const satisfies { [Name in CallName]: z.ZodType<Parameters<HostApi[Name]>> };
