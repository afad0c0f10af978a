/** Simulated units on sockets: Modbus TCP, and RTU over TCP as Ethernet gateways speak it. Connections share one pair of wires. */
import { createModbusPair, type ModbusPairOptions } from '../modbus-pair.ts';
import { startByteServer, type ByteServer } from './byte-server.ts';
import { serveRtuPair } from './modbus-rtu-server.ts';
import { serveMbapPair } from './modbus-tcp-server.ts';

export interface ModbusServerOptions extends ModbusPairOptions {
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
}

/** Throws `port-in-use`. */
export function startModbusTcpServer(options: ModbusServerOptions): Promise<ByteServer> {
  const pair = createModbusPair(options);
  return startByteServer({ ...options, onConnection: (link) => serveMbapPair(link, pair) });
}

/** Throws `port-in-use`. */
export function startRtuOverTcpServer(options: ModbusServerOptions): Promise<ByteServer> {
  const pair = createModbusPair(options);
  return startByteServer({
    ...options,
    onConnection(link) {
      const served = serveRtuPair(link, pair, options.clock);
      return () => {
        served.close();
      };
    },
  });
}
