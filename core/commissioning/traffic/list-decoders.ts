/** The only place that names every decoder of the traffic monitor. */
import { createRtuTraffic, createTcpTraffic } from './modbus-traffic.ts';
import { createP1Traffic, createRapiTraffic } from './serial-traffic.ts';
import type { TrafficDecoders } from './traffic-frame.ts';

export const TRAFFIC_DECODERS: TrafficDecoders = {
  'modbus-rtu': createRtuTraffic,
  'modbus-tcp': createTcpTraffic,
  rapi: createRapiTraffic,
  p1: createP1Traffic,
};
