import type { Failure } from '../errors.ts';
import { createEvseDriver, createMeterDriver } from '../drivers/list.ts';
import { createLiveLoop } from '../loop/live-loop.ts';
import type { Clock } from '../time/clock.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';
import type { PlayRequest, RunObserver } from './observer.ts';

/**
 * Controls a played site as a live one is controlled: drivers on the link, the live loop around them, its frames to the
 * observer. Answers with the function that ends it; the link stays open. Throws `not-supported` for a model without driver.
 */
export function controlSite({ site, curves }: Pick<PlayRequest, 'site' | 'curves'>, link: MqttLink, clock: Clock, observer: RunObserver, onError: (failure: Failure) => void): () => void {
  const ports = { links: { mqtt: link }, clock };
  const meters = site.meters.map((meter) => createMeterDriver(meter, ports));
  const evses = site.evses.map((evse) => createEvseDriver(evse, site.supply, ports));
  const loop = createLiveLoop({
    site,
    meters,
    evses,
    clock,
    link,
    knowledge: { curves },
    onFrame: (frame) => {
      observer.decided(frame);
    },
    onError,
  });
  loop.takeControl();
  return () => {
    loop.close();
    for (const driver of [...meters, ...evses]) driver.close();
  };
}
