import { seedFor } from '../plant/random.ts';

/** First octet of a locally administered address: nobody makes devices with it. */
const OURS = '02';

/**
 * The address of a simulated device, twelve hexadecimal digits, from its id. A real one is called after the end of its own address
 * (shellyem-B164B8) or the whole of it; of an id that ends otherwise (shellyem3-grid) the digits are made, the same for the same id.
 */
export function shellyMac(baseTopic: string): string {
  const id = baseTopic.split('/').at(-1) ?? baseTopic;
  const own = /-([0-9a-f]{6}|[0-9a-f]{12})$/i.exec(id)?.[1]?.toUpperCase() ?? seedFor(0, id).toString(16).toUpperCase().padStart(8, '0');
  return own.length === 12 ? own : `${OURS}${own.padStart(10, '0')}`;
}
