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

const highestOfferA = ({ recorder }: PlayedRun): number => Math.max(...recorder.setpointChanges.map(({ setpoint }) => setpoint.offeredCurrentA));

describe.concurrent.each([
  ['sockets with RTU frames', ON_SOCKETS, true],
  ['Modbus TCP', { placesOf: everywhereTcp }, true],
  ['pseudo-terminals', { placesOf: everywherePty }, hasSocat],
] as const)('over %s', (_, places, isPossible) => {
  test.skipIf(!isPossible)('a vehicle charges at a SmartEVSE node as it does without bytes', { timeout: 90_000 }, async ({ expect }) => {
    const request = requestOf('bus-smartevse-two-nodes', 40);
    const run = await playWire(request, null, places);
    const played = playDirect(request, createDirectWorld(request.scenario, request.site, 'chargebench'));
    expect(highestOfferA(run)).toBe(highestOfferA(played));
    expect(highestOfferA(run)).toBeGreaterThanOrEqual(6);
    expect(run.outcome.verdict).toBe('holds');
    expect(run.outcome.energyWh['node-1']).toBeGreaterThan(0.5 * (played.outcome.energyWh['node-1'] ?? Infinity));
  });
});
