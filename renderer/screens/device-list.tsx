import type { DeviceConnection } from '../../core/host-api/contract.ts';
import { Sentence } from '../components/sentence.tsx';
import { StateIcon } from '../icons/state-icon.tsx';
import { ageText } from '../words/ages.ts';
import { failureSentence } from '../words/errors.ts';

const KINDS = { meter: 'Meter', evse: 'EVSE' } as const;

function deviceLine(device: DeviceConnection): string {
  if (device.unreachable !== null) return `${KINDS[device.kind]}. ${failureSentence(device.unreachable)}`;
  const age = device.ageMs === null ? 'nothing received yet' : ageText(device.ageMs);
  const refused = device.rejected === 0 ? '' : `, ${device.rejected} refused`;
  const last = device.lastRejection === null ? '' : `. ${failureSentence(device.lastRejection)}`;
  return `${KINDS[device.kind]}, ${age}${refused}${last}`;
}

export function DeviceList({ devices }: { readonly devices: readonly DeviceConnection[] }) {
  return (
    <ul className="panel device-list">
      {devices.map((device) => (
        <li key={device.deviceId}>
          <StateIcon state={device.answers ? 'good' : device.unreachable === null ? 'danger' : 'unknown'} />
          <div className="grow">
            <div className="bold">{device.name}</div>
            <div className="small secondary">
              <Sentence text={deviceLine(device)} />
            </div>
          </div>
          <span className="small secondary">{device.answers ? 'answers' : device.unreachable === null ? 'does not answer' : 'cannot be reached'}</span>
        </li>
      ))}
    </ul>
  );
}
