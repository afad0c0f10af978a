/** Whether a setting may be written, by what the description of the device says about it. */
import { failure, success, type Result } from '../errors.ts';
import type { EvseDescription, EvseSetting, SettingValue } from './evse-description-schema.ts';

export interface SettingCircumstances {
  /** Of the device now, in the words of its description; null where the device has none or nobody knows. */
  readonly role: string | null;
  /** null while nobody knows, which counts as one. */
  readonly isVehicleConnected: boolean | null;
}

export function settingOf(description: EvseDescription, key: string): EvseSetting | undefined {
  return description.settings.find((setting) => setting.key === key);
}

/**
 * Fails with `not-supported` where the device can only be told by hand (`display` says how) or knows no such setting, with `refused`
 * and the `rule` that is broken and its `why`, with `out-of-range` for a value that the setting does not take.
 */
export function checkSettingWrite(description: EvseDescription, key: string, value: SettingValue, { role, isVehicleConnected }: SettingCircumstances): Result<EvseSetting> {
  const setting = settingOf(description, key);
  if (setting === undefined) return failure('not-supported', { setting: key, model: description.model });
  const { where, display, neverWrite, actionNotSetting, onlyUncharged, roles } = setting;
  if (where.kind === 'display') return failure('not-supported', { setting: key, display: display ?? setting.name });
  if (neverWrite !== undefined) return refuse(setting, 'never-write', neverWrite);
  if (actionNotSetting !== undefined) return refuse(setting, 'action-not-setting', actionNotSetting);
  if (roles !== undefined && role !== null && !roles.includes(role)) return refuse(setting, 'not-in-this-role', `${role}; obeyed as ${roles.join(' or ')}`);
  const fitting = checkValue(setting, value);
  if (!fitting.ok) return fitting;
  if (onlyUncharged !== undefined && isVehicleConnected !== false) return refuse(setting, 'only-uncharged', onlyUncharged);
  return success(setting);
}

function refuse({ key, display }: EvseSetting, rule: string, why: string): Result<never> {
  return failure('refused', { setting: key, rule, why, ...(display === undefined ? {} : { display }) });
}

function checkValue(setting: EvseSetting, value: SettingValue): Result<null> {
  const { key, value: range } = setting;
  const outside = (context: Readonly<Record<string, string | number | boolean>>): Result<never> => failure('out-of-range', { setting: key, value, ...context });
  switch (range.kind) {
    case 'switch':
      return typeof value === 'boolean' ? success(null) : outside({ expected: 'true or false' });
    case 'text':
      return typeof value === 'string' && value.length <= range.longest ? success(null) : outside({ longest: range.longest });
    case 'choice': {
      const choice = range.choices.find((candidate) => candidate.value === value);
      if (choice === undefined) return outside({ choices: range.choices.map((candidate) => String(candidate.value)).join(', ') });
      return choice.actionNotSetting === undefined ? success(null) : refuse(setting, 'action-not-setting', choice.actionNotSetting);
    }
    case 'number': {
      const { lowest, highest, step, also } = range;
      if (typeof value !== 'number' || !Number.isFinite(value)) return outside({ lowest, highest });
      const isOnStep = Math.abs(value / step - Math.round(value / step)) < 1e-9;
      return also.includes(value) || (value >= lowest && value <= highest && isOnStep) ? success(null) : outside({ lowest, highest, step });
    }
  }
}
