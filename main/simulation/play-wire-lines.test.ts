/** Sites whose devices sit on wires, in real time: simulated units, framing, real sockets or pseudo-terminals, bus, drivers and loop. */
import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import type { PlayedRun, PlayRequest } from '../../core/player/observer.ts';
import { playDirect } from '../../core/player/play-direct.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { findSocat } from '../../hardware-sims/servers/pty-link.ts';
import type { WireOptions } from '../../hardware-sims/servers/site-wires.ts';
import { START_WALL_MS } from '../../hardware-sims/simulated-site.ts';
import { createDirectWorld } from '../../hardware-sims/world.ts';
import { playWire, type WirePlaces } from './play-wire.ts';

const hasSocat = findSocat() !== null;
if (!hasSocat) console.info('skipped over pseudo-terminals: socat is not installed');

const ON_SOCKETS: WirePlaces = {};
const everywherePty: WireOptions['placesOf'] = () => [{ kind: 'pty' }];
const everywhereTcp: WireOptions['placesOf'] = () => [{ kind: 'tcp' }];

/** The bundled scenario for so long, its first vehicle there from the start and nobody waiting before a start. */
function requestOf(id: string, durationS: number): PlayRequest {
  const file = JSON.parse(readFileSync(new URL(`../../hardware-sims/scenarios/${id}.scenario.json`, import.meta.url), 'utf8')) as { readonly vehicles: readonly object[] };
  const vehicles = file.vehicles.slice(0, 1).map((vehicle) => ({ ...vehicle, plugInS: 0, unplugS: undefined }));
  const restored = restoreScenario({ ...file, durationS, vehicles, otherLoads: [], faults: [], controllers: { chargebench: { expect: [] } } });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  const { scenario } = restored.value;
  const { policy, ...parts } = restored.value.site;
  const site = { ...parts, policy: { ...policy, minimumOffMs: 0 } };
  return { scenario, site, controller: 'chargebench', otherControllers: new Map(), curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
}

/** What held at the end. */
const lastOf = ({ recorder }: PlayedRun, id: string): string => {
  const last = recorder.setpointChanges.filter(({ setpoint }) => setpoint.evseId === id).at(-1)?.setpoint;
  return `${last?.offeredCurrentA ?? '?'} A ${last?.reason.kind ?? '?'}`;
};

describe.concurrent.each([
  ['sockets with RTU frames', ON_SOCKETS, true],
  ['Modbus TCP', { placesOf: everywhereTcp }, true],
  ['pseudo-terminals', { placesOf: everywherePty }, hasSocat],
] as const)('over %s', (_, places, isPossible) => {
  test.skipIf(!isPossible)('SmartEVSE nodes and the Sensorbox on their wires lead to the decisions that they lead to without bytes', { timeout: 60_000 }, async ({ expect }) => {
    const request = requestOf('bus-smartevse-two-nodes', 12);
    const run = await playWire(request, null, places);
    const played = playDirect(request, createDirectWorld(request.scenario, request.site, 'chargebench'));
    for (const id of ['node-1', 'node-2']) expect(lastOf(run, id)).toBe(lastOf(played, id));
    expect(lastOf(played, 'node-1')).toBe('0 A settling');
  });

  test.skipIf(!isPossible)('an OpenEVSE controller and a meter on their lines lead to the decisions that they lead to without bytes', { timeout: 60_000 }, async ({ expect }) => {
    const request = requestOf('bus-openevse-rapi', 14);
    const run = await playWire(request, null, places);
    const played = playDirect(request, createDirectWorld(request.scenario, request.site, 'chargebench'));
    expect(lastOf(run, 'carport')).toBe(lastOf(played, 'carport'));
    expect(run.outcome.energyWh['carport']).toBeGreaterThan(0.5 * (played.outcome.energyWh['carport'] ?? Infinity));
  });

  test.skipIf(!isPossible)('a P1 port on its line leads to the decisions that it leads to without bytes', { timeout: 60_000 }, async ({ expect }) => {
    const request = requestOf('bus-p1-three-phases', 14);
    const run = await playWire(request, null, places);
    const played = playDirect(request, createDirectWorld(request.scenario, request.site, 'chargebench'));
    expect(lastOf(run, 'drive')).toBe(lastOf(played, 'drive'));
    expect(run.outcome.energyWh['drive']).toBeGreaterThan(0.5 * (played.outcome.energyWh['drive'] ?? Infinity));
  });
});
