/** Status, settings and announcements of OpenEVSE gateways: members of `/status` are the topics that our driver reads. */
import { applyOpenEvseAnnounce, applyOpenEvseTopic, createOpenEvseStatus, type OpenEvseStatus } from '../../core/protocols/openevse.ts';
import type { Figures } from './capture-figures.ts';
import type { Capture } from './captures.ts';

const isRecord = (value: unknown): value is Figures => typeof value === 'object' && value !== null && !Array.isArray(value);
const isValue = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

const STATE_NAMES: Readonly<Record<number, string>> = { 1: 'not connected (A)', 2: 'connected (B)', 3: 'charging (C)', 254: 'sleeping', 255: 'disabled' };

/** Null where nothing in it is for our driver. */
export function readOpenEvse({ name, bytes }: Pick<Capture, 'name' | 'bytes'>): Figures | null {
  const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (name.startsWith('config')) return isRecord(document) ? configFigures(document) : null;
  if (name.startsWith('mqtt-announce')) return isRecord(document) ? announceFigures(document) : null;
  if (name.startsWith('status') || name.startsWith('ws-full')) return isRecord(document) ? statusFigures([document]) : null;
  if (name.startsWith('ws-deltas')) return Array.isArray(document) ? { last: statusFigures(document.filter(isRecord)) } : null;
  return null;
}

function statusOf(documents: readonly Figures[]): OpenEvseStatus {
  const status = createOpenEvseStatus();
  for (const document of documents) {
    for (const [field, value] of Object.entries(document)) if (isValue(value)) applyOpenEvseTopic(status, field, value, 0, false);
  }
  return status;
}

function statusFigures(documents: readonly Figures[]): Figures {
  const status = statusOf(documents);
  const { stateCode } = status;
  return {
    // What is told while it sleeps is no current of a vehicle: a fixture's author has put amperes into milliamperes there.
    ...(stateCode === 254 && (status.currentA ?? 0) > 0 ? {} : { current_a: status.currentA }),
    state: stateCode === null ? null : (STATE_NAMES[stateCode] ?? null),
    state_code: stateCode,
    offered_a: status.pilotA,
    voltage_v: status.voltageV,
    session_energy_wh: status.sessionEnergyWh,
    vehicle_connected: status.isVehicleConnected,
  };
}

function configFigures(document: Figures): Figures {
  const status = createOpenEvseStatus();
  applyOpenEvseTopic(status, 'config', document, 0, true);
  return { version: status.firmware, max_current_soft_a: status.configuredMaxA };
}

function announceFigures(document: Figures): Figures {
  const status = createOpenEvseStatus();
  const own = document['mqtt'] ?? document['name'];
  const taken = applyOpenEvseAnnounce(status, String(own), document, 0, false);
  return { state: taken.ok && taken.value ? (status.isOnline === true ? 'connected' : 'disconnected') : null };
}
