import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { SettingLook } from '../../../core/host-api/bench-devices.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { useBenchHandle } from '../../store/use-bench.ts';
import { failureSentence } from '../../words/errors.ts';
import { fieldValue } from '../../words/traffic.ts';

export interface SettingRowProps {
  readonly deviceId: string;
  readonly setting: SettingLook;
  /** Why nothing may be written now at all; null where it may. */
  readonly lock: string | null;
  readonly onWritten: (setting: SettingLook) => void;
}

/** What the host takes at least. */
const SHORTEST_REASON = 3;

function settingText({ value, unit, failure, lockedBecause }: SettingLook): string {
  if (failure !== null) return failureSentence(failure);
  if (value === null) return lockedBecause === null ? 'no value' : 'cannot be read from here';
  return typeof value === 'number' ? `${value}${unit === null ? '' : `\u2009${unit}`}` : fieldValue({ value, unit });
}

function WriteForm({ deviceId, setting, onWritten, onClose }: Omit<SettingRowProps, 'lock'> & { readonly onClose: () => void }) {
  const { api } = useBenchHandle().connection;
  const [value, setValue] = useState(setting.value ?? '');
  const [reason, setReason] = useState('');
  const [isAgreed, setAgreed] = useState(setting.onlyUncharged === null && setting.wears === null);
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isReady = reason.trim().length >= SHORTEST_REASON && isAgreed && value !== '' && value !== setting.value && !isRunning;
  const write = async (): Promise<void> => {
    setRunning(true);
    const answer = await api.writeSetting({ deviceId, key: setting.key, value, reason: reason.trim() });
    setRunning(false);
    if (answer.ok) onWritten(answer.value);
    else setFailure(answer.error);
  };
  return (
    <form
      className="setting-form"
      aria-label={`Write ${setting.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void write();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      {typeof setting.value === 'boolean' ? (
        <Checkbox label="on" checked={value === true} onChange={(event) => setValue(event.currentTarget.checked)} />
      ) : typeof setting.value === 'number' ? (
        <NumberInput autoFocus label="New value" {...(setting.unit === null ? {} : { suffix: ` ${setting.unit}` })} value={typeof value === 'number' ? value : ''} onChange={(next) => setValue(next === '' ? '' : Number(next))} />
      ) : (
        <TextInput autoFocus label="New value" value={String(value)} onChange={(event) => setValue(event.currentTarget.value)} />
      )}
      <TextInput label="Why" description="It stands in the record of stored-setting writes." maxLength={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {setting.onlyUncharged === null && setting.wears === null ? null : (
        <Checkbox label={`${[setting.onlyUncharged === null ? [] : [`Only without a vehicle: ${setting.onlyUncharged}`], setting.wears ?? []].flat().join('. ')}. Write it all the same`} checked={isAgreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
      )}
      {failure === null ? null : <FailurePanel failure={failure} />}
      <div className="limit-acts">
        <button type="submit" className="button compact" disabled={!isReady}>
          Write {String(value)}
          {setting.unit === null ? '' : ` ${setting.unit}`} to {setting.name}
        </button>
        <button type="button" className="button compact quiet" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** One stored setting: what it is now, and whether it may be written from here, with the reason where it may not. */
export function SettingRow({ deviceId, setting, lock, onWritten }: SettingRowProps) {
  const [isOpen, setOpen] = useState(false);
  const why = setting.lockedBecause ?? (setting.value === null ? 'Its value is not known' : lock);
  return (
    <li className="setting-row">
      <div className="setting-line">
        <span className="device-words">
          <span className="bold">{setting.name}</span>
          <span className="small muted mono">{setting.key}</span>
        </span>
        <span className="num">
          <Sentence text={settingText(setting)} />
        </span>
        {why === null ? (
          <button type="button" className="button compact" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Change<span className="visually-hidden"> {setting.name}</span>
          </button>
        ) : (
          <span className="small secondary setting-lock">{why}</span>
        )}
      </div>
      {isOpen && why === null ? (
        <WriteForm
          deviceId={deviceId}
          setting={setting}
          onClose={() => setOpen(false)}
          onWritten={(written) => {
            setOpen(false);
            onWritten(written);
          }}
        />
      ) : null}
    </li>
  );
}
