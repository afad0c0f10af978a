import type { Failure } from '../errors.ts';
import { createEvseDriver, createMeterDriver } from '../drivers/list.ts';
import { createLiveLoop } from '../loop/live-loop.ts';
import type { Site } from '../site/site.ts';
import type { Clock } from '../time/clock.ts';
import type { ByteLink } from '../transport/byte-link.ts';
import type { ModbusBus } from '../transport/modbus-bus.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { createContactors } from './contactors.ts';
import type { ControllerEngine } from './controller-engine.ts';
import type { RunObserver } from './observer.ts';
import { createTeller } from './teller.ts';
import type { SiteWires } from './world.ts';

export interface ControlParts {
  readonly site: Site;
  readonly scenario: Scenario;
  /** UTC at the start of the run. */
  readonly startWallMs: number;
  readonly engine: ControllerEngine;
  readonly link: MqttLink;
  /** By the `transport` of the links of devices on a pair of wires. */
  readonly buses?: ReadonlyMap<string, ModbusBus>;
  /** By the `port` of the links of devices alone on a serial line. */
  readonly ports?: ReadonlyMap<string, ByteLink>;
  readonly wires: SiteWires;
  readonly clock: Clock;
}

/**
 * Controls a played site as a live one is controlled: drivers on the link, the live loop with its controller around
 * them, its frames to the observer. Answers with the function that ends it; the link stays open. Throws `not-supported` for a model without driver.
 */
export function controlSite({ site, scenario, startWallMs, engine, link, buses = new Map(), ports: lines = new Map(), wires, clock }: ControlParts, observer: RunObserver, onError: (failure: Failure) => void): () => void {
  const ports = { links: { mqtt: link, buses, ports: lines }, clock };
  const meters = site.meters.map((meter) => createMeterDriver(meter, ports));
  const evses = site.evses.map((evse) => createEvseDriver(evse, site.supply, ports));
  const switchContactors = createContactors(site, wires);
  const loop = createLiveLoop({
    site,
    engine,
    meters,
    evses,
    clock,
    link,
    onFrame: (frame) => {
      switchContactors?.(frame.setpoints);
      observer.decided(frame);
    },
    onError,
  });
  loop.takeControl();
  const bornMs = clock.monotonicMs();
  const teller = createTeller(scenario, engine, bornMs, startWallMs, wires);
  let callOffTelling = (): void => undefined;
  const tell = (): void => {
    teller.tellUntil(clock.monotonicMs());
    const nextMs = teller.nextMs();
    if (nextMs < Infinity) callOffTelling = clock.callAt(nextMs, tell);
  };
  tell();
  return () => {
    callOffTelling();
    loop.close();
    for (const driver of [...meters, ...evses]) driver.close();
  };
}
