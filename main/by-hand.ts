/** One device of the open site as a person asks it: read once, its settings, an offer. */
import { BUNDLED_EVSES } from '../core/devices/list-evses.ts';
import type { EvseSetting } from '../core/devices/evse-description-schema.ts';
import { settingOf } from '../core/devices/setting-rules.ts';
import type { EvseDriver, Identity, MeterDriver } from '../core/drivers/driver.ts';
import { failure, failureOf, success, type Failure, type Result } from '../core/errors.ts';
import type { DeviceLook, HandOffer, OfferByHand, SettingLook, SettingWrite } from '../core/host-api/bench-devices.ts';
import type { EvseId } from '../core/quantities.ts';
import { continuousLimitOn, evsePhases, pathToRoot } from '../core/site/circuit-tree.ts';
import type { Evse, Site } from '../core/site/site.ts';
import type { CancelSignal, Clock } from '../core/time/clock.ts';

export interface ByHandParts {
  readonly site: Site;
  readonly meters: readonly MeterDriver[];
  readonly evses: readonly EvseDriver[];
  readonly clock: Clock;
  /** This program decides what the EVSEs offer. */
  readonly isControlling: () => boolean;
}

/** Calls about a device that the site lacks fail with `not-found`. */
export interface ByHand {
  /** Fails with what the driver throws; `identity` is null where the device does not say who it is. */
  read(deviceId: string): Promise<Result<DeviceLook>>;
  readSettings(deviceId: string): Promise<Result<readonly SettingLook[]>>;
  writeSetting(write: SettingWrite): Promise<Result<SettingLook>>;
  /** `refused` while this program controls; `out-of-range` above what the EVSE and every circuit over it carry. */
  offer(offer: OfferByHand): Promise<Result<HandOffer>>;
  /** The loop decides from now on. */
  forget(): void;
  /** Has the EVSEs that were offered something by hand do again what their own settings say. */
  takeBack(): Promise<void>;
}

/** A meter that publishes every half minute is not slow. */
const READ_LIMIT_MS = 40_000;
const IDENTIFY_LIMIT_MS = 5000;
const TAKE_BACK_LIMIT_MS = 3000;

