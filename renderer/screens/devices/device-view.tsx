import { useState } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { LinkSummary } from '../../../core/host-api/bench-devices.ts';
import type { HostState } from '../../../core/host-api/contract.ts';
import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Gauge, Refresh, Sliders } from '../../icons/icons.tsx';
import { useBenchHandle } from '../../store/use-bench.ts';
import { answersSentence, readLock } from '../../words/devices.ts';
import { asText, decimal } from '../../words/numbers.ts';
import { clockTime } from '../../words/times.ts';
import { DeviceWarnings } from './device-warnings.tsx';
import { heardFields, type DeviceNow, type HandLook } from './device-now.ts';
import { OfferForm } from './offer-form.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { TrafficPanel } from './traffic-panel.tsx';
import type { Traffic } from './use-traffic.ts';
import { ValueTable } from './value-table.tsx';

export interface DeviceViewProps {
  readonly now: DeviceNow;
  readonly host: HostState;
  readonly link: LinkSummary | null;
  readonly traffic: Traffic;
  readonly strangers: readonly number[];
  readonly hand: HandLook | null;
  /** UTC. */
  readonly nowMs: number;
  readonly onLook: (look: HandLook) => void;
  readonly onScan: () => void;
}

type Opened = 'offer' | 'settings' | null;

/** One question to one device, at once. */
function useReading(deviceId: string, onLook: (look: HandLook) => void) {
  const { api } = useBenchHandle().connection;
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const read = async (): Promise<void> => {
    setReading(true);
    const answer = await api.readDevice(deviceId);
    setReading(false);
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) onLook({ look: answer.value, wallMs: Date.now() });
  };
  return { isReading, failure, read };
}

function readText({ look, wallMs }: HandLook, timeZone: string | undefined): string {
  return `Read at ${clockTime(wallMs, timeZone)} by hand: it answered in ${asText({ value: decimal(look.latencyMs, 0), unit: 'ms' })}.`;
}

/** One device: its values, what can be asked of it by hand, and the traffic of its link. */
export function DeviceView({ now, host, link, traffic, strangers, hand, nowMs, onLook, onScan }: DeviceViewProps) {
  const { device, evse } = now;
  const [opened, setOpened] = useState<Opened>(null);
  const { isReading, failure, read } = useReading(device.deviceId, onLook);
  const lock = readLock(host, device);
  const timeZone = host.site?.timeZone;
  const toggle = (panel: Opened) => () => setOpened(opened === panel ? null : panel);
  return (
    <div className="device-work" data-column tabIndex={-1}>
      <header className="device-title">
        <div className="device-sentence">
          <h1>{device.name}</h1>
          <p className="secondary">
            <Sentence text={answersSentence(device, now)} />
          </p>
        </div>
        <span className="grow" />
        <button type="button" className="button" disabled={lock !== null || isReading} onClick={() => void read()}>
          <Refresh />
          {isReading ? 'Reading' : 'Read now'}
        </button>
        {evse === null ? null : (
          <>
            <button type="button" className="button" aria-expanded={opened === 'offer'} onClick={toggle('offer')}>
              <Gauge />
              Offer
            </button>
            <button type="button" className="button" aria-expanded={opened === 'settings'} onClick={toggle('settings')}>
              <Sliders />
              <span className="wide">Settings</span>
            </button>
          </>
        )}
      </header>
      {lock === null || device.unreachable !== null ? null : <p className="lock-line">{lock}</p>}
      <DeviceWarnings now={now} link={link} heard={traffic.heard} strangers={strangers} onScan={onScan} />
      {failure === null ? null : <FailurePanel failure={failure} act={{ label: 'Read again', run: () => void read() }} />}
      <p className="small secondary hand-note" role="status">
        {hand?.look.deviceId === device.deviceId ? readText(hand, timeZone) : ''}
      </p>
      <ValueTable now={now} fields={heardFields(traffic.heard, device.deviceId)} nowMs={nowMs} />
      {opened === 'offer' && evse !== null ? <OfferForm now={now} evse={evse} host={host} /> : null}
      {opened === 'settings' ? <SettingsPanel device={device} host={host} /> : null}
      <TrafficPanel device={device} traffic={traffic} clock={(wallMs) => clockTime(wallMs, timeZone)} />
    </div>
  );
}
