import type { SiteFinding } from '../../core/host-api/contract.ts';
import type { SiteCure, SiteRule } from '../../core/site/finding.ts';
import type { PhaseIndex } from '../../core/quantities.ts';
import { part, numberOf, textOf, type Context } from './context.ts';
import { capitalized, phaseLabel, type Names } from './names.ts';
import { asText, limit } from './numbers.ts';

type FindingWords = (who: string, context: Context) => string;

const a = (context: Context, key: string): string => {
  const value = numberOf(context, key);
  return value === null ? 'no value' : asText(limit(value));
};

function sumWords(how: string): FindingWords {
  return (who, context) => {
    const phase = numberOf(context, 'phase');
    const letter = phase === null ? '' : ` on ${phaseLabel(phase as PhaseIndex)}`;
    const assumed = (numberOf(context, 'assumedLoadA') ?? 0) > 0 ? ` and ${a(context, 'assumedLoadA')} assumed load` : '';
    return `${how}, the EVSEs${assumed} on ${who} come to ${a(context, 'sumA')}${letter}; ${a(context, 'limitA')} may flow without end`;
  };
}

const CLAMP_WORDS: Readonly<Record<string, string | undefined>> = {
  'one-phase': 'one phase',
  'each-phase': 'each phase',
  'both-legs': 'both legs with one clamp',
};

const SETTING_WORDS: Readonly<Record<string, string | undefined>> = { unbalanceLimitA: 'the limit between phases', phaseSwitching: 'phase switching' };

