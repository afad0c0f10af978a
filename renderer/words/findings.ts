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
  'configured-max-above-rating': (who, context) => `${who} is configured to ${a(context, 'configuredMaxA')} and rated ${a(context, 'ratingA')}`,
  'configured-max-above-circuit-limit': (who, context) => `an EVSE on ${who} may offer ${a(context, 'configuredMaxA')} by itself; ${a(context, 'limitA')} may flow without end`,
  'fail-safe-above-rating': (who, context) => `${who} falls back to ${a(context, 'failSafeCurrentA')} and is rated ${a(context, 'ratingA')}`,
  'fail-safe-below-minimum': (who, context) => `${who} falls back to ${a(context, 'failSafeCurrentA')}, less than its minimum of ${a(context, 'minCurrentA')}`,
  'power-up-above-rating': (who, context) => `${who} offers ${a(context, 'powerUpCurrentA')} after a restart and is rated ${a(context, 'ratingA')}`,
  'fail-safe-sum': sumWords('Without communication'),
  'power-up-sum': sumWords('After a blackout'),
  'unmetered-without-assumed-load': (who) => `nothing measures ${who} and no other load is assumed there`,
  'continuous-factor-above-nec': (who, context) => `${who} is loaded to ${textOf(context, 'continuousFactor') ?? ''} of its rating; a continuous load may take ${textOf(context, 'allowedFactor') ?? ''}`,
  'acceptance-unused': (_who, context) => `the accepted finding "${textOf(context, 'finding') ?? ''}" does not exist any more`,
};

export const CURE_WORDS: Readonly<Record<SiteCure, (context: Context) => string>> = {
  'lower-configured-max': (context) =>
    `Lower ${textOf(context, 'setting') ?? 'the configured limit'}${part(context, 'fittingA', ' to ', 'limit')}, or accept it in writing.`,
  'lower-fail-safe-current': () => 'Lower the fail-safe current of the EVSEs.',
  'raise-allowed-age': (context) => `Allow at least ${part(context, 'shortestMs', '', 'ms') || 'two and a half periods'}.`,
  'lower-allowed-age': (context) => `Allow at most ${part(context, 'longestMs', '', 'ms') || 'five periods'}.`,
  'set-assumed-load': () => 'Say what other load may take there, or give the circuit a meter.',
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
