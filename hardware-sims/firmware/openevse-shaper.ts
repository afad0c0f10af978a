/**
 * The OpenEVSE gateway's current shaper: keeps a metered total below a limit by its own EVSE's current alone. Rules are
 * numbered as in the OpenEVSE reference, section a.2 (firmware states of 2025-02 and 2026-07).
 *
 * A small record changed in place, with time as an argument: nothing here waits or remembers beyond it.
 */

/** What is no intention of the firmware but its behaviour all the same; each can be switched off to see what it does. */
export interface ShaperQuirks {
  /** Rule 1: a payload that does not begin with an integer counts as 0 W, which is full current. Off: it is ignored. */
  readonly takesAnyPayloadForZero: boolean;
  /** Rule 2: Δt counts from the last filter call, even one of an earlier pause. Off: it counts from the pause's begin. */
  readonly filtersSinceLastCall: boolean;
  /** Rule 9: charging resumes as soon as the smoothed ceiling allows. Off: minimum pause and hysteresis hold the pause. */
  readonly resumesWithinMinimumPause: boolean;
  /** Rule 12: PV messages and changes of the limit count as a living load feed. Off: only the load feed itself does. */
  readonly isFreshenedByAnyCall: boolean;
  /** A negative ceiling becomes a huge unsigned number: while it sleeps, the pilot shows the configured maximum. */
  readonly wrapsNegativeCeiling: boolean;
  /** Rule 4, releases 5.0.x only (issue 762): the load is cut to the limit first, so the ceiling never falls below the own draw. */
  readonly cutsLoadToLimit: boolean;
}

export const SHAPER_QUIRKS: ShaperQuirks = {
  takesAnyPayloadForZero: true,
  filtersSinceLastCall: true,
  resumesWithinMinimumPause: true,
  isFreshenedByAnyCall: true,
  wrapsNegativeCeiling: true,
  cutsLoadToLimit: false,
};

/** Stored settings that the shaper reads (section a.1); changed in place when the gateway's configuration changes. */
export interface ShaperSettings {
  isEnabled: boolean;
  maxPowerW: number;
  smoothingTimeS: number;
  minPauseTimeS: number;
  maxIntervalS: number;
  isThreePhase: boolean;
  /** `divert_enabled` and `divert_type` 0: PV is added to the limit (rule 3). */
  addsSolar: boolean;
}

export function createShaperSettings(): ShaperSettings {
  return { isEnabled: false, maxPowerW: 0, smoothingTimeS: 60, minPauseTimeS: 300, maxIntervalS: 120, isThreePhase: false, addsSolar: false };
}

/** What the shaper asks the claim table for; `maxCurrentA` null while the feed is stale (rule 11). */
export interface ShaperClaim {
  readonly priority: 5000 | 1100;
  readonly isDisabled: boolean;
  readonly maxCurrentA: number | null;
}

export interface Shaper {
  liveW: number;
  /** S of rule 2; equal to the live power while no pause timer runs. */
  smoothedW: number;
  solarW: number;
  /** Imax of rule 4, A. */
  ceilingA: number;
  /** False while the feed is stale: the published `shaper_updated`. */
  isUpdated: boolean;
  /** Rule 4 ran since the last loop. */
  hasNewCeiling: boolean;
  /** What ran it counts as a sign of life of the feed. */
  isFreshened: boolean;
  /** When the loop last took in such a sign: staleness is counted from the loop's turn, not from the sample. */
  freshMs: number;
  pauseStartMs: number | null;
  lastFilterMs: number | null;
  claim: ShaperClaim | null;
}

/** As at boot: nothing has come, so the first loop pauses (rule 14). */
export function createShaper(): Shaper {
  return {
    liveW: 0,
    smoothedW: 0,
    solarW: 0,
    ceilingA: 0,
    isUpdated: false,
    hasNewCeiling: false,
    isFreshened: false,
    freshMs: 0,
    pauseStartMs: null,
    lastFilterMs: null,
    claim: null,
  };
}

const SAFETY_PRIORITY = 5000;
const LIMIT_PRIORITY = 1100;
const RESUME_HYSTERESIS_A = 0.5;
const SHORTEST_SMOOTHING_S = 10;
const INT32_MAX = 2_147_483_647;

/**
 * Rule 1, as C's `atoi`: blanks, a sign, digits, and whatever follows is dropped. Null where nothing numeric begins and
 * the quirk is off.
 */
export function parseFeed(value: unknown, quirks: ShaperQuirks): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
  const digits = /^\s*([+-]?\d+)/.exec(typeof value === 'string' ? value : '')?.[1];
  if (digits === undefined) return quirks.takesAnyPayloadForZero ? 0 : null;
  return Math.min(Math.max(Number(digits), -INT32_MAX - 1), INT32_MAX);
}

/** Rules 1, 2 and 4: a sample of the load feed in whole W; `voltageV` and `measuredA` are what the gateway holds at this moment. */
export function receiveLivePower(
  shaper: Shaper,
  settings: ShaperSettings,
  quirks: ShaperQuirks,
  liveW: number,
  timeMs: number,
  voltageV: number,
  measuredA: number,
): void {
  shaper.liveW = liveW;
  shaper.isFreshened = true;
  runRules2To4(shaper, settings, quirks, timeMs, voltageV, measuredA);
}

/** Rule 12: a PV message, or a change of the limit, runs the same rules again over the old load. `solarW` null leaves the PV power as it is. */
export function recomputeCeiling(
  shaper: Shaper,
  settings: ShaperSettings,
  quirks: ShaperQuirks,
  solarW: number | null,
  timeMs: number,
  voltageV: number,
  measuredA: number,
): void {
  if (solarW !== null) shaper.solarW = solarW;
  if (quirks.isFreshenedByAnyCall) shaper.isFreshened = true;
  else if (!shaper.isUpdated) return;
  runRules2To4(shaper, settings, quirks, timeMs, voltageV, measuredA);
}

