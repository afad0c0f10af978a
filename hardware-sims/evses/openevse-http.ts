/** HTTP routes of a simulated OpenEVSE gateway (reference d.1). JSON unless the route says otherwise. */
import { CLIENTS, findClaim, listClaims, type Claim } from '../firmware/openevse-claims.ts';
import type { DeviceHttpRequest, DeviceHttpResponse } from '../simulated-device.ts';
import {
  clearOverride,
  clearSchedule,
  dropClaim,
  setClaim,
  setConfig,
  setDivertMode,
  setLimit,
  setOverride,
  setSchedule,
  setShaper,
  toggleOverride,
} from './openevse-commands.ts';
import { shownConfig } from './openevse-config.ts';
import { claimDocument, isDocument, limitDocument } from './openevse-documents.ts';
import { receiveLive, receivePostedGrid, receiveSolar, receiveVoltage } from './openevse-feeds.ts';
import type { Gateway } from './openevse-gateway.ts';
import { answerRapi } from './openevse-rapi.ts';
import { planDocument } from './openevse-schedule.ts';
import { weekSecondOf } from './openevse-schedule-turn.ts';
import { statusDocument, type StatusContext } from './openevse-status.ts';
import { restartFrom, type Restart } from './openevse-topics.ts';

interface Call {
  readonly gateway: Gateway;
  readonly request: DeviceHttpRequest;
  readonly context: StatusContext;
  readonly restart: Restart;
  /** The rest of the path below the route. */
  readonly rest: string;
}

type Route = (call: Call) => DeviceHttpResponse;

function json(document: unknown, status = 200): DeviceHttpResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(document) };
}

const text = (body: string, status = 200): DeviceHttpResponse => ({ status, contentType: 'text/plain', body });
const message = (msg: string, status = 200): DeviceHttpResponse => json({ msg }, status);
const NOT_FOUND = message('Not found', 404);
const NOT_ALLOWED = message('Method not allowed', 405);
const NOT_PARSED = message('Could not parse JSON', 400);

const ROUTES: Readonly<Record<string, Route>> = {
  status: ({ gateway, request, context }) => {
    if (request.method === 'GET') return json(statusDocument(gateway, context));
    return request.method === 'POST' ? postFeeds(gateway, request.body, context.timeMs) : NOT_ALLOWED;
  },
  config: ({ gateway, request, context }) => {
    if (request.method === 'GET') return json(shownConfig(gateway.config));
    if (request.method !== 'POST') return NOT_ALLOWED;
    const msg = setConfig(gateway, request.body, context.timeMs);
    return msg === 'refused' ? NOT_PARSED : json({ config_version: gateway.configVersion, msg });
  },
  claims: answerClaims,
  override: answerOverride,
  limit: ({ gateway, request, context }) => {
    if (request.method === 'GET') return gateway.limit === null ? message('no limit') : json(limitDocument(gateway.limit));
    if (request.method === 'POST') return done(setLimit(gateway, request.body, context.timeMs), 201);
    if (request.method !== 'DELETE') return NOT_ALLOWED;
    if (gateway.limit === null) return NOT_FOUND;
    return done(setLimit(gateway, 'clear', context.timeMs));
  },
  schedule: answerSchedule,
  shaper: (call) => answerSwitch(call, 'shaper', setShaper),
  divertmode: (call) => answerSwitch(call, 'divertmode', setDivertMode),
  restart: ({ request, restart }) => {
    if (request.method !== 'POST') return NOT_ALLOWED;
    return restartFrom(request.body, restart) ? message('restart gateway or evse') : NOT_PARSED;
  },
  r: answerRapiPass,
  rapi: answerRapiPass,
};

export function answerHttp(gateway: Gateway, request: DeviceHttpRequest, context: StatusContext, restart: Restart): DeviceHttpResponse {
  const [, name = '', ...rest] = request.path.split('/');
  const route = ROUTES[name];
  if (route === undefined || !gateway.isUp) return NOT_FOUND;
  return route({ gateway, request, context, restart, rest: rest.join('/') });
}

const done = (isDone: boolean, status = 200): DeviceHttpResponse => (isDone ? message('done', status) : NOT_PARSED);

/** `solar` and `grid_ie` exclude each other in one body: the first is taken (reference d.1). */
function postFeeds(gateway: Gateway, body: unknown, timeMs: number): DeviceHttpResponse {
  if (!isDocument(body)) return NOT_PARSED;
  if (body['voltage'] !== undefined) receiveVoltage(gateway, body['voltage'], timeMs);
  if (body['shaper_live_pwr'] !== undefined) receiveLive(gateway, body['shaper_live_pwr'], timeMs);
  if (body['solar'] !== undefined) receiveSolar(gateway, body['solar'], timeMs);
  else if (body['grid_ie'] !== undefined) receivePostedGrid(gateway, body['grid_ie'], timeMs);
  return message('done');
}

