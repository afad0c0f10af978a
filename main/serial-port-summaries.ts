import { USB_ADAPTERS } from '../core/devices/usb-adapters.ts';
import type { SerialPortSummary } from '../core/host-api/bench-devices.ts';
import { callOutPath } from './transports/call-out-path.ts';
import { listSerialPorts, type ListedPort } from './transports/serial-ports.ts';

/** The ports of this machine, USB adapters first; each by the name under which it is to be opened. */
export async function serialPortSummaries(isUsed: (path: string) => boolean, list: () => Promise<readonly ListedPort[]> = listSerialPorts, platform: NodeJS.Platform = process.platform): Promise<readonly SerialPortSummary[]> {
  const ports = (await list()).map((port) => summaryOf({ ...port, path: callOutPath(port.path, platform) }, isUsed));
  return ports.toSorted((a, b) => rankOf(a) - rankOf(b) || a.path.localeCompare(b.path, 'en', { numeric: true }));
}

const rankOf = ({ adapter, usbId }: SerialPortSummary): number => (adapter !== null ? 0 : usbId !== null ? 1 : 2);

function summaryOf({ path, vendorId, productId, manufacturer, serialNumber }: ListedPort, isUsed: (path: string) => boolean): SerialPortSummary {
  const usbId = vendorId === null || productId === null ? null : `${vendorId}:${productId}`;
  const known = usbId === null ? undefined : USB_ADAPTERS.get(usbId);
  return { path, adapter: known === undefined ? manufacturer : `${known.maker} ${known.chip}`, serialNumber, usbId, isUsedBySite: isUsed(path) };
}
