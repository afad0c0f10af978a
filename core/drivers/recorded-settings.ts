import type { EvseDescription } from '../devices/evse-description-schema.ts';
import { checkSettingWrite } from '../devices/setting-rules.ts';
import { failure, failureOf, type Result } from '../errors.ts';
import type { EvseReport } from '../site/readings.ts';
import type { CancelSignal, Clock } from '../time/clock.ts';
import type { EvseDriver, WritePurpose } from './driver.ts';
import type { SettingRecord, SettingValue } from './setting-record.ts';

export interface RecordingParts {
  readonly driver: EvseDriver;
  /** What is known of the model; undefined: nothing, and then nothing is written. */
  readonly description: EvseDescription | undefined;
  /** How the device is reached, in the words of its description's roles; null where it has none. */
  readonly role: string | null;
  readonly record: SettingRecord;
  readonly clock: Pick<Clock, 'wallMs'>;
}

const BY_HAND: WritePurpose = { reason: 'asked for by hand' };

/**
 * The same driver, whose stored settings are written by the rules of the device's description only, each after it stands in the
 * record. A value that is there already is not written again: memory wears, and a record without a change says nothing.
 */
export function withSettingRecord({ driver, description, role, record, clock }: RecordingParts): EvseDriver {
  let latest: EvseReport | null = null;
  const stop = driver.onReport((report) => {
    latest = report;
  });

  const writeStored = async (key: string, value: SettingValue, purpose: WritePurpose, signal?: CancelSignal): Promise<Result<SettingValue>> => {
    const before = await driver.readSetting(key, signal);
    if (!before.ok || before.value === value) return before;
    if ('restores' in purpose) return confirmed(await driver.writeSetting(key, value, signal), key, value);
    const { reason, isTemporary = false } = purpose;
    let id: number;
    try {
      id = await record.begin({ deviceId: driver.evseId, key, oldValue: before.value, newValue: value, reason, isTemporary, wallMs: clock.wallMs() });
    } catch (thrown) {
      return { ok: false, error: failureOf(thrown) };
    }
    const written = await driver.writeSetting(key, value, signal);
    await record.end(id, written.ok ? written.value : null);
    return written;
  };

  return {
    ...driver,
    async writeSetting(key, value, signal, purpose = BY_HAND) {
      if (description === undefined) return failure('not-supported', { evse: driver.evseId, setting: key, needs: 'a description of the model' });
      const allowed = checkSettingWrite(description, key, value, { role, isVehicleConnected: latest?.isVehicleConnected ?? null });
      if (!allowed.ok) return failure(allowed.error.code, { evse: driver.evseId, ...allowed.error.context });
      if (!allowed.value.isStored) return driver.writeSetting(key, value, signal);
      return writeStored(key, value, purpose, signal);
    },
    close() {
      stop();
      driver.close();
    },
  };
}

/** Put back is what the device shows, not what it was told. */
function confirmed(written: Result<SettingValue>, key: string, value: SettingValue): Result<SettingValue> {
  if (!written.ok || written.value === value) return written;
  return failure('unexpected-reply', { setting: key, value, readBack: written.value });
}