const listed = (claim: Claim): Record<string, unknown> => ({ client: claim.client, priority: claim.priority, ...claimDocument(claim) });

function answerClaims({ gateway, request, context, rest }: Call): DeviceHttpResponse {
  if (rest === '') return request.method === 'GET' ? json(listClaims(gateway.claims).map(listed)) : NOT_ALLOWED;
  if (rest === 'target') return json(targetDocument(gateway));
  // Parsed as a signed 32-bit decimal: larger ids collapse into one (reference c.1).
  const client = Math.max(-(2 ** 31), Math.min(Number.parseInt(rest, 10), 2 ** 31 - 1));
  if (Number.isNaN(client)) return NOT_FOUND;
  const claim = findClaim(gateway.claims, client);
  switch (request.method) {
    case 'GET':
      return claim === null ? NOT_FOUND : json(claimDocument(claim));
    case 'POST':
      return done(setClaim(gateway, client, request.body, context.timeMs));
    case 'DELETE':
      return dropClaim(gateway, client, context.timeMs) ? message('done') : NOT_FOUND;
    default:
      return NOT_ALLOWED;
  }
}

/** Who wins, property by property. */
function targetDocument({ target }: Gateway): unknown {
  const { state, chargeCurrent, maxCurrent } = target;
  return {
    properties: {
      ...(state === null ? {} : { state: state.state }),
      ...(chargeCurrent === null ? {} : { charge_current: chargeCurrent.chargeCurrentA }),
      ...(maxCurrent === null ? {} : { max_current: maxCurrent.maxCurrentA }),
    },
    claims: {
      ...(state === null ? {} : { state: state.client }),
      ...(chargeCurrent === null ? {} : { charge_current: chargeCurrent.client }),
      ...(maxCurrent === null ? {} : { max_current: maxCurrent.client }),
    },
  };
}

function answerOverride({ gateway, request, context }: Call): DeviceHttpResponse {
  switch (request.method) {
    case 'GET': {
      const claim = findClaim(gateway.claims, CLIENTS.manual);
      return json(claim === null ? {} : claimDocument(claim));
    }
    case 'POST':
      return setOverride(gateway, request.body, context.timeMs) ? message('Created', 201) : NOT_PARSED;
    case 'PATCH':
      toggleOverride(gateway, context.timeMs);
      return message('Updated');
    case 'DELETE':
      clearOverride(gateway, context.timeMs);
      return message('Deleted');
    default:
      return NOT_ALLOWED;
  }
}

function answerSchedule({ gateway, request, context, rest }: Call): DeviceHttpResponse {
  if (rest === 'plan') return request.method === 'GET' ? json(planDocument(gateway.plan, weekSecondOf(gateway, context.timeMs))) : NOT_ALLOWED;
  const id = rest === '' ? null : Number(rest);
  const event = gateway.schedule.find((candidate) => candidate['id'] === id);
  switch (request.method) {
    case 'GET':
      if (id === null) return json(gateway.schedule);
      return event === undefined ? NOT_FOUND : json(event);
    case 'POST':
      return done(setSchedule(gateway, isDocument(request.body) && id !== null ? { ...request.body, id } : request.body), 201);
    case 'DELETE':
      return id !== null && clearSchedule(gateway, id) ? message('done') : NOT_FOUND;
    default:
      return NOT_ALLOWED;
  }
}

/** Form or query parameter in, text out. */
function answerSwitch({ gateway, request, context }: Call, name: string, set: (gateway: Gateway, value: unknown, timeMs: number) => boolean): DeviceHttpResponse {
  const value = request.query[name] ?? (isDocument(request.body) ? request.body[name] : undefined);
  if (value === undefined || !set(gateway, value, context.timeMs)) return text(`${name} not set`, 400);
  return text(`${name} changed`);
}

function answerRapiPass({ gateway, request, context }: Call): DeviceHttpResponse {
  const cmd = request.query['rapi'];
  if (cmd === undefined) return text('rapi missing', 400);
  const ret = answerRapi(gateway, cmd, context.timeMs);
  // The real one answers a blocked command with 200 and a name (captures/openevse-rapi/http-passthrough).
  return json(ret === null ? { cmd, error: 'RAPI_RESPONSE_BLOCKED' } : { cmd, ret });
}
