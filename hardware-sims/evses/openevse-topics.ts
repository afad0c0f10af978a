/** Command topics of a simulated OpenEVSE gateway, below its base topic (reference d.2). */
import { parseDocument, isDocument } from './openevse-documents.ts';
import { clearSchedule, setConfig, setDivertMode, setLimit, setMqttClaim, setOverride, setSchedule, setShaper } from './openevse-commands.ts';
import type { Gateway } from './openevse-gateway.ts';
import { answerRapi, RAPI_COMMANDS } from './openevse-rapi.ts';

export type Restart = (device: 'gateway' | 'evse') => void;

const RAPI_IN = 'rapi/in/';

const SETTERS: Readonly<Record<string, (gateway: Gateway, value: unknown, timeMs: number) => unknown>> = {
  'claim/set': setMqttClaim,
  'override/set': setOverride,
  'shaper/set': setShaper,
  'divertmode/set': setDivertMode,
  'config/set': setConfig,
  'limit/set': setLimit,
  'schedule/set': setSchedule,
  'schedule/clear': (gateway, value) => clearSchedule(gateway, Number(value)),
};

export const COMMAND_FIELDS: readonly string[] = [...Object.keys(SETTERS), 'restart', ...RAPI_COMMANDS.map((command) => `${RAPI_IN}${command}`)];

/** Payloads that make no sense are ignored, as the device does. Answers what goes to `rapi/out`, else null. */
export function receiveCommand(gateway: Gateway, field: string, value: unknown, timeMs: number, restart: Restart): string | null {
  if (field.startsWith(RAPI_IN)) return answerRapi(gateway, `${field.slice(RAPI_IN.length)} ${String(value)}`, timeMs);
  if (field === 'restart') restartFrom(value, restart);
  else SETTERS[field]?.(gateway, value, timeMs);
  return null;
}

export function restartFrom(value: unknown, restart: Restart): boolean {
  const document = parseDocument(value);
  if (!isDocument(document)) return false;
  const { device } = document;
  if (device !== 'gateway' && device !== 'evse') return false;
  restart(device);
  return true;
}
