/** Which of our decoders reads which capture. */
import type { Figures } from './capture-figures.ts';
import { readP1Capture } from './capture-p1.ts';
import type { Capture } from './captures.ts';

type CaptureReader = (capture: Capture) => Figures;

const SLASH = 0x2f;

/** A telegram begins with a slash, whoever passed it on. */
const isTelegram = ({ bytes, isDocument }: Capture): boolean => !isDocument && bytes[0] === SLASH;

/** The reader of a capture, or why it is skipped. */
export function readerOfCapture(capture: Capture): CaptureReader | string {
  if (isTelegram(capture)) return ({ bytes, decoded }) => readP1Capture(bytes, decoded);
  return `no driver for ${capture.device} over ${capture.interfaceText.split(' ')[0] ?? ''} yet`;
}
