import type { MqttBroker } from '../transports/mqtt.ts';
import { WrongUse } from './command.ts';

const DEFAULT_PORT = 1883;

/** `mqtt://[user:password@]host[:port]`; null where nothing was given. Throws WrongUse. */
export function readBroker(text: string | undefined): MqttBroker | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'mqtt:' || url.hostname === '' || !['', '/'].includes(url.pathname)) {
    throw new WrongUse('--broker takes an address like mqtt://user:password@host:1883');
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
}