export function createByHand({ site, meters, evses, clock, isControlling }: ByHandParts): ByHand {
  const offered = new Set<EvseId>();
  const driverOf = (deviceId: string): MeterDriver | EvseDriver | undefined => meters.find(({ meterId }) => meterId === deviceId) ?? evseDriver(deviceId);
  const evseDriver = (deviceId: string): EvseDriver | undefined => evses.find(({ evseId }) => evseId === deviceId);
  const within = async <T>(limitMs: number, work: (signal: CancelSignal) => Promise<T>): Promise<T> => {
    const cancel = new AbortController();
    const callOff = clock.callAt(clock.monotonicMs() + limitMs, () => {
      cancel.abort();
    });
    try {
      return await work(cancel.signal);
    } finally {
      callOff();
    }
  };
  const identify = async (driver: MeterDriver | EvseDriver): Promise<Identity | null> => {
    try {
      return await within(IDENTIFY_LIMIT_MS, (signal) => driver.identify(signal));
    } catch {
      return null;
    }
  };

  return {
    async read(deviceId) {
      const driver = driverOf(deviceId);
      if (driver === undefined) return noDevice(deviceId);
      const startMs = clock.monotonicMs();
      try {
        const answer = 'meterId' in driver ? { reading: await within(READ_LIMIT_MS, (signal) => driver.read(signal)), report: null } : { reading: null, report: await within(READ_LIMIT_MS, (signal) => driver.read(signal)) };
        const latencyMs = clock.monotonicMs() - startMs;
        return success({ deviceId, ...answer, latencyMs, identity: await identify(driver) });
      } catch (error) {
        return failed(error, deviceId);
      }
    },
    async readSettings(deviceId) {
      const evse = site.evses.find(({ id }) => id === deviceId);
      const driver = evseDriver(deviceId);
      if (evse === undefined || driver === undefined) return driverOf(deviceId) === undefined ? noDevice(deviceId) : success([]);
      const looks: SettingLook[] = [];
      let dead: Failure | null = null;
      for (const setting of BUNDLED_EVSES.get(evse.model)?.settings ?? []) {
        const look: SettingLook = dead === null ? await lookAt(evse, driver, setting) : { ...describedLook(evse, setting), failure: setting.where.kind === 'display' ? null : dead };
        // A device that is silent is not asked for every one of its settings.
        if (look.failure !== null && ['timeout', 'link-lost'].includes(look.failure.code)) dead = look.failure;
        looks.push(look);
      }
      return success(looks);
    },
    async writeSetting({ deviceId, key, value, reason }) {
      const evse = site.evses.find(({ id }) => id === deviceId);
      const driver = evseDriver(deviceId);
      if (evse === undefined || driver === undefined) return driverOf(deviceId) === undefined ? noDevice(deviceId) : failure('not-supported', { device: deviceId, setting: key });
      const description = BUNDLED_EVSES.get(evse.model);
      const setting = description === undefined ? undefined : settingOf(description, key);
      if (setting === undefined) return failure('not-supported', { device: deviceId, setting: key, model: evse.model });
      const written = await driver.writeSetting(key, value, undefined, { reason });
      return written.ok ? success({ ...describedLook(evse, setting), value: written.value }) : written;
    },
    async offer({ evseId, currentA }) {
      const evse = site.evses.find(({ id }) => id === evseId);
      const driver = evseDriver(evseId);
      if (evse === undefined || driver === undefined) return noDevice(evseId);
      if (isControlling()) return failure('refused', { device: evseId, why: 'this-program-controls' });
      const limitA = ceilingA(site, evse);
      if (currentA > limitA) return failure('out-of-range', { device: evseId, currentA, limitA });
      offered.add(evseId);
      const answer = await driver.offer(currentA);
      return answer.ok ? success({ evseId, ...answer.value }) : answer;
    },
    forget() {
      offered.clear();
    },
    async takeBack() {
      const ids = [...offered];
      offered.clear();
      await Promise.allSettled(ids.map((id) => within<Result<null> | null>(TAKE_BACK_LIMIT_MS, (signal) => evseDriver(id)?.release(signal) ?? Promise.resolve(null))));
    },
  };
}

/** What the EVSE, its cable and each breaker over it carry without end. Other load is the person's to look after: nobody balances here. */
function ceilingA(site: Site, evse: Evse): number {
  const phases = evsePhases(evse, site.supply);
  const circuits = pathToRoot(site, evse.circuitId).flatMap((circuit) => phases.map((phase) => continuousLimitOn(circuit, phase).currentA));
  return Math.min(evse.ratingA, evse.configuredMaxA, ...circuits);
}

async function lookAt(evse: Evse, driver: EvseDriver, setting: EvseSetting): Promise<SettingLook> {
  const look = describedLook(evse, setting);
  if (setting.where.kind === 'display') return look;
  try {
    const read = await driver.readSetting(setting.key);
    return read.ok ? { ...look, value: read.value } : { ...look, failure: read.error };
  } catch (error) {
    const { code, context } = failureOf(error);
    return { ...look, failure: { code, context } };
  }
}

function describedLook(evse: Evse, setting: EvseSetting): SettingLook {
  const { key, name, unit = null, onlyUncharged = null, wears = null } = setting;
  return { key, name, unit, value: null, failure: null, lockedBecause: lockOf(evse, setting), onlyUncharged, wears };
}

/** In the order in which a write is judged (core/devices/setting-rules.ts). */
function lockOf({ link }: Evse, { where, display, name, neverWrite, actionNotSetting, roles }: EvseSetting): string | null {
  if (where.kind === 'display') return `only at the device: ${display ?? name}`;
  const isOtherRole = link.kind === 'modbus' && roles !== undefined && !roles.includes('node');
  return neverWrite ?? actionNotSetting ?? (isOtherRole ? `obeyed as ${roles.join(' or ')} only` : null);
}

const noDevice = (deviceId: string): Result<never> => failure('not-found', { device: deviceId });

function failed(error: unknown, deviceId: string): Result<never> {
  const { code, context } = failureOf(error);
  return failure(code === 'cancelled' ? 'timeout' : code, { device: deviceId, ...context });
}
