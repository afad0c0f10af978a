/** Modbus as the traffic monitor shows it: what was asked, what the registers of the answer are called, and what was wrong. */
import {
  answersRequest,
  EXCEPTION_NAMES,
  LONGEST_TCP_BYTES,
  parseTcpRequest,
  parseTcpResponse,
  tcpFrameLength,
  type ModbusAnswer,
  type ModbusRequest,
} from '../../protocols/modbus.ts';
import { createRtuStream, type RtuEvent } from '../../protocols/rtu-stream.ts';
import { hexAddress, hexOf, type ReadField, type TrafficDecoder, type TrafficFrame, type UnitNames } from './traffic-frame.ts';

interface Asked {
  readonly unitId: number;
  readonly request: ModbusRequest;
  readonly timeMs: number;
}

/** Each request remembers when it went out until it is answered. */
export function createRtuTraffic(names: UnitNames): TrafficDecoder {
  let asked: (Asked & { readonly isOurs: boolean }) | null = null;
  let dropped: TrafficFrame[] = [];
  const stream = createRtuStream(({ bytes, timeMs }) => {
    const [unitId = null] = bytes;
    const isAnswer = asked !== null && unitId === asked.unitId;
    dropped.push({
      timeMs,
      direction: 'in',
      isOurs: asked?.isOurs ?? false,
      unitId: isAnswer ? unitId : null,
      deviceId: isAnswer ? (names.deviceOf(unitId)?.deviceId ?? null) : null,
      title: `${String(bytes.length)} bytes`,
      fields: [],
      latencyMs: null,
      fault: isAnswer ? 'checksum' : 'no frame',
      hex: hexOf(bytes),
    });
  });

  const frameOf = (event: RtuEvent): TrafficFrame => {
    const deviceId = names.deviceOf(event.unitId)?.deviceId ?? null;
    if (event.kind === 'request') {
      asked = event;
      const { unitId, request, isOurs, timeMs, frame } = event;
      return { timeMs, direction: isOurs ? 'out' : 'in', isOurs, unitId, deviceId, title: requestTitle(request), fields: writtenFields(names, unitId, request), latencyMs: null, fault: null, hex: hexOf(frame) };
    }
    const { unitId, answer, request, timeMs, frame } = event;
    const latencyMs = request === null || asked === null ? null : timeMs - asked.timeMs;
    const isOurs = asked?.isOurs ?? false;
    if (request !== null) asked = null;
    return { timeMs, direction: 'in', isOurs, unitId, deviceId, title: answerTitle(answer), fields: answerFields(names, unitId, request, answer), latencyMs, fault: faultOf(answer, request), hex: hexOf(frame) };
  };

  const framesOf = (events: readonly RtuEvent[]): readonly TrafficFrame[] => {
    const frames = [...dropped, ...events.map(frameOf)];
    dropped = [];
    return frames.toSorted((a, b) => a.timeMs - b.timeMs);
  };

  return {
    push: (chunk) => framesOf(stream.push(chunk)),
    settle: (timeMs) => framesOf(stream.settle(timeMs)),
  };
}

/** Answers carry the number of their request, so several may be under way. */
export function createTcpTraffic(names: UnitNames): TrafficDecoder {
  const asked = new Map<number, Asked>();
  const buffers = { out: new Uint8Array(0), in: new Uint8Array(0) };

  const frameOf = (direction: 'out' | 'in', frame: Uint8Array, timeMs: number): TrafficFrame => {
    const common = { timeMs, direction, isOurs: true, hex: hexOf(frame) };
    if (direction === 'out') {
      const parsed = parseTcpRequest(frame);
      if (!parsed.ok) return { ...common, ...nobody(frame), fault: 'unexpected' };
      const { unitId, transactionId, content } = parsed.value;
      asked.set(transactionId, { unitId, request: content, timeMs });
      return { ...common, unitId, deviceId: names.deviceOf(unitId)?.deviceId ?? null, title: requestTitle(content), fields: writtenFields(names, unitId, content), latencyMs: null, fault: null };
    }
    const parsed = parseTcpResponse(frame);
    if (!parsed.ok) return { ...common, ...nobody(frame), fault: 'unexpected' };
    const { unitId, transactionId, content } = parsed.value;
    const question = asked.get(transactionId);
    asked.delete(transactionId);
    const request = question !== undefined && answersRequest(question.request, content) ? question.request : null;
    return {
      ...common,
      unitId,
      deviceId: names.deviceOf(unitId)?.deviceId ?? null,
      title: answerTitle(content),
      fields: answerFields(names, unitId, request, content),
      latencyMs: question === undefined ? null : timeMs - question.timeMs,
      fault: faultOf(content, request),
    };
  };

  return {
    push({ direction, bytes, timeMs }) {
      const frames: TrafficFrame[] = [];
      let buffer = joined(buffers[direction], bytes);
      for (let length = tcpFrameLength(buffer); length !== null && length <= buffer.length && length <= LONGEST_TCP_BYTES; length = tcpFrameLength(buffer)) {
        frames.push(frameOf(direction, buffer.slice(0, length), timeMs));
        buffer = buffer.slice(length);
      }
      const isLost = (tcpFrameLength(buffer) ?? 0) > LONGEST_TCP_BYTES;
      if (isLost) frames.push({ timeMs, direction, isOurs: true, ...nobody(buffer), fault: 'no frame', hex: hexOf(buffer) });
      buffers[direction] = isLost ? new Uint8Array(0) : buffer;
      return frames;
    },
    settle: () => [],
  };
}

const nobody = (bytes: Uint8Array) => ({ unitId: null, deviceId: null, title: `${String(bytes.length)} bytes`, fields: [], latencyMs: null });

function requestTitle(request: ModbusRequest): string {
  if (request.kind === 'read') return `read ${request.table} ${hexAddress(request.address)} x ${String(request.count)}`;
  return `write ${hexAddress(request.address)}${request.values.length === 1 ? ` = ${String(request.values[0])}` : ` x ${String(request.values.length)}`}`;
}

function answerTitle(answer: ModbusAnswer): string {
  switch (answer.kind) {
    case 'words':
      return `${answer.table} x ${String(answer.words.length)}`;
    case 'written':
      return `written ${hexAddress(answer.address)}`;
    case 'exception':
      return `exception ${String(answer.exception)}: ${EXCEPTION_NAMES.get(answer.exception) ?? 'unknown'}`;
  }
}

function faultOf(answer: ModbusAnswer, request: ModbusRequest | null): string | null {
  if (answer.kind === 'exception') return `exception ${String(answer.exception)}`;
  return request === null ? 'unexpected' : null;
}

function answerFields(names: UnitNames, unitId: number, request: ModbusRequest | null, answer: ModbusAnswer): readonly ReadField[] {
  if (answer.kind !== 'words' || request?.kind !== 'read') return [];
  return fieldsOf(names, unitId, { table: request.table, address: request.address, words: answer.words });
}

function writtenFields(names: UnitNames, unitId: number, request: ModbusRequest): readonly ReadField[] {
  return request.kind === 'read' ? [] : fieldsOf(names, unitId, { table: 'holding', address: request.address, words: request.values });
}

function fieldsOf(names: UnitNames, unitId: number, block: { readonly table: 'holding' | 'input'; readonly address: number; readonly words: readonly number[] }): readonly ReadField[] {
  const device = names.deviceOf(unitId);
  const named = device === null ? [] : names.fieldsOf(device.model, block);
  if (named.length > 0) return named;
  return block.words.map((word, index) => ({ name: hexAddress(block.address + index), place: `${block.table} ${hexAddress(block.address + index)}`, value: word, unit: null }));
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
