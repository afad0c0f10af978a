import { describe, expect, it } from 'vitest';
import type { NoticeCode, Reason, ReasonKind } from '../../core/balancing/setpoint.ts';
import { ERROR_CODES } from '../../core/errors.ts';
import type { SiteCure, SiteRule } from '../../core/site/finding.ts';
import { circuitId, evseId, meterId } from '../../core/quantities.ts';
import { FAKE_SITE } from '../host/fake-site.ts';
import { ERROR_WORDS, errorWords, failureDetails } from './errors.ts';
import { CURE_WORDS, cureSentence, FINDING_WORDS, findingSentence } from './findings.ts';
import { namesOf } from './names.ts';
import { NOTICE_WORDS, noticeSentence } from './notices.ts';
import { REASON_WORDS, reasonLabel, reasonSentence, setpointSentence } from './reasons.ts';
import { outcomeLine, verdictSentence } from './verdicts.ts';

const names = namesOf(FAKE_SITE);
const ev = circuitId('ev');
const feed = meterId('feed');

/** One of each: a kind that is added to the union and not here does not compile. */
const REASONS: { readonly [Kind in ReasonKind]: Extract<Reason, { readonly kind: Kind }> } = {
  circuit: { kind: 'circuit', circuitId: ev, phase: 1, limitSource: 'continuous', limitA: 40, otherA: 13, otherEvsesA: 8.9, sharers: 2 },
  'meter-uncertainty': { kind: 'meter-uncertainty', circuitId: ev, meterId: feed, currentA: 0.5, limitA: 40, otherA: 0, otherEvsesA: 19 },
  'evse-rating': { kind: 'evse-rating', ratingA: 48 },
  'configured-max': { kind: 'configured-max', configuredMaxA: 34 },
  'draws-less': { kind: 'draws-less', measuredA: 11.3 },
  'not-charging': { kind: 'not-charging', minCurrentA: 6 },
  'awaits-decrease': { kind: 'awaits-decrease', circuitId: ev, evseIds: [evseId('primary')] },
  settling: { kind: 'settling', remainingMs: 6200 },
  'headroom-hold': { kind: 'headroom-hold', circuitId: ev, remainingMs: 4100 },
  'meter-stale': { kind: 'meter-stale', meterId: feed, ageMs: 14_000, isFailSafe: true },
  'meter-contradicts': { kind: 'meter-contradicts', meterId: feed, how: 'frozen' },
  starting: { kind: 'starting', awaited: [feed, evseId('secondary')] },
  shortage: { kind: 'shortage', circuitId: ev, phase: 0, leftA: 4.3, minCurrentA: 6 },
  silent: { kind: 'silent', reservedA: 34 },
  'other-commander': { kind: 'other-commander', commander: 'manual override' },
  'paused-by-person': { kind: 'paused-by-person' },
  'mode-off': { kind: 'mode-off' },
  'solar-surplus': { kind: 'solar-surplus', surplusA: 9.4, importA: 2 },
  'solar-waits': { kind: 'solar-waits', surplusA: 2.1, neededA: 4, remainingMs: null },
  divert: { kind: 'divert', availableA: 9.4, smoothedA: 8.1 },
  'start-delay': { kind: 'start-delay', remainingMs: 40_000 },
  capacity: { kind: 'capacity', limitW: 2500, meanW: 1850 },
  'grid-operator': { kind: 'grid-operator', limitW: 3780, devices: 2 },
  temperature: { kind: 'temperature', temperatureC: 68, limitC: 55 },
  schedule: { kind: 'schedule', untilWallMs: Date.UTC(2026, 10, 21, 6) },
  'operator-limit': { kind: 'operator-limit', limitA: 10, untilWallMs: null },
  queue: { kind: 'queue', place: 2, expectedMs: 1_800_000 },
  'ride-through': { kind: 'ride-through', circuitId: ev, phase: 0, currentA: 52, limitA: 50, loadRatio: 0.08, remainingMs: 90_000 },
  'minimum-off': { kind: 'minimum-off', remainingMs: 40_000 },
  'minimum-on': { kind: 'minimum-on', remainingMs: 40_000 },
  'current-unknown': { kind: 'current-unknown' },
  contested: { kind: 'contested', oursA: 16, theirsA: 32 },
  'phase-switch': { kind: 'phase-switch', toPhases: 1, remainingMs: 12_000 },
  unbalance: { kind: 'unbalance', phase: 1, limitA: 20 },
  leaving: { kind: 'leaving' },
  'device-configured-max': { kind: 'device-configured-max', configuredMaxA: 34 },
  'device-shaper': { kind: 'device-shaper', maxPowerW: 9600, livePowerW: 12_480, measuredA: 32 },
  'device-shaper-pause': { kind: 'device-shaper-pause', maxPowerW: 9600, livePowerW: 10_000 },
  'device-stale-feed': { kind: 'device-stale-feed', maxIntervalS: 120 },
  'device-heartbeat-lost': { kind: 'device-heartbeat-lost', fallbackA: 6 },
  'device-claim': { kind: 'device-claim', client: 'mqtt', currentA: 20 },
  'device-power-up': { kind: 'device-power-up' },
  'model-ev-load-balancing': { kind: 'model-ev-load-balancing', output: 'P1', phase: 1, limitA: 20, mainsA: 14.2, previousA: 10, deviationA: 0.8, boundA: 16 },
  'model-ttl-expired': { kind: 'model-ttl-expired', ttlMin: 10, then: 'maximum', currentA: 40 },
  'model-most-loaded-phase': { kind: 'model-most-loaded-phase', phase: 2, limitA: 25, measuredA: 23.4, previousA: null, boundA: 6 },
  'model-offered-cap': { kind: 'model-offered-cap', phase: 2, measuredA: 11.2, offeredA: 8 },
  'model-static-split': { kind: 'model-static-split', circuitId: ev, phase: 0, limitA: 40, sharers: 2 },
  'model-smartevse': { kind: 'model-smartevse', rule: 'share', setPointA: 29, active: 2, mainsA: 31.4, limitA: 35, remainingS: null },
};

