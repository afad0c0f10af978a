/** Which of our decoders reads which capture. */
import type { Figures } from './capture-figures.ts';
import { readOpenEvse } from './capture-openevse.ts';
import { readP1Capture } from './capture-p1.ts';
import { readRapiCapture } from './capture-rapi.ts';
import { readShelly3em, readShellyEm } from './capture-shelly.ts';
import type { Capture } from './captures.ts';

/** Null where nothing in the payload is for our driver. */
type CaptureReader = (capture: Capture) => Figures | null;

const SLASH = 0x2f;

/** A telegram begins with a slash, whoever passed it on. */
const isTelegram = ({ bytes, isDocument }: Capture): boolean => !isDocument && bytes[0] === SLASH;

const textOf = ({ bytes }: Capture): string => new TextDecoder().decode(bytes);

const READERS: Readonly<Record<string, CaptureReader>> = {
  p1: ({ bytes, decoded }) => readP1Capture(bytes, decoded),
  'openevse-rapi': ({ bytes, isDocument, decoded }) => readRapiCapture(bytes, isDocument, decoded),
  'shelly-em': (capture) => readShellyEm(textOf(capture), capture.isDocument),
  'shelly-3em': (capture) => readShelly3em(textOf(capture), capture.isDocument),
  openevse: readOpenEvse,
};

/** The reader of a capture, or why it is skipped. */
export function readerOfCapture(capture: Capture): CaptureReader | string {
  if (isTelegram(capture)) return ({ bytes, decoded }) => readP1Capture(bytes, decoded);
  return READERS[capture.device] ?? `no driver for ${capture.device} over ${capture.interfaceText.split(' ')[0] ?? ''} yet`;
}
