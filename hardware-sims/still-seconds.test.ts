import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlayedRun, PlayRequest } from '../core/player/observer.ts';
import { playDirect } from '../core/player/play-direct.ts';
import type { StillSeconds, World, WorldOutput } from '../core/player/world.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import type { DeviceId } from '../core/quantities.ts';
import { restoreScenario } from '../core/scenarios/restore-scenario.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

const FOLDER = new URL('scenarios/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario.json'));

function requestFor(file: unknown, controller: string): PlayRequest {
  const restored = restoreScenario(file);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return { ...restored.value, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
}

const fileOf = (name: string): { readonly controllers: Readonly<Record<string, unknown>> } => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as { controllers: Record<string, unknown> };

const worldOf = ({ scenario, site, controller }: PlayRequest): World => createDirectWorld(scenario, site, controller);

/** All that is kept of a run, but for its rows. */
const keptOf = ({ recorder, outcome, markers, worstMoment }: PlayedRun): unknown => ({ setpoints: recorder.setpointChanges, notices: recorder.noticeChanges, outcome, markers, worstMoment });

/** Each column's bytes as text: a row's NaN equals itself. */
function columnsOf({ recorder }: PlayedRun): readonly string[] {
  const { timeS, columns } = recorder.slice();
  const text = ({ buffer }: Float32Array | Float64Array): string => Buffer.from(buffer).toString('base64');
  return [`time ${text(timeS)}`, ...columns.map(({ column, values }) => `${JSON.stringify(column)} ${text(values)}`)];
}

interface WatchedWorld extends World {
  /** What came otherwise than was said. */
  readonly broken: readonly string[];
}

/** Asks about still seconds, has all of them played, and looks at what comes of them: who tells tells the same, and nothing flows otherwise. */
function watched(world: World): WatchedWorld {
  let promise: (StillSeconds & { readonly changes: number }) | null = null;
  const broken: string[] = [];
  const onBroken = (timeMs: number, what: string): void => {
    broken.push(`${timeMs / 1000} s: ${what}`);
  };
  const told = new Map<DeviceId, string>();
  const look = (timeMs: number, { readings, reports }: WorldOutput): void => {
    const now = new Set<DeviceId>();
    for (const { timeMs: toldMs, meterId, ...values } of readings) note(timeMs, now, meterId, toldMs, values);
    for (const { timeMs: toldMs, measuredTimeMs, energyWh, evseId, ...values } of reports) note(timeMs, now, evseId, measuredTimeMs === null ? toldMs : Math.min(toldMs, measuredTimeMs), values);
    if (promise === null || timeMs >= promise.untilMs) return;
    for (const id of promise.telling) if (!now.has(id)) onBroken(timeMs, `${id} is silent`);
    if (world.truth.changes() !== promise.changes) onBroken(timeMs, 'something flows otherwise');
  };
  const note = (timeMs: number, now: Set<DeviceId>, id: DeviceId, toldMs: number, values: object): void => {
    const text = JSON.stringify(values);
    if (promise !== null && timeMs < promise.untilMs) {
      if (!promise.telling.has(id) || now.has(id)) onBroken(timeMs, `${id} was not to tell that`);
      if (toldMs !== timeMs || told.get(id) !== text) onBroken(timeMs, `${id} tells ${text}`);
    }
    now.add(id);
    told.set(id, text);
  };
  return {
    ...world,
    broken,
    advanceTo(timeMs) {
      const output = world.advanceTo(timeMs);
      look(timeMs, output);
      return output;
    },
    // What is asked of a device, or switched, ends every promise.
    offer(evseId, currentA) {
      promise = null;
      world.offer(evseId, currentA);
    },
    wires: {
      ...world.wires,
      switchPhases(evseId, phaseCount) {
        promise = null;
        world.wires.switchPhases(evseId, phaseCount);
      },
    },
    stillSeconds(nextMs) {
      if (promise !== null && nextMs < promise.untilMs) return null;
      const still = world.stillSeconds(nextMs);
      promise = still === null ? null : { ...still, changes: world.truth.changes() };
      return null;
    },
  };
}

describe.each(files)('%s', (name) => {
  const file = fileOf(name);
  it.each(Object.keys(file.controllers))('is the same run under %s whether still seconds are counted or played, in which nothing happens', (controller) => {
    const request = requestFor(file, controller);
    const counting = playDirect(request, worldOf(request));
    const world = watched(worldOf(request));
    const playing = playDirect(request, world);
    expect(world.broken).toEqual([]);
    expect(keptOf(counting)).toEqual(keptOf(playing));
    expect(columnsOf(counting)).toEqual(columnsOf(playing));
  });
});

/** Two vehicles that charge, and other load every ten minutes. */
it('counts most seconds of a quiet hour', () => {
  const file = {
    format: 'chargebench-scenario',
    version: 1,
    id: 'quiet',
    title: 'Quiet',
    group: 'Tests',
    durationS: 3600,
    site: 'two-evses-one-breaker',
    vehicles: [{ id: 'a', evse: 'secondary', plugInS: 0 }, { id: 'b', evse: 'primary', plugInS: 60, unplugS: 3000 }],
    otherLoads: Array.from({ length: 6 }, (_, index) => ({ circuit: 'ev', powerW: 2400, fromS: 600 * index + 300, untilS: 600 * index + 600 })),
    controllers: { chargebench: { expect: [] } },
  };
  const request = requestFor(file, 'chargebench');
  const world = worldOf(request);
  let counted = 0;
  const repeat = (timeMs: number): void => {
    counted += 1;
    world.repeat(timeMs);
  };
  playDirect(request, { ...world, repeat });
  expect(counted).toBeGreaterThan(0.75 * 3600);
});

