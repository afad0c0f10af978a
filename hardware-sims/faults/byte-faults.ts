/** Named faults between a device and its serial line, on what the device says. */
import type { Clock } from '../../core/time/clock.ts';
import type { BytePort } from '../byte-port.ts';
import type { Random } from '../plant/random.ts';

export type ByteFault =
  | { readonly kind: 'silent' }
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'cut-short'; readonly byteCount: number }
  /** One byte of each piece is another. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'echo' }
  | { readonly kind: 'garbage-before'; readonly bytes: Uint8Array }
  /** Nothing of the first piece in this many gets through; the repetition does. */
  | { readonly kind: 'first-attempt-only' };

export interface FaultyPort extends BytePort {
  /** Null: the line is sound. */
  fault: ByteFault | null;
}

/** Stands between the device and whatever line it is put on. */
export function createFaultyPort(port: BytePort, clock: Clock, random: Random): FaultyPort {
  let outlet: (bytes: Uint8Array) => void = () => undefined;
  let attempts = 0;
  const say = (bytes: Uint8Array): void => {
    const { fault } = faulty;
    switch (fault?.kind) {
      case undefined:
      case 'echo':
        outlet(bytes);
        break;
      case 'silent':
        break;
      case 'late':
        clock.callAt(clock.monotonicMs() + fault.delayMs, () => {
          outlet(bytes);
        });
        break;
      case 'cut-short':
        outlet(bytes.slice(0, fault.byteCount));
        break;
      case 'corrupt':
        outlet(withOneOther(bytes, random));
        break;
      case 'garbage-before':
        outlet(fault.bytes);
        outlet(bytes);
        break;
      case 'first-attempt-only':
        attempts += 1;
        if (attempts % 2 === 0) outlet(bytes);
        break;
    }
  };
  const faulty: FaultyPort = {
    fault: null,
    attach(next) {
      outlet = next;
      port.attach(say);
    },
    receive(bytes) {
      if (faulty.fault?.kind === 'echo') outlet(bytes);
      port.receive(bytes);
    },
  };
  return faulty;
}

function withOneOther(bytes: Uint8Array, random: Random): Uint8Array {
  const other = bytes.slice();
  const at = Math.floor(random.next() * other.length);
  other[at] = (other[at] ?? 0) ^ (1 << Math.floor(random.next() * 7));
  return other;
}
