/** The serial ports of this machine, as the system tells them. */

export interface ListedPort {
  readonly path: string;
  readonly manufacturer: string | null;
  /** Of the USB device; hexadecimal, lower case. */
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
  /** The USB socket it is plugged into. */
  readonly locationId: string | null;
}

/** What serialport tells of a port; everything but the path may be missing. */
interface PortInfo {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly locationId?: string | undefined;
}

/**
 * Empty where the system cannot say: on Linux the list comes from the program `udevadm`, which small systems lack, and a path still
 * opens without it.
 */
export async function listSerialPorts(list: () => Promise<readonly PortInfo[]> = listAll): Promise<readonly ListedPort[]> {
  try {
    return (await list()).map(listedPort);
  } catch {
    return [];
  }
}

/** An adapter that came back under another name: by its serial number, or by its socket where it has none. Null when it is not there. */
export async function findPortAgain(known: ListedPort, list?: () => Promise<readonly PortInfo[]>): Promise<ListedPort | null> {
  if (known.vendorId === null) return null;
  const ports = await listSerialPorts(list);
  const isSameModel = (port: ListedPort): boolean => port.vendorId === known.vendorId && port.productId === known.productId;
  const isSame = (port: ListedPort): boolean =>
    known.serialNumber === null ? port.serialNumber === null && known.locationId !== null && port.locationId === known.locationId : port.serialNumber === known.serialNumber;
  return ports.find((port) => isSameModel(port) && isSame(port)) ?? null;
}

async function listAll(): Promise<readonly PortInfo[]> {
  const { SerialPort } = await import('serialport');
  return SerialPort.list();
}

function listedPort(info: PortInfo): ListedPort {
  return {
    path: info.path,
    manufacturer: info.manufacturer ?? null,
    vendorId: info.vendorId?.toLowerCase() ?? null,
    productId: info.productId?.toLowerCase() ?? null,
    serialNumber: info.serialNumber ?? null,
    locationId: info.locationId ?? null,
  };
}