export const FINDING_WORDS: Readonly<Record<SiteRule, FindingWords>> = {
  'no-circuit': () => 'the site has no circuit',
  'no-root-circuit': () => 'no circuit is the one at the grid connection: every one has a parent',
  'several-root-circuits': (who, context) => `${who} has no parent, and neither has ${textOf(context, 'first') ?? 'another one'}: only one circuit is at the grid connection`,
  'circuit-cycle': (who) => `${who} is fed by itself`,
  'duplicate-id': (_who, context) => `the id "${textOf(context, 'id') ?? ''}" is used twice, first at ${textOf(context, 'first') ?? ''}`,
  'unknown-circuit': (_who, context) => `there is no circuit "${textOf(context, 'id') ?? ''}"`,
  'unknown-meter': (who, context) => `${who} names the meter "${textOf(context, 'id') ?? ''}", which the site does not have`,
  'time-zone-unknown': (_who, context) => `the time zone "${textOf(context, 'timeZone') ?? ''}" is not known`,
  'duplicate-link': (who, context) => `${who} and ${textOf(context, 'first') ?? 'another device'} share one address: an offer for one would move the other`,
  'meter-measures-several-circuits': (who, context) => `${who} is named as the meter of ${textOf(context, 'circuits') ?? 'several'} circuits`,
  'meter-unused': (who) => `${who} measures no circuit`,
  'phases-unmeasured': (who, context) => `${who} measures ${textOf(context, 'measured') ?? ''} of ${textOf(context, 'supplyPhases') ?? ''} phases`,
  'phase-count-exceeds-supply': (who, context) => `${who} loads ${textOf(context, 'phaseCount') ?? ''} conductors and the supply has ${textOf(context, 'supplyPhases') ?? ''}`,
  'phase-map-leaves-supply': (who) => `${who} is mapped to a phase that the supply does not have`,
  'clamp-needs-split-phase': (who) => `${who} measures both legs, which only a split-phase supply has`,
  'evse-on-one-leg': (who) => `${who} loads one leg only; on split phase an EVSE usually loads both`,
  'split-voltage-is-leg-to-leg': (_who, context) => `${part(context, 'nominalVoltageV', '', 'text', ' V')} is the voltage of one leg; a split-phase site is described by leg to leg, 240 V`,
  'meter-age-too-short': (who, context) =>
    `${who} is stale after ${part(context, 'allowedAgeMs', '', 'ms')}, although it sends every ${part(context, 'periodMs', '', 'ms')}: one lost value would stop everything`,
  'meter-age-too-long': (who, context) => `${who} may be ${part(context, 'allowedAgeMs', '', 'ms')} old: a dead feed would be noticed too late`,
  'minimum-above-ceiling': (who, context) => `the minimum of ${a(context, 'minCurrentA')} is above what ${who} may have`,
  'minimum-below-pilot': (who, context) => `the minimum of ${who} is ${a(context, 'minCurrentA')}; no pilot says less than ${a(context, 'lowestA')}`,
  'configured-max-above-rating': (who, context) => `${who} is configured to ${a(context, 'configuredMaxA')} and rated ${a(context, 'ratingA')}`,
  'configured-max-above-circuit-limit': (who, context) => `an EVSE on ${who} may offer ${a(context, 'configuredMaxA')} by itself; ${a(context, 'limitA')} may flow without end`,
  'fail-safe-above-rating': (who, context) => `${who} falls back to ${a(context, 'failSafeCurrentA')} and is rated ${a(context, 'ratingA')}`,
  'fail-safe-below-minimum': (who, context) => `${who} falls back to ${a(context, 'failSafeCurrentA')}, less than its minimum of ${a(context, 'minCurrentA')}`,
  'power-up-above-rating': (who, context) => `${who} offers ${a(context, 'powerUpCurrentA')} after a restart and is rated ${a(context, 'ratingA')}`,
  'fail-safe-sum': sumWords('Without communication'),
  'power-up-sum': sumWords('After a blackout'),
  'unmetered-without-assumed-load': (who) => `nothing measures ${who} and no other load is assumed there`,
  'continuous-factor-above-nec': (who, context) => `${who} is loaded to ${textOf(context, 'continuousFactor') ?? ''} of its rating; a continuous load may take ${textOf(context, 'allowedFactor') ?? ''}`,
  'duplicate-bus-address': (who, context) => `${who} and ${textOf(context, 'first') ?? 'another EVSE'} have the bus address ${textOf(context, 'busAddress') ?? ''}: a queue by address cannot tell them apart`,
  'link-unfit-for-model': (who, context) => `${who} is a ${textOf(context, 'model') ?? 'device'}, which is not reached over ${textOf(context, 'link') ?? 'this link'}`,
  'clamp-unfit-for-model': (who, context) => `${who} is a ${textOf(context, 'model') ?? 'meter'}, which does not measure ${CLAMP_WORDS[textOf(context, 'clamp') ?? ''] ?? 'that way'}`,
  'meter-model-unknown': (who, context) => `${who} is a "${textOf(context, 'model') ?? ''}", and no description has this name`,
  'custom-registers-missing': (who) => `nothing says which registers of ${who} hold what`,
  'custom-registers-unused': (who, context) => `${who} is read by the description of ${textOf(context, 'model') ?? 'its model'}; the registers that are typed in for it are not used`,
  'custom-data-type-unknown': (who, context) => `no firmware gives data type ${textOf(context, 'dataType') ?? ''} of ${who} a meaning`,
  'own-file-refused': (_who, context) =>
    `the file ${textOf(context, 'file') ?? 'of a description'} is not used: it breaks the rule "${textOf(context, 'rule') ?? 'unknown'}"${textOf(context, 'path') ? ` at ${textOf(context, 'path') ?? ''}` : ''}`,
  'phase-fuses-leave-supply': (who, context) => `${who} has fuses for three phases and the supply has ${textOf(context, 'supplyPhases') ?? 'fewer'}`,
  'phase-fuses-contradict-rating': (who, context) => `the largest fuse of ${who} has ${a(context, 'largestA')}, its rating says ${a(context, 'ratingA')}`,
  'source-credit-without-source': (who, context) => `${who} has a credit of ${a(context, 'sourceCreditA')} for a source that it does not have`,
  'star-only-setting': (who, context) => `${SETTING_WORDS[textOf(context, 'setting') ?? ''] ?? 'a setting'} of ${who} has no meaning without a neutral`,
  'unbalance-needs-three-phases': (who) => `${who} has a limit between phases on a supply that has not got three`,
  'phase-switching-needs-three-phases': (who, context) => `${who} is said to switch phases and loads ${textOf(context, 'phaseCount') ?? 'fewer than three'}`,
  'solar-without-source': (who) => `solar mode is set and nothing is said to feed in at ${who}: its export would be taken for a clamp the wrong way round`,
  'solar-without-grid-meter': () => 'solar mode is set and nothing measures the grid connection, so no surplus can be seen',
  'capacity-without-grid-meter': (_who, context) => `a capacity limit is set and nothing measures the grid connection: ${a(context, 'assumedLoadA')} per phase is assumed`,
  'offer-ttl-too-short': (who, context) => `${who} forgets an offer after ${part(context, 'offerTtlMs', '', 'ms')}, before it can be repeated`,
  'temperature-resume-not-below-stop': (who, context) => `${who} stops at ${textOf(context, 'stopC') ?? ''} °C and would charge again at ${textOf(context, 'resumeC') ?? ''} °C`,
  'schedule-never-holds': (_who, context) => `a window from ${textOf(context, 'from') ?? ''} to ${textOf(context, 'to') ?? ''} never holds`,
  'schedule-says-nothing': (_who, context) => `the window from ${textOf(context, 'from') ?? ''} to ${textOf(context, 'to') ?? ''} sets nothing`,
  'schedule-unknown-evse': (_who, context) => `a window of the schedule names the EVSE "${textOf(context, 'id') ?? ''}", which the site does not have`,
  'weight-without-effect': (who, context) => `the weight ${textOf(context, 'weight') ?? ''} of ${who} has no effect: ${textOf(context, 'evses') === '1' ? 'there is no other EVSE' : 'all have the same'}`,
  'ride-through-allowed': (_who, context) =>
    `an EVSE whose minimum does not fit may stay at it for ${part(context, 'rideThroughS', '', 's')}, while the breaker is cool and carries less than 1.13 times its rating`,
  'acceptance-unused': (_who, context) => `the accepted finding "${textOf(context, 'finding') ?? ''}" does not exist any more`,
};

