import { failure, success, type Result } from '../../core/errors.ts';

/** Where a pair of wires or a socket is reached, from its one text in site files and on the command line. */
export type LinkAddress =
  | { readonly kind: 'serial'; readonly path: string }
  /** As the text says; for a Modbus bus `tcp` is Modbus TCP, for a device on a line of its own a port server's raw socket. */
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number };

const DEFAULT_PORTS = { tcp: 502, 'rtu-over-tcp': 4001 } as const;

/** serial:/dev/ttyUSB0, tcp:192.168.1.20:502, rtu-over-tcp:192.168.1.20:4001; `tcp://` and [IPv6] are understood as well. */
export function parseLinkAddress(text: string): Result<LinkAddress> {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (kind === 'serial' && rest !== '') return success({ kind, path: rest });
  if (kind !== 'tcp' && kind !== 'rtu-over-tcp') return failure('invalid-argument', { argument: 'transport', value: text, expected: 'serial:, tcp: or rtu-over-tcp:' });
  const parts = /^(?:\/\/)?(\[[0-9a-fA-F:.]+\]|[^:[\]/]+)(?::(\d{1,5}))?$/.exec(rest);
  const port = parts?.[2] === undefined ? DEFAULT_PORTS[kind] : Number(parts[2]);
  const host = parts?.[1]?.replace(/^\[|\]$/g, '');
  if (host === undefined || port < 1 || port > 65_535) return failure('invalid-argument', { argument: 'transport', value: text, expected: `${kind}:host:port` });
  return success({ kind, host, port });
}
