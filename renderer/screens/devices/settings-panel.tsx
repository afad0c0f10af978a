import { useEffect, useState } from 'react';
import type { SettingLook } from '../../../core/host-api/bench-devices.ts';
import type { DeviceConnection, HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { RUNNING, actOf, type Act } from '../../store/act.ts';
import { useBenchHandle } from '../../store/use-bench.ts';
import { readLock } from '../../words/devices.ts';
import { SettingRow } from './setting-row.tsx';

/** Read when it is opened; each is written by itself and shown as it was read back. */
export function SettingsPanel({ device, host }: { readonly device: DeviceConnection; readonly host: HostState }) {
  const { api } = useBenchHandle().connection;
  const [settings, setSettings] = useState<Act<readonly SettingLook[]>>(RUNNING);
  const [round, setRound] = useState(0);
  const lock = readLock(host, device);
  const isLocked = lock !== null;
  useEffect(() => {
    if (isLocked) return;
    let isGone = false;
    void api.readSettings(device.deviceId).then((answer) => {
      if (!isGone) setSettings(actOf(answer));
    });
    return () => {
      isGone = true;
    };
  }, [api, device.deviceId, round, isLocked]);
  const readAgain = (): void => {
    setSettings(RUNNING);
    setRound(round + 1);
  };
  const keep = (written: SettingLook): void => {
    if (settings.kind === 'done') setSettings({ kind: 'done', value: settings.value.map((each) => (each.key === written.key ? written : each)) });
  };
  return (
    <section className="panel hand-panel" aria-label={`Settings of ${device.name}`}>
      <div className="hand-head">
        <h2>Stored settings</h2>
        <span className="grow" />
        <button type="button" className="button compact" disabled={lock !== null || settings.kind === 'running'} onClick={readAgain}>
          Read again
        </button>
      </div>
      {lock === null ? null : <p className="lock-line">{lock}</p>}
      {settings.kind === 'running' && !isLocked ? <p role="status">Reading one by one from the device</p> : null}
      {settings.kind === 'failed' ? <FailurePanel failure={settings.failure} act={{ label: 'Read again', run: readAgain }} /> : null}
      {settings.kind === 'done' && settings.value.length === 0 ? <p className="secondary">Its description knows no settings: nothing is stored in it from here.</p> : null}
      {settings.kind === 'done' && settings.value.length > 0 ? (
        <ul className="setting-list">
          {settings.value.map((setting) => (
            <SettingRow key={setting.key} deviceId={device.deviceId} setting={setting} lock={lock} onWritten={keep} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}