function runRules2To4(shaper: Shaper, settings: ShaperSettings, quirks: ShaperQuirks, timeMs: number, voltageV: number, measuredA: number): void {
  if (shaper.pauseStartMs === null) shaper.smoothedW = shaper.liveW;
  else smooth(shaper, settings, timeMs);
  computeCeiling(shaper, settings, quirks, voltageV, measuredA);
}

/** Rule 2: rises act at once, falls are low-passed. */
function smooth(shaper: Shaper, settings: ShaperSettings, timeMs: number): void {
  if (shaper.liveW > shaper.smoothedW || settings.smoothingTimeS === 0) {
    shaper.smoothedW = shaper.liveW;
    return;
  }
  const elapsedS = shaper.lastFilterMs === null ? 0 : Math.floor((timeMs - shaper.lastFilterMs) / 1000);
  const factor = 1 - Math.exp(-elapsedS / Math.max(settings.smoothingTimeS, SHORTEST_SMOOTHING_S));
  shaper.smoothedW += factor * (shaper.liveW - shaper.smoothedW);
  shaper.lastFilterMs = timeMs;
}

/** Rules 3 and 4. */
function computeCeiling(shaper: Shaper, settings: ShaperSettings, quirks: ShaperQuirks, voltageV: number, measuredA: number): void {
  const limitW = settings.maxPowerW + (settings.addsSolar ? shaper.solarW : 0);
  const smoothedW = Math.trunc(shaper.smoothedW);
  const loadW = quirks.cutsLoadToLimit ? Math.min(smoothedW, limitW) : smoothedW;
  shaper.ceilingA = (limitW - loadW) / voltageV / (settings.isThreePhase ? 3 : 1) + measuredA;
  shaper.isUpdated = true;
  shaper.hasNewCeiling = true;
}

/** Rules 5 to 11: what runs every 2 s. Answers whether `shaper.claim` changed; `minCurrentA` is the controller's own minimum. */
export function runShaperLoop(shaper: Shaper, settings: ShaperSettings, quirks: ShaperQuirks, timeMs: number, minCurrentA: number): boolean {
  const isFreshened = shaper.hasNewCeiling && shaper.isFreshened;
  if (isFreshened) shaper.freshMs = timeMs;
  const isStale = !shaper.isUpdated || timeMs - shaper.freshMs > settings.maxIntervalS * 1000;
  if (isStale) return pauseForStaleFeed(shaper, timeMs);
  return shaper.hasNewCeiling ? claimCeiling(shaper, settings, quirks, timeMs, minCurrentA) : false;
}

/** Rules 5 to 9. */
function claimCeiling(shaper: Shaper, settings: ShaperSettings, quirks: ShaperQuirks, timeMs: number, minCurrentA: number): boolean {
  shaper.hasNewCeiling = false;
  shaper.isFreshened = false;
  const isBelowMinimum = shaper.ceilingA < minCurrentA;
  if (isBelowMinimum) startPause(shaper, quirks, timeMs);
  else endPauseWhenDue(shaper, settings, timeMs, minCurrentA);
  const isHeld = shaper.pauseStartMs !== null && !quirks.resumesWithinMinimumPause;
  const floorA = Math.floor(shaper.ceilingA);
  const maxCurrentA = floorA < 0 && quirks.wrapsNegativeCeiling ? floorA + 2 ** 32 : floorA;
  return replaceClaim(shaper, SAFETY_PRIORITY, isBelowMinimum || isHeld, maxCurrentA);
}

function replaceClaim(shaper: Shaper, priority: ShaperClaim['priority'], isDisabled: boolean, maxCurrentA: number | null): boolean {
  const { claim } = shaper;
  if (claim?.priority === priority && claim.isDisabled === isDisabled && claim.maxCurrentA === maxCurrentA) return false;
  shaper.claim = { priority, isDisabled, maxCurrentA };
  return true;
}

/**
 * Rule 11. The pause timer starts when the feed goes stale, and not at boot, where it never was alive: the first sample
 * after a boot is not smoothed. A pause that already stands keeps its claim.
 */
function pauseForStaleFeed(shaper: Shaper, timeMs: number): boolean {
  if (shaper.isUpdated) {
    shaper.isUpdated = false;
    shaper.hasNewCeiling = false;
    shaper.pauseStartMs = timeMs;
    shaper.smoothedW = shaper.liveW;
  }
  return shaper.claim?.isDisabled === true ? false : replaceClaim(shaper, LIMIT_PRIORITY, true, null);
}

/** Rule 6. */
function startPause(shaper: Shaper, quirks: ShaperQuirks, timeMs: number): void {
  if (shaper.pauseStartMs !== null) return;
  shaper.pauseStartMs = timeMs;
  if (!quirks.filtersSinceLastCall) shaper.lastFilterMs = timeMs;
}

/** Rule 8. */
function endPauseWhenDue(shaper: Shaper, settings: ShaperSettings, timeMs: number, minCurrentA: number): void {
  if (shaper.pauseStartMs === null) return;
  const hasLasted = timeMs - shaper.pauseStartMs >= settings.minPauseTimeS * 1000;
  if (hasLasted && shaper.ceilingA - minCurrentA >= RESUME_HYSTERESIS_A) shaper.pauseStartMs = null;
}

/** Switched off at run time (`shaper/set` 0): the claim goes; what was measured and the pause timer stay. */
export function releaseShaper(shaper: Shaper): void {
  shaper.claim = null;
}
