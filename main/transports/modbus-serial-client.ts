import { EventEmitter } from 'node:events';
import ModbusRTU from 'modbus-serial';
import type { ModbusRead, ModbusWrite } from '../../core/transport/modbus-bus.ts';
import { functionCodeOf, type ModbusMessage } from '../../core/transport/modbus-line.ts';

/** What modbus-serial made of an answer. */
export type SerialClientAnswer =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'exception'; readonly exception: number }
  | { readonly kind: 'not-understood'; readonly message: string };

export interface SerialClient {
  /** Has modbus-serial make the request; its frame (unit id to CRC) goes to `write` before this returns. */
  request(message: ModbusMessage, onAnswer: (answer: SerialClientAnswer) => void): void;
  /** Gives modbus-serial a whole answer frame; the answer is told before this returns. */
  receive(frame: Uint8Array): void;
}

/** The port object that modbus-serial is handed: always open, because reconnecting is the link's matter; a frame per event. */
class FramePort extends EventEmitter {
  readonly isOpen = true;

  constructor(readonly writeFrame: (frame: Uint8Array) => void) {
    super();
  }

  open(callback: () => void): void {
    callback();
  }

  write(frame: Buffer): void {
    this.writeFrame(frame);
  }
}

/**
 * modbus-serial without its faults (ecosystem.md 2.2): it sees neither time nor the wire, one request at a time, and only answers
 * that belong to it. Its own timeout stays off, so a request that is given up is simply replaced by the next.
 */
export function createSerialClient(write: (frame: Uint8Array) => void): SerialClient {
  const port = new FramePort(write);
  const client = new ModbusRTU(port);
  client.open();
  const told =
    (onAnswer: (answer: SerialClientAnswer) => void) =>
    (error: unknown, result?: unknown): void => {
      onAnswer(answerOf(error, result));
    };
  return {
    request(message, onAnswer) {
      if ('table' in message) requestRead(client, message, told(onAnswer));
      else requestWrite(client, message, told(onAnswer));
    },
    receive(frame) {
      port.emit('data', Buffer.from(frame));
    },
  };
}

type Told = (error: unknown, result?: unknown) => void;

function requestRead(client: ModbusRTU, message: ModbusRead, told: Told): void {
  const { unitId, address, count } = message;
  if (functionCodeOf(message) === 3) client.writeFC3(unitId, address, count, told);
  else client.writeFC4(unitId, address, count, told);
}

function requestWrite(client: ModbusRTU, { unitId, address, values, functionCode }: ModbusWrite, told: Told): void {
  if (functionCode === 6) client.writeFC6(unitId, address, values[0] ?? 0, told);
  else client.writeFC16(unitId, address, [...values], told);
}

function answerOf(error: unknown, result: unknown): SerialClientAnswer {
  if (error !== null && error !== undefined) {
    const { modbusCode } = error as { modbusCode?: unknown };
    if (typeof modbusCode === 'number') return { kind: 'exception', exception: modbusCode };
    return { kind: 'not-understood', message: error instanceof Error ? error.message : 'unknown' };
  }
  const { data } = (result ?? {}) as { data?: unknown };
  return { kind: 'words', words: Array.isArray(data) ? (data as number[]) : [] };
}
