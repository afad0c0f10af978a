import { describe, expect, test } from 'vitest';
import { traceScenario } from './conformance/two-evse-site.ts';
import { parseParameters } from './conformance/trace.ts';
import type { ScenarioFault } from '../core/scenarios/schema.ts';
import { createSimulatedSite, type SimulatedSite } from './simulated-site.ts';
import { createValueExchange } from './value-exchange.ts';

/** Announcements and last wills: OpenEVSE reference d.2, captures/openevse/mqtt-announce-lwt-2026, MQTT 3.1.1 section 3.1.2.5. */

interface Rig {
  readonly simulated: SimulatedSite;
  /** "second state" of each announcement of the primary, "r" behind those that were kept. */
  readonly announced: string[];
  readonly publish: (topic: string, value: string) => void;
}

function rigOf(faults: readonly ScenarioFault[]): Rig {
  const { site, scenario } = traceScenario(parseParameters('defaults'));
  const simulated = createSimulatedSite({ ...scenario, faults: [...faults] }, site, 'device');
  const announced: string[] = [];
  const { publish } = createValueExchange(simulated, {
    readerOf: () => ({ receive: () => undefined, hears: () => false }),
    receiveAt(topic, value, isRetained) {
      if (topic !== 'openevse/announce/7b2c' || typeof value !== 'object') return;
      announced.push(`${simulated.time.nowMs / 1000} ${String(value['state'])}${isRetained ? ' r' : ''}`);
    },
    linkReturned: () => undefined,
  });
  return { simulated, announced, publish };
}

describe('announcements', () => {
  test('a gateway without power is declared gone when its keep-alive has run out, and announces itself when it is back', () => {
    const { simulated, announced } = rigOf([{ kind: 'gateway-down', device: 'primary', fromS: 20, untilS: 200 }]);
    simulated.advanceTo(300_000);
    expect(announced).toEqual(['0 connected', '110 disconnected', '209 connected']);
  });

  test('a gateway that restarts comes back before that: its last will is sent as the old connection ends', () => {
    const { simulated, announced } = rigOf([{ kind: 'gateway-reboot', device: 'primary', fromS: 20 }]);
    simulated.advanceTo(200_000);
    expect(announced).toEqual(['0 connected', '29 disconnected', '29 connected']);
  });

  test('with the broker every device is gone unsaid; readers find the old announcement, then devices try again every 5 s', () => {
    const { simulated, announced } = rigOf([{ kind: 'broker-down', fromS: 20, untilS: 33 }]);
    simulated.advanceTo(60_000);
    expect(announced).toEqual(['0 connected', '33 connected r', '35 connected']);
  });

  test('changed broker settings make a new connection at once', () => {
    const { simulated, announced, publish } = rigOf([]);
    simulated.advanceTo(10_000);
    publish('openevse-7b2c/config/set', '{"mqtt_live_pwr":"meter/power"}');
    simulated.advanceTo(12_000);
    expect(announced).toEqual(['0 connected', '11 connected']);
  });
});

test('a value reaches every device that asked for its exact topic, and none while the broker is down', () => {
  const { simulated, publish } = rigOf([{ kind: 'broker-down', fromS: 20 }]);
  const device = simulated.evses[1]?.device;
  const shaper = device?.kind === 'openevse' ? device.gateway.shaper : undefined;
  simulated.advanceTo(10_000);
  publish('shellies/shellyem-B164B8/emeter/0/power', '4800');
  expect(shaper?.liveW).toBe(4800);
  publish('shellies/shellyem-B164B8/emeter/0', '1');
  simulated.advanceTo(21_000);
  const before = shaper?.liveW;
  publish('shellies/shellyem-B164B8/emeter/0/power', '2400');
  expect(shaper?.liveW).toBe(before);
});
