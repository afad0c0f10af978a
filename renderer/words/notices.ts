import type { Notice, NoticeCode } from '../../core/balancing/setpoint.ts';
import { anyPart, part, textOf, type Context } from './context.ts';
import { capitalized, type Names } from './names.ts';

type NoticeWords = (who: string, context: Context) => string;

const because = (context: Context): string => anyPart(context, ['message', 'reason', 'why', 'cause', 'error', 'code'], ': ');

/** Figures that are absent leave their part of the sentence out. */
export const NOTICE_WORDS: Readonly<Record<NoticeCode, NoticeWords>> = {
  'meter-stale': (who, context) =>
    `${who} has sent nothing${part(context, 'ageMs', ' for ', 'ms') || part(context, 'allowedAgeMs', ' for more than ', 'ms')}; ${context.isFailSafe === true ? 'its circuit is at the fail-safe sum' : 'nothing is raised meanwhile'}`,
  'meter-frozen': (who) => `${who} repeats the same value although the EVSEs changed what they draw`,
  'meter-reversed': (who) => `${who} counts backwards: its clamp seems to be mounted the wrong way round`,
  'meter-too-low': (who, context) => `${who} shows less than the EVSEs behind it report${part(context, 'differenceA', ', by ', 'A')}`,
  'meter-refused': (who, context) => `a value of ${who} was refused${because(context)}`,
  'evse-silent': (who, context) =>
    `${who} does not answer${part(context, 'ageMs', ' for ', 'ms')}${part(context, 'reservedA', '; ', 'A', ' is kept free for it')}`,
  'evse-refused': (who, context) => `${who} refused its offer${part(context, 'requestedA', ' of ', 'A')}${because(context)}`,
  'evse-ignores-setpoint': (who, context) =>
    `${who} does not follow its offer${anyPartA(context, ['requestedA', 'setpointA'], ': asked ')}${anyPartA(context, ['readBackA', 'offeredA'], ', offers ')}${anyPartA(context, ['drawnA', 'measuredA'], ', draws ')}`,
  'evse-restarted': (who) => `${who} restarted: what it was told before may be forgotten, so it is told again`,
  'evse-other-commander': (who, context) => `${who} takes orders from ${anyPart(context, ['commander', 'client'], '') || 'somebody else'}`,
  'evse-offer-changed': (who, context) =>
    `the offer of ${who} has changed without us${part(context, 'oursA', ': told ', 'A')}${part(context, 'theirsA', ', offers ', 'A')}; it is told once more`,
  'evse-contested': (who, context) =>
    `somebody else sets ${who} as well${part(context, 'oursA', ': told ', 'A')}${part(context, 'theirsA', ', offers ', 'A')}. It is left alone, and the larger of both is kept free for it`,
  'ride-through': (who, context) =>
    `${who} is let carry more than its limit for a while, so that nobody has to stop${part(context, 'currentA', ': ', 'A')}${part(context, 'limitA', ' of ', 'limit')}${part(context, 'loadPercent', ', its breaker at ', 'text', ' % of its earliest trip')}`,
  'offer-not-sent': (who, context) => `an offer for ${who} could not be sent${because(context)}`,
  'above-continuous-limit': (who, context) => `${who} is above its continuous limit${part(context, 'limitA', ' of ', 'limit')}${anyPartA(context, ['currentA', 'totalA'], ': ')}`,
  'above-rating': (who, context) => `${who} is above its breaker rating${anyPartL(context, ['ratingA', 'limitA'], ' of ')}${anyPartA(context, ['currentA', 'totalA'], ': ')}`,
  starting: (who, context) => `nothing is raised until ${who} has been read${part(context, 'liveReadings', ' three times, so far ', 'text', '')}`,
  'clock-jump': (_who, context) =>
    `this computer slept or its clock was set${part(context, 'gapMs', ', a gap of ', 'ms')}; every value counts as stale until it is read again`,
  'input-refused': (who, context) => `what ${textOf(context, 'device') ?? (who === 'the site' ? 'a device' : who)} sent was refused${because(context)}`,
  'battery-value-old': (_who, context) => `the home battery has told nothing${part(context, 'ageMs', ' for ', 'ms')}, so it is not compensated`,
  'capacity-exceeded': (_who, context) =>
    `the capacity limit is exceeded${part(context, 'sumA', ': ', 'A')}${part(context, 'limitA', ' of ', 'limit')}${part(context, 'meanW', ': ', 'text', ' W')}${part(context, 'limitW', ' of ', 'text', ' W')}${part(context, 'remainingS', ', another ', 's')}`,
  dimmed: (_who, context) => `${context.by === 'grid-relay' ? 'the grid relay is open' : 'the grid operator dims'}${part(context, 'limitW', ': the EVSEs may take ', 'text', ' W together')}`,
  'temperature-high': (who, context) => `${who} is too warm${part(context, 'temperatureC', ': ', 'text', ' °C')}${part(context, 'resumeC', ', it charges again at ', 'text', ' °C')}`,
  'override-ended': (who, context) => {
    const mode = textOf(context, 'mode');
    const about = who === 'the site' ? 'all EVSEs' : who;
    if (mode !== null) return `${mode === 'pause' ? 'the pause' : `the mode ${capitalized(mode)}`} that a person asked for ${about} has ended`;
    return `the limit that a person set for ${who} has ended${part(context, 'limitA', ': ', 'limit')}`;
  },
  'control-ended': (_who, context) => `control has ended${because(context)}; the EVSEs stay as they were told`,
};

function anyPartL(context: Context, keys: readonly string[], lead: string): string {
  const key = keys.find((name) => textOf(context, name) !== null);
  return key === undefined ? '' : part(context, key, lead, 'limit');
}

function anyPartA(context: Context, keys: readonly string[], lead: string): string {
  const key = keys.find((name) => textOf(context, name) !== null);
  return key === undefined ? '' : part(context, key, lead, 'A');
}

export function noticeSentence(notice: Notice, names: Names): string {
  const who = notice.about === null ? 'the site' : names.thing(notice.about);
  return `${capitalized(NOTICE_WORDS[notice.code](who, notice.context))}.`;
}
