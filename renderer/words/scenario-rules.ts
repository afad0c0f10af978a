import type { Failure } from '../../core/errors.ts';
import { textOf } from './context.ts';

type Words = (value: string) => string;

/** Rules of the scenario file as sentences; the value is what breaks them. */
const RULES: Readonly<Record<string, Words | undefined>> = {
  json: () => 'This is no JSON: a bracket, a comma or a quote is missing or too much',
  'unknown-circuit': (value) => `The site has no circuit ${value}`,
  'unknown-evse': (value) => `The site has no EVSE ${value}`,
  'unknown-meter': (value) => `The site has no meter ${value}`,
  'unknown-device': (value) => `The site has neither a meter nor an EVSE ${value}`,
  'unknown-curve': (value) => `There is no breaker curve ${value}`,
  'rating-outside-curve': (value) => `This breaker is not made for ${value}\u2009A`,
  'unknown-template': () => 'There is no such template of a site',
  'unknown-controller': () => 'Nobody knows this controller',
  'unknown-key': () => 'The file has no such key here',
  'duplicate-id': (value) => `Another one has the id ${value} already`,
  'window-order': () => 'This is not after its beginning',
  'after-the-end': () => 'This is after the end of the run',
  'vehicles-overlap': (value) => `The outlet is taken: ${value} is plugged in then`,
  'too-many-phases': (value) => `More than the ${value} the EVSE has`,
  'fault-does-not-fit': () => 'This device cannot fail like that',
  'faults-overlap': (value) => `It overlaps with another fault of this device: ${value}`,
  'phase-not-there': () => 'The supply has no such phase',
  'missing-recording': (value) => `The recording ${value} is not there`,
  'recording-outside-folder': (value) => `The recording ${value} lies outside the folder of the scenario`,
  'recording-too-large': () => 'The recording is too large',
  'unknown-column': (value) => `The recording has no column ${value}`,
  'times-ascend': (value) => `The times do not ascend${value.startsWith('row') ? ` (${value})` : ''}`,
  'no-number': (value) => `This is no number: ${value}. Check column and decimals`,
  'no-time': (value) => `This is no time: ${value}. Check column and kind of time`,
  'unknown-time-zone': (value) => `There is no time zone ${value}`,
  'energy-is-no-point': () => 'An energy belongs to a stretch of time and is no point of a line',
  'no-home-battery': () => 'There is no home battery whose current could be told',
  'no-data': () => 'The recording has no row of figures: check columns, kind of time and decimals',
  'series-lengths': () => 'Each time needs a power, and each power a time',
  'bounds-order': () => 'This is below its lower bound',
  'no-bounds': () => 'It needs a lower or an upper bound',
  'no-circuit': () => 'The site has no circuit: there is no breaker to hold or trip',
  'id-of-the-library': (value) => `The library has the id ${value || 'already'}: choose another`,
  'invalid-type': () => 'A value of another kind belongs here',
  'wrong-format': () => 'This is not a scenario file',
};

/** What is wrong at the place of a file that the failure names, without saying where. */
export function ruleSentence({ code, context }: Failure): string {
  if (code === 'newer-version') return 'The file was written by a newer version of this program.';
  const rule = textOf(context, 'rule') ?? code;
  const words = RULES[rule]?.(textOf(context, 'value') ?? '');
  const message = textOf(context, 'message');
  if (words !== undefined) return `${words}${rule === 'invalid-type' || rule === 'json' ? (message === null ? '' : ` (${message})`) : ''}.`;
  return message === null ? `It breaks the rule “${rule}”.` : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
