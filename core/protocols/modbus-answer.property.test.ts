/** Random bytes and near misses: whatever comes, only an answer to the request is taken, and everything else is accounted for. */
import { expect, test } from 'vitest';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import { classifyBytes, createAnswerCollector, type PassedOverReason } from './modbus-answer.ts';
import { exceptionPdu, readAnswerPdu, rtuFrame, writeAnswerPdu, type ModbusRequest } from './modbus.ts';

/** 1 million in the soak (50,000 sites per property there). */
const FRAMES = 20 * Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000);
const UNIT = 17;

const random = createRandom(20);
const below = (most: number): number => Math.floor(random.next() * most);
const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

const requests: readonly ModbusRequest[] = [
  { kind: 'read', table: 'input', address: 0x34, count: 6 },
  { kind: 'read', table: 'holding', address: 7, count: 1 },
  { kind: 'write', functionCode: 6, address: 3, values: [160] },
  { kind: 'write', functionCode: 16, address: 0x20, values: [1, 2, 3] },
];

function goodPdu(request: ModbusRequest): Uint8Array {
  if (request.kind === 'write') return writeAnswerPdu(request.functionCode, request.address, request.values);
  return readAnswerPdu(request.table, Array.from({ length: request.count }, () => below(65_536)));
}

/** Each is wrong in one way; the reasons it may be passed over for. */
const NEAR_MISSES: Readonly<Record<string, (request: ModbusRequest) => Uint8Array>> = {
  'random bytes': () => randomBytes(1 + below(60)),
  'one bit turned': (request) => flipped(rtuFrame(UNIT, goodPdu(request))),
  'cut short': (request) => {
    const frame = rtuFrame(UNIT, goodPdu(request));
    return frame.slice(0, 1 + below(frame.length - 1));
  },
  'another unit': (request) => rtuFrame(UNIT + 1 + below(200), goodPdu(request)),
  'another function': (request) => rtuFrame(UNIT, readAnswerPdu(request.kind === 'read' && request.table === 'input' ? 'holding' : 'input', [1, 2, 3, 4, 5, 6])),
  'another count': (request) => rtuFrame(UNIT, readAnswerPdu(request.kind === 'read' ? request.table : 'input', Array.from({ length: 7 + below(20) }, () => below(65_536)))),
  'another address': () => rtuFrame(UNIT, writeAnswerPdu(below(2) === 0 ? 6 : 16, 999, [160, 161, 162])),
  'another exception': () => rtuFrame(UNIT, exceptionPdu(5, 2)),
  'a byte missing': (request) => {
    const frame = rtuFrame(UNIT, goodPdu(request));
    const at = below(frame.length);
    return Uint8Array.from([...frame.slice(0, at), ...frame.slice(at + 1)]);
  },
};

function flipped(frame: Uint8Array): Uint8Array {
  const at = below(frame.length);
  const bit = 1 << below(8);
  return frame.map((byte, index) => (index === at ? byte ^ bit : byte));
}

test(`${FRAMES.toLocaleString('en')} wrong frames: none is taken for an answer, each is passed over for a reason`, { timeout: 120_000 }, () => {
  const kinds = Object.entries(NEAR_MISSES);
  const reasons = new Map<PassedOverReason, number>();
  for (let turn = 0; turn < FRAMES; turn += 1) {
    const request = requests[turn % requests.length] ?? requests[0];
    const [name, make] = kinds[turn % kinds.length] ?? ['', () => randomBytes(8)];
    if (request === undefined) continue;
    const bytes = make(request);
    const collector = createAnswerCollector(UNIT, request, null);
    // In two pieces, as a port may hand them over.
    const cut = below(bytes.length);
    const found = collector.push(bytes.slice(0, cut)) ?? collector.push(bytes.slice(cut));
    if (found !== null) expect.fail(`${name}: taken for an answer: ${String(bytes)}`);
    const passed = collector.judge();
    if (passed.length === 0) expect.fail(`${name}: nothing said about ${String(bytes)}`);
    for (const { reason } of passed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  expect([...reasons.keys()].sort()).toEqual(['checksum', 'noise', 'other-answer', 'other-unit', 'short']);
});

test('an answer is found behind noise, another unit and a broken frame, however it is cut', () => {
  for (let turn = 0; turn < 2000; turn += 1) {
    const request = requests[turn % requests.length] ?? { kind: 'read', table: 'input', address: 0, count: 1 };
    const answer = rtuFrame(UNIT, goodPdu(request));
    const before = Uint8Array.from([...randomBytes(below(20)), ...rtuFrame(UNIT + 1, goodPdu(request)), ...flipped(rtuFrame(UNIT + 2, goodPdu(request)))]);
    const all = Uint8Array.from([...before, ...answer, 0x55]);
    const collector = createAnswerCollector(UNIT, request, false);
    let found = null;
    for (let at = 0; at < all.length && found === null; ) {
      const length = 1 + below(12);
      found = collector.push(all.slice(at, at + length));
      at += length;
    }
    expect(found?.frame).toEqual(answer);
  }
});

test('an echo is told from the answer by coming first', () => {
  for (const request of requests) {
    const collector = createAnswerCollector(UNIT, request, request.kind === 'write' && request.functionCode === 6 ? true : null);
    const pdu = request.kind === 'read' ? Uint8Array.of(request.table === 'holding' ? 3 : 4, 0, request.address, 0, request.count) : request.functionCode === 6 ? Uint8Array.of(6, 0, 3, 0, 160) : Uint8Array.of(16, 0, 0x20, 0, 3, 6, 0, 1, 0, 2, 0, 3);
    expect(collector.push(rtuFrame(UNIT, pdu))).toBeNull();
    expect(collector.isEchoed).toBe(true);
    const answer = rtuFrame(UNIT, goodPdu(request));
    expect(collector.push(answer)?.frame).toEqual(answer);
  }
});

test('random bytes are classified to their end', () => {
  for (let turn = 0; turn < 2000; turn += 1) expect(classifyBytes(randomBytes(1 + below(300))).length).toBeGreaterThan(0);
});