export const CURE_WORDS: Readonly<Record<SiteCure, (context: Context) => string>> = {
  'lower-configured-max': (context) =>
    `Lower ${textOf(context, 'setting') ?? 'the configured limit'}${part(context, 'fittingA', ' to ', 'limit')}, or accept it in writing.`,
  'lower-fail-safe-current': () => 'Lower the fail-safe current of the EVSEs.',
  'raise-allowed-age': (context) => `Allow at least ${part(context, 'shortestMs', '', 'ms') || 'two and a half periods'}.`,
  'lower-allowed-age': (context) => `Allow at most ${part(context, 'longestMs', '', 'ms') || 'five periods'}.`,
  'set-assumed-load': () => 'Say what other load may take there, or give the circuit a meter.',
  'add-circuit': () => 'Add the circuit at the grid connection.',
  'choose-fitting-link': (context) => `Choose ${textOf(context, 'fitting') ?? 'another link'}, or another model.`,
  'choose-fitting-clamp': (context) => `Choose ${textOf(context, 'fitting') ?? 'another clamp'}, or another model.`,
  'add-description': () => 'Choose a model from the list, or put its description into the folder "meters" of the data folder.',
  'describe-registers': () => 'Type in byte order, data type (0 to 2), function and registers of the meter, or choose a described model.',
  'mend-file': () => 'Correct the file and start the program again, or take it out of the data folder.',
  'change-address': () => 'Give each its own address.',
  'remove-setting': () => 'Take the setting out.',
  'set-largest-fuse': (context) => `Set the rating${part(context, 'largestA', ' to ', 'limit')}, or correct the fuses.`,
  'declare-source': () => 'Say at which circuit PV or a battery feeds in.',
  'meter-at-grid': () => 'Give the circuit at the grid connection a meter.',
  'raise-offer-ttl': (context) => `Set at least ${part(context, 'shortestMs', '', 'ms') || 'three seconds'} in the device.`,
  'lower-resume-temperature': () => 'Set a temperature below the one at which it stops.',
  'correct-window': () => 'Correct the window, or take it out.',
  'lower-continuous-factor': (context) => `Set ${textOf(context, 'allowedFactor') ?? '0.8'}, or accept it in writing.`,
};

export function findingSentence(finding: SiteFinding, names: Names): string {
  const who = finding.about === null ? 'the site' : names.thing(finding.about);
  const words = (FINDING_WORDS as Readonly<Record<string, FindingWords | undefined>>)[finding.rule];
  return words === undefined ? `${capitalized(who)}: rule "${finding.rule}", at ${finding.path}.` : `${capitalized(words(who, finding.context))}.`;
}

export function cureSentence(finding: SiteFinding): string | null {
  if (finding.cure === null) return null;
  const words = (CURE_WORDS as Readonly<Record<string, ((context: Context) => string) | undefined>>)[finding.cure];
  return words === undefined ? null : words(finding.context);
}

/** What findings mean for control. */
export const ACCEPT_SAYS = {
  simulated: 'On simulated devices only an error keeps control from starting. Before real ones are controlled, every other finding is cured, or accepted in writing.',
  hardware: 'Control starts when every error is cured and every other finding is cured or accepted in writing.',
} as const;