const BROKEN = /undefined|null|NaN|\[object|function/;

describe('reasons', () => {
  it.each(Object.values(REASONS))('$kind has its sentence and its name in the ladder', (reason) => {
    expect(Object.keys(REASON_WORDS)).toContain(reason.kind);
    for (const text of [reasonSentence(reason, names), reasonLabel(reason, names)]) {
      expect(text).not.toMatch(BROKEN);
      expect(text.length).toBeGreaterThan(4);
    }
  });

  it('begin with the number, in the step of the EVSE (brief, section 5)', () => {
    const setpoint = { evseId: evseId('primary'), offeredCurrentA: 12, phases: [0, 1] as const, reason: REASONS.circuit, limits: [] };
    expect(setpointSentence(setpoint, names)).toBe('12\u2009A: EV circuit, L2, 40\u2009A continuous limit, 13.0\u2009A other load, 8.9\u2009A other EVSEs, shared by 2.');
  });

  it('call a circuit by its name, and a breaker that may be loaded fully a breaker', () => {
    const site = { ...FAKE_SITE, circuits: FAKE_SITE.circuits.map((circuit) => ({ ...circuit, name: 'Garage', continuousFactor: 1, breaker: { curve: 'iec-60898-b', ratingA: 25 } })) };
    const reason = { ...REASONS.circuit, limitA: 25, otherEvsesA: 0, sharers: 1 };
    expect(reasonSentence(reason, namesOf(site))).toBe('circuit Garage, L2, 25\u2009A breaker, 13.0\u2009A other load');
  });

  it('do not name the phase of a single-phase supply', () => {
    const site = { ...FAKE_SITE, supply: { kind: 'single-phase' as const, nominalVoltageV: 230 } };
    expect(reasonSentence(REASONS.circuit, namesOf(site))).not.toContain('L2');
  });

  it('of a stale meter say what happens meanwhile', () => {
    expect(reasonSentence(REASONS['meter-stale'], names)).toBe('Shelly EM is silent for 14\u2009s, so the circuit is at its fail-safe sum');
    expect(reasonSentence({ ...REASONS['meter-stale'], ageMs: null, isFailSafe: false }, names)).toBe('Shelly EM has not sent a value, so nothing is raised');
  });
});

describe('reasons of modes and limits that change by themselves', () => {
  it.each([
    [REASONS.schedule, 'limit of the schedule until 06:00'],
    [REASONS['operator-limit'], 'limit set by a person, 10\u2009A'],
    [{ ...REASONS['operator-limit'], untilWallMs: Date.UTC(2026, 10, 20, 22, 30) }, 'limit set by a person, 10\u2009A until 22:30'],
    [REASONS['grid-operator'], 'dimmed by the grid operator, 3780\u2009W left for this one of 2 EVSEs'],
    [REASONS.temperature, 'too warm, 68\u2009°C; charges again at 55\u2009°C'],
    [REASONS['solar-waits'], 'solar mode waits to start: 2.1\u2009A surplus over all phases, 4.0\u2009A needed'],
    [{ ...REASONS['solar-waits'], remainingMs: 300_000 }, 'solar mode stops in 5\u2009min unless the surplus returns: 2.1\u2009A over all phases, 4.0\u2009A needed'],
    [REASONS.unbalance, 'L2 may carry 20\u2009A more than the others'],
  ] as const)('$kind', (reason, sentence) => {
    expect(reasonSentence(reason, names)).toBe(sentence);
  });

  it('name the time on the clock of the site', () => {
    expect(reasonSentence(REASONS.schedule, namesOf({ ...FAKE_SITE, timeZone: 'Europe/Amsterdam' }))).toBe('limit of the schedule until 07:00');
  });

  it('give every source of a limit its name', () => {
    const sources = ['continuous', 'contract', 'cable', 'operator', 'capacity', 'grid-operator', 'grid-relay', 'schedule', 'unbalance'] as const;
    const sentences = sources.map((limitSource) => reasonSentence({ ...REASONS.circuit, limitSource }, names));
    expect(new Set(sentences).size).toBe(sources.length);
  });
});

describe('notices', () => {
  const codes = Object.keys(NOTICE_WORDS) as NoticeCode[];

  it.each(codes)('%s has its sentence, with and without figures', (code) => {
    const context = { ageMs: 14_000, currentA: 52, ratingA: 50, limitA: 40, requestedA: 10, readBackA: 34, commander: 'divert', reservedA: 6, gapMs: 9000, message: 'no route' };
    for (const about of [null, feed, ev]) {
      for (const given of [{}, context]) {
        const sentence = noticeSentence({ code, severity: 'attention', about, context: given }, names);
        expect(sentence).not.toMatch(BROKEN);
        expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
      }
    }
  });

  it('name the thing and the figures', () => {
    const notice = { code: 'above-rating', severity: 'danger', about: ev, context: { ratingA: 50, currentA: 52 } } as const;
    expect(noticeSentence(notice, names)).toBe('EV circuit is above its breaker rating of 50\u2009A: 52.0\u2009A.');
  });
});

describe('errors', () => {
  it.each(ERROR_CODES)('%s says what happened and what to do', (code) => {
    expect(Object.keys(ERROR_WORDS)).toContain(code);
    for (const context of [{}, { file: 'site.json', path: 'circuits/0/meterId', rule: 'unknown-meter', device: 'Primary', message: 'no route', port: 1883, expected: 3, found: 2 }]) {
      const { what, todo } = errorWords({ code, context });
      for (const sentence of [what, todo]) {
        expect(sentence).not.toMatch(BROKEN);
        expect(sentence).toMatch(/^[A-Z].*\.$/s);
      }
    }
  });

  it('name the path in a file and the rule that it breaks', () => {
    const { what } = errorWords({ code: 'invalid-file', context: { file: 'feed-dies.scenario.json', path: 'faults/0/device', rule: 'unknown-device', found: 'meter-2' } });
    expect(what).toBe('The file feed-dies.scenario.json breaks the rule "unknown-device" at faults/0/device, found meter-2.');
  });

  it.each([
    [{ device: 'p1', model: 'p1', link: 'http' }, 'This program has no driver for p1, model p1 over http.'],
    [{ device: 'feed', model: 'shelly-em', link: 'http', needs: 'mqtt' }, 'This program has no driver for feed, model shelly-em over http, only over mqtt.'],
    [{ device: 'terra-ac', model: 'ocpp', what: 'simulation' }, 'This program has no simulator for terra-ac, model ocpp.'],
  ])('name the model that nothing speaks with: %j', (context, sentence) => {
    expect(errorWords({ code: 'not-supported', context }).what).toBe(sentence);
  });

  it('keep code and context to copy', () => {
    expect(JSON.parse(failureDetails({ code: 'timeout', context: { device: 'x' } }))).toEqual({ code: 'timeout', context: { device: 'x' } });
  });
});

describe('findings', () => {
  const finding = { rule: 'power-up-sum', severity: 'attention', path: 'circuits/0', about: 'ev', context: {}, cure: null, isAccepted: false } as const;

  it.each(Object.keys(FINDING_WORDS) as SiteRule[])('%s has its sentence', (rule) => {
    for (const context of [{}, { sumA: 68, limitA: 40, assumedLoadA: 2, phase: 0, evses: 2, allowedAgeMs: 4000, periodMs: 2000 }]) {
      expect(findingSentence({ ...finding, rule, context }, names)).toMatch(/^.*[^.]\.$/);
      expect(findingSentence({ ...finding, rule, context }, names)).not.toMatch(BROKEN);
    }
  });

  it.each(Object.keys(CURE_WORDS) as SiteCure[])('the cure %s has its sentence', (cure) => {
    expect(cureSentence({ ...finding, cure })).toMatch(/^[A-Z].*\.$/);
  });

  it('name the setting that cures the sum after a blackout', () => {
    const context = { sumA: 68, limitA: 40, assumedLoadA: 0, phase: 0, evses: 2, setting: 'max_current_soft', fittingA: 20 };
    expect(findingSentence({ ...finding, rule: 'power-up-sum', context }, names)).toBe('After a blackout, the EVSEs on EV circuit come to 68\u2009A on L1; 40\u2009A may flow without end.');
    expect(cureSentence({ ...finding, cure: 'lower-configured-max', context })).toBe('Lower max_current_soft to 20\u2009A, or accept it in writing.');
  });

  it('of a rule that this program does not know are shown as they are', () => {
    expect(findingSentence({ ...finding, rule: 'of-a-newer-version' as SiteRule }, names)).toContain('"of-a-newer-version", at circuits/0');
  });
});

describe('verdicts', () => {
  const limits = { name: 'EV circuit', ratingA: 50, continuousA: 40 };
  const figures = { verdict: 'holds', peakCurrentA: 52, secondsAboveContinuousLimit: 19, secondsAboveRating: 4, thermalLoadPeakRatio: 0.008 } as const;

  it('say how long above what, the peak and the heat', () => {
    expect(verdictSentence(figures, limits)).toBe('4\u2009s above the 50\u2009A rating, 19\u2009s above the 40\u2009A continuous limit, peak 52.0\u2009A. Thermal load below 1\u2009% of the earliest trip.');
  });

  it('say so when nothing was above', () => {
    const calm = { ...figures, peakCurrentA: 40, secondsAboveContinuousLimit: 0, secondsAboveRating: 0, thermalLoadPeakRatio: 0 };
    expect(verdictSentence(calm, limits)).toBe('Never above the 40\u2009A continuous limit, peak 40.0\u2009A. The breaker is not heated beyond its rating.');
    expect(verdictSentence(calm, null)).toBe('Never above the continuous limit, peak 40.0\u2009A. The breaker is not heated beyond its rating.');
  });

  it('never write a moment above a limit as 0 s', () => {
    expect(verdictSentence({ ...figures, secondsAboveRating: 0.2 }, limits)).toMatch(/^1\u2009s above the 50/);
  });

  it('stand in the library as one line', () => {
    const outcome = { ...figures, id: 'a', controller: 'device', mode: 'direct', passed: true, circuits: {}, energyWh: {}, starts: {}, offeredA: {}, expectations: [], simulatedS: 1, wallMs: 1 } as const;
    expect(outcomeLine(outcome)).toBe('52.0\u2009A, 4\u2009s above rating');
  });
});
