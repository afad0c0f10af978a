import { z } from 'zod';
import file from './usb-adapters.json' with { type: 'json' };

const adapterSchema = z.strictObject({
  /** Vendor and product, hexadecimal, lower case. */
  usbId: z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/),
  maker: z.string().min(1),
  chip: z.string().min(1),
  /** What has to be there for a port to appear, by system. */
  driver: z.strictObject({ linux: z.string().min(1), macos: z.string().min(1), windows: z.string().min(1) }),
  /** Hands on what it has heard every 16 ms unless told otherwise (FTDI AN232B-04). */
  hasLatencyTimer: z.boolean().default(false),
  /** Says of itself that it is a modem (USB class CDC-ACM): ModemManager asks it for one when it is plugged in. */
  isModem: z.boolean().default(false),
});

export type UsbAdapter = z.output<typeof adapterSchema>;

const adaptersSchema = z.strictObject({ format: z.literal('chargebench-usb-adapters'), version: z.literal(1), source: z.string().min(1), adapters: z.array(adapterSchema) });

/** Chips that serial adapters are made with, by USB ids. Waveshare's and most others' sticks show those of their chip. */
export const USB_ADAPTERS: ReadonlyMap<string, UsbAdapter> = new Map(adaptersSchema.parse(file).adapters.map((adapter) => [adapter.usbId, adapter]));
