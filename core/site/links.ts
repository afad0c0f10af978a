import { z } from 'zod';
import { ChargebenchError } from '../errors.ts';
import type { Evse, Meter } from './site.ts';

export const linkKindSchema = z.enum(['mqtt', 'modbus', 'serial', 'ocpp', 'http']);

export type LinkKind = z.output<typeof linkKindSchema>;

/** How each model can be reached; a driver for it may not be there yet. */
const EVSE_LINKS: Readonly<Record<Evse['model'], readonly LinkKind[]>> = {
  openevse: ['mqtt', 'http', 'serial'],
  smartevse: ['modbus', 'mqtt', 'http'],
  ocpp: ['ocpp'],
  easee: ['http', 'ocpp'],
};

export const evseLinkKinds = ({ model }: Pick<Evse, 'model'>): readonly LinkKind[] => EVSE_LINKS[model];

/** The link of a device that a part of this program reaches over MQTT only. Throws `not-supported` naming model and link. */
export function mqttLinkOf<Device extends Meter | Evse>(device: Device): Extract<Device['link'], { readonly kind: 'mqtt' }> {
  const link: Meter['link'] | Evse['link'] = device.link;
  if (link.kind !== 'mqtt') throw new ChargebenchError('not-supported', { device: device.id, model: device.model, link: link.kind, needs: 'mqtt' });
  return link as Extract<Device['link'], { readonly kind: 'mqtt' }>;
}

/** What makes two devices one: the same place on the same link. */
export function linkAddress(link: Meter['link'] | Evse['link']): string {
  switch (link.kind) {
    case 'mqtt':
      return `mqtt ${link.baseTopic}${'channel' in link ? ` ${String(link.channel)}` : ''}`;
    case 'modbus':
      return `modbus ${link.transport} ${String(link.unitId)}`;
    case 'serial':
      return `serial ${link.port}`;
    case 'ocpp':
      return `ocpp ${link.chargePointId}`;
    case 'http':
      return `http ${link.url.replace(/\/+$/, '')}`;
  }
}
