import { floorToStep } from '../quantities.ts';
import { continuousLimitA, continuousLimitOn, evsePhases, evsesBelow, pathToRoot } from './circuit-tree.ts';
import { fallBackSums, type FallBackSums, type PhaseSums } from './fall-back-sums.ts';
import type { SiteFinding } from './finding.ts';
import type { Circuit, Evse, Site } from './site.ts';

/**
 * The stored setting that bounds what each model offers by itself: openevse.md a.3; smartevse.md 1, MAX; the installer's
 * limit of an OCPP charge point (home-assistant-ocpp.md B.9); Easee's observation 47.
 */
const CEILING_SETTING: Readonly<Record<Evse['model'], string>> = {
  openevse: 'max_current_soft',
  smartevse: 'MAX',
  ocpp: 'the installer limit',
  easee: 'the maximum charger current',
};

/** Sums compared to a limit may carry rounding errors of decimals; a milliampere heats nothing. */
const TOLERANCE_A = 0.001;

/** Whether every circuit carries what may flow through it when all obey, and when nobody commands. */
export function limitFindings(site: Site): readonly SiteFinding[] {
  const sums = fallBackSums(site);
  return [
    ...site.circuits.flatMap((circuit, index) => circuitFindings(site, circuit, `circuits/${String(index)}`)),
    ...sums.flatMap((circuit, index) => sumFindings(site, circuit, `circuits/${String(index)}`)),
    ...site.evses.flatMap((evse, index) => ceilingFindings(site, evse, `evses/${String(index)}`)),
  ];
}

/** Part of a rating that a continuous load may take in North America: NEC 210.20(A) and 625.42, CEC 8-104. */
const NEC_CONTINUOUS_FACTOR = 0.8;

function circuitFindings(site: Site, circuit: Circuit, path: string): readonly SiteFinding[] {
  const findings: SiteFinding[] = [];
  const common = { about: circuit.id, isAccepted: false };
  if (circuit.meterId === null && circuit.assumedLoadA === 0 && evsesBelow(site, circuit.id).length > 0) {
    const context = { limitA: continuousLimitA(circuit) };
    const rule = 'unmetered-without-assumed-load';
    findings.push({ ...common, rule, severity: 'info', path: `${path}/assumedLoadA`, context, cure: 'set-assumed-load' });
  }
  const isNorthAmerican = site.supply.kind === 'split-phase' || circuit.breaker.curve === 'ul-489';
  if (isNorthAmerican && circuit.continuousFactor > NEC_CONTINUOUS_FACTOR) {
    const context = { continuousFactor: circuit.continuousFactor, allowedFactor: NEC_CONTINUOUS_FACTOR };
    const rule = 'continuous-factor-above-nec';
    findings.push({ ...common, rule, severity: 'attention', path: `${path}/continuousFactor`, context, cure: 'lower-continuous-factor' });
  }
  return findings;
}

function sumFindings(site: Site, sums: FallBackSums, path: string): readonly SiteFinding[] {
  const findings: SiteFinding[] = [];
  const common = { path, about: sums.circuitId, isAccepted: false };
  const failSafe = worstPhase(sums, 'failSafeA');
  if (failSafe !== undefined && failSafe.failSafeA > failSafe.limitA + TOLERANCE_A) {
    const context = sumContext(sums, failSafe, failSafe.failSafeA);
    findings.push({ ...common, rule: 'fail-safe-sum', severity: 'error', context, cure: 'lower-fail-safe-current' });
  }
  const powerUp = worstPhase(sums, 'powerUpA');
  if (powerUp !== undefined && powerUp.powerUpA > powerUp.limitA + TOLERANCE_A) {
    const [evse] = evsesBelow(site, sums.circuitId);
    const context = {
      ...sumContext(sums, powerUp, powerUp.powerUpA),
      setting: evse === undefined ? null : CEILING_SETTING[evse.model],
      fittingA: fittingA(sums, powerUp, evse?.stepA ?? 1),
    };
    findings.push({ ...common, rule: 'power-up-sum', severity: 'attention', context, cure: 'lower-configured-max' });
  }
  return findings;
}

function sumContext(sums: FallBackSums, worst: PhaseSums, sumA: number): Record<string, number> {
  return { sumA, limitA: worst.limitA, assumedLoadA: sums.assumedLoadA, phase: worst.phase, evses: worst.evseCount };
}

/** The phase furthest above its limit among those that EVSEs load; other load alone is not this program's to cure. */
function worstPhase(sums: FallBackSums, key: 'failSafeA' | 'powerUpA'): PhaseSums | undefined {
  const loaded = sums.phases.filter((phase) => phase.evseCount > 0);
  const aboveA = (phase: PhaseSums): number => phase[key] - phase.limitA;
  return loaded.reduce<PhaseSums | undefined>((worst, next) => (worst === undefined || aboveA(next) > aboveA(worst) ? next : worst), undefined);
}

/** What each EVSE of the phase may offer by itself if all get the same; null when nothing is left for them. */
function fittingA(sums: FallBackSums, worst: PhaseSums, stepA: number): number | null {
  const eachA = floorToStep((worst.limitA - sums.assumedLoadA) / worst.evseCount, stepA);
  return eachA > 0 ? eachA : null;
}

/** One EVSE alone against every circuit it hangs on. */
function ceilingFindings(site: Site, evse: Evse, path: string): readonly SiteFinding[] {
  return pathToRoot(site, evse.circuitId).flatMap((circuit): readonly SiteFinding[] => {
    const limitA = Math.min(...evsePhases(evse, site.supply).map((phase) => continuousLimitOn(circuit, phase).currentA));
    const common = { about: circuit.id, isAccepted: false };
    if (evse.minCurrentA > limitA + TOLERANCE_A) {
      const context = { evseId: evse.id, minCurrentA: evse.minCurrentA, limitA };
      return [{ ...common, rule: 'minimum-above-ceiling', severity: 'error', path: `${path}/minCurrentA`, context, cure: null }];
    }
    if (evse.configuredMaxA <= limitA + TOLERANCE_A) return [];
    const context = { evseId: evse.id, configuredMaxA: evse.configuredMaxA, limitA, setting: CEILING_SETTING[evse.model] };
    const rule = 'configured-max-above-circuit-limit';
    return [{ ...common, rule, severity: 'attention', path: `${path}/configuredMaxA`, context, cure: 'lower-configured-max' }];
  });
}
