/** RAPI exchanges of the captures through our codec, in the forms in which they were recorded. */
import { failure, type Result } from '../../core/errors.ts';
import { openEvseState } from '../../core/protocols/openevse.ts';
import { rapiAdditiveChecksum, rapiChecksum, readRapiAnswer, readRapiLine } from '../../core/protocols/rapi.ts';
import { RAPI_FLAGS, readCapacity, readMeasured, readSettings, readState, readTemperatures, readVersion, type RapiState } from '../../core/protocols/rapi-values.ts';
import type { Figures } from './capture-figures.ts';

const ALL_EQUAL = 'all XOR checksums recomputed and equal';

interface Exchange {
  readonly command: string;
  readonly tokens: readonly string[];
}

/** Lines `> command` and `< answer`. */
function readConsole(text: string, decoded: Figures): Figures {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const isSound = lines.every((line) => isSoundFrame(line.slice(2)));
  const exchanges: Exchange[] = [];
  const failures: string[] = [];
  let command = '';
  for (const line of lines) {
    if (line.startsWith('>')) command = line.slice(2);
    else {
      const answer = readRapiAnswer(line.slice(2));
      if (answer.ok) exchanges.push({ command: command.replace(/\^..$/, ''), tokens: answer.value });
      else failures.push(answer.error.code);
    }
  }
  return { checksums: isSound && failures.length === 0 ? ALL_EQUAL : failures.join(' '), ...consoleFigures(exchanges, decoded) };
}

function isSoundFrame(frame: string): boolean {
  const [, text, sum] = /^(\$[^^*]*)\^([0-9A-F]{2})$/.exec(frame) ?? [];
  return text !== undefined && rapiChecksum(text) === sum;
}

const valueOf = <T>(read: Result<T> | undefined): T | null => (read?.ok === true ? read.value : null);

function consoleFigures(exchanges: readonly Exchange[], decoded: Figures): Figures {
  const answersTo = (name: string): readonly (readonly string[])[] => exchanges.filter(({ command }) => command.startsWith(name)).map(({ tokens }) => tokens);
  const one = <T>(name: string, read: (tokens: readonly string[]) => Result<T>): T | null => {
    const [tokens] = answersTo(name);
    return tokens === undefined ? null : valueOf(read(tokens));
  };
  const state = one('$GS', (tokens) => readState(tokens, false));
  const temperatures = one('$GP', readTemperatures);
  const measured = one('$GG', readMeasured);
  return {
    GS: state === null ? null : { ...stateFigures(state), vflags: (state.flags ?? 0).toString(16).padStart(4, '0') },
    GP_c: temperatures === null ? null : { ds3231: temperatures[0], mcp9808: temperatures[1], tmp007: temperatures[2] },
    GG: measured === null ? null : { current_a: measured.currentA, voltage_v: measured.voltageV },
    SV_volts: exchanges.filter(({ command }) => command.startsWith('$SV')).map(({ command }) => Number(command.slice(4)) / 1000),
    ...inTurn(['before', 'after'], answersTo('$GC').map(capacityFigures)),
    ...inTurn(['first', 'second'], answersTo('$GV').map(versionFigures)),
    ...namedState(decoded, state),
  };
}

const inTurn = (names: readonly string[], figures: readonly unknown[]): Figures => Object.fromEntries(figures.map((figure, index) => [names[index] ?? `answer_${String(index)}`, figure]));

function capacityFigures(tokens: readonly string[]): Figures | null {
  const capacity = valueOf(readCapacity(tokens));
  return capacity === null ? null : { min_a: capacity.minA, hw_max_a: capacity.hardwareMaxA, pilot_a: capacity.pilotA, configured_max_a: capacity.configuredMaxA };
}

function versionFigures(tokens: readonly string[]): Figures | null {
  const version = valueOf(readVersion(tokens));
  return version === null ? null : { firmware: version.firmware, protocol: version.protocol };
}

/** Names of states as the captures write them, with the J1772 letter or the code. */
const STATE_NAMES: Readonly<Record<number, string>> = { 1: 'A not connected', 2: 'B connected', 3: 'C charging', 0xfe: 'FE sleeping', 0xff: 'FF disabled' };

