import { ChargebenchError } from '../errors.ts';
import type { Evse, Meter } from './site.ts';

/** The link of a device that is alone on a serial line. Throws `not-supported` naming model and link. */
export function serialLinkOf<Device extends Meter | Evse>(device: Device): Extract<Device['link'], { readonly kind: 'serial' }> {
  const link: Meter['link'] | Evse['link'] = device.link;
  if (link.kind !== 'serial') throw new ChargebenchError('not-supported', { device: device.id, model: device.model, link: link.kind, needs: 'serial' });
  return link as Extract<Device['link'], { readonly kind: 'serial' }>;
}