function stateFigures(state: RapiState): Figures {
  const flags = state.flags ?? 0;
  const has = (flag: keyof typeof RAPI_FLAGS): boolean => (flags & RAPI_FLAGS[flag]) !== 0;
  return {
    state: STATE_NAMES[state.stateCode] ?? openEvseState(state.stateCode),
    elapsed_s: state.elapsedS,
    pilot_state: state.pilotStateCode,
    vehicle_connected: has('isVehicleConnected'),
    session_ended: has('hasSessionEnded'),
    previous_ev_connected: has('wasVehicleConnected'),
    auto_service_level_skipped: has('isServiceLevelSkipped'),
    relay_closed: has('isRelayClosed'),
  };
}

/** Where the figures of one state stand without a name of their own. */
const namedState = (decoded: Figures, state: RapiState | null): Figures => ('state' in decoded && state !== null ? stateFigures(state) : {});

/** Documents: lists of frames with their checksums, of token lists, of requests through the gateway, of topics. */
function readRapiDocument(document: unknown, decoded: Figures): Figures {
  if (isRecord(document)) return checksumFigures(document);
  const entries = Array.isArray(document) ? (document as readonly unknown[]) : [];
  if (entries.some((entry) => isRecord(entry) && 'gs' in entry)) return Object.fromEntries(entries.filter(isRecord).map(listedState));
  if (entries.some((entry) => isRecord(entry) && 'reply' in entry)) return passThrough(entries.filter(isRecord));
  return topicSample(entries.filter((entry) => typeof entry === 'string'), decoded);
}

const isRecord = (value: unknown): value is Figures => typeof value === 'object' && value !== null && !Array.isArray(value);
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []);

/** How many of the frames carry the checksum that we make of them. */
function checksumFigures(document: Figures): Figures {
  const sound = (frames: readonly string[], mark: string, sum: (text: string) => string): number =>
    frames.filter((frame) => sum(frame.slice(0, frame.lastIndexOf(mark))) === frame.slice(frame.lastIndexOf(mark) + 1)).length;
  return { xor_ok: sound(textsOf(document['xor']), '^', rapiChecksum), additive_ok: sound(textsOf(document['additive']), '*', rapiAdditiveChecksum) };
}

function listedState({ when, gs }: Figures): readonly [string, unknown] {
  const state = valueOf(readState(textsOf(gs), false));
  return [String(when), state === null ? null : stateFigures(state)];
}

function passThrough(entries: readonly Figures[]): Figures {
  const answers = entries.map(({ reply }) => answerOfReply(isRecord(reply) ? reply : {}));
  const refused = entries.flatMap(({ reply }) => (isRecord(reply) && typeof reply['error'] === 'string' ? [reply['error']] : []));
  return { ok: answers.map((answer) => answer.ok), ...(refused[0] === undefined ? {} : { error_text: refused[0] }) };
}

function answerOfReply({ ret, error }: Figures): Result<readonly string[]> {
  return typeof ret === 'string' ? readRapiAnswer(ret) : failure('refused', { payload: typeof error === 'string' ? error : '' });
}

/** The last line is `<topic> <answer>`; its tokens hold whether its checksum does or not. */
function topicSample(lines: readonly string[], decoded: Figures): Figures {
  const answer = lines.at(-1)?.replace(/^\S+ /, '') ?? '';
  const [, text = '', printed = ''] = /^(.*)\^(..)$/.exec(answer) ?? [];
  const settings = valueOf(readSettings(text.split(' ').slice(1)));
  const flagsText = isRecord(decoded['sample_reply']) ? text.split(' ').at(-1) : undefined;
  return {
    sample_reply: settings === null ? null : { amps: settings.currentA, flags: flagsText },
    sample_checksum_computed: rapiChecksum(text),
    sample_checksum_printed: printed,
    sample_valid: readRapiLine(answer).ok,
  };
}

export const readRapiCapture = (bytes: Uint8Array, isDocument: boolean, decoded: Figures): Figures => {
  const text = new TextDecoder().decode(bytes);
  return isDocument ? readRapiDocument(JSON.parse(text), decoded) : readConsole(text, decoded);
};
